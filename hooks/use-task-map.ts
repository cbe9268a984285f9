/** `useTaskMap`: one method over many items, each with its state. */
import {
  useContext,
  useDebugValue,
  useEffect,
  useInsertionEffect,
  useMemo,
  useState,
  useSyncExternalStore,
} from 'react'
import type {
  ArgsOf,
  MethodOf,
  ProgressOf,
  ResultOf,
  Task,
  TaskDispatchOptions,
  TaskOptions,
} from '../src/index.ts'
import { callMethod } from './calls/call-run.ts'
import type { CallName } from './calls/call-state.ts'
import { type ItemKey, type MapConfig, type MapItemOutcome, MapRunner } from './calls/map-runner.ts'
import { runItem, type TaskMapContext } from './calls/item-run.ts'
import { ShownItems } from './calls/shown-items.ts'
import { isDevelopment, refuseUnknown, type OptionNames, warnOnce } from './state/development.ts'
import { taskIdentity } from './tree/define-cold.ts'
import { TraceScopeContext } from './tree/contexts.ts'
import { useTaskHandle } from './tree/use-task-handle.ts'

/** Options of {@link useTaskMap}. */
export interface UseTaskMapOptions<Item, Result, Progress = unknown> {
  /** Returns the key that identifies an item when the list changes. @default the item itself */
  readonly keyOf?: ((item: Item, index: number) => string | number) | undefined
  /** How many items are under way at once, at least 1. @default all slots of the task plus its queue; 4 for a function */
  readonly maxInFlight?: number | undefined
  /** Options of the calls, as in `task.with()`; a function passes them itself. Each call uses the newest. */
  readonly with?: TaskDispatchOptions<Progress> | undefined
  /** Milliseconds that calls may continue after the unmount; `Infinity`: to their end. @default 0: one macrotask */
  readonly abortAfterUnmountMs?: number | undefined
  /** Called when an item has its result. */
  readonly onSuccess?: ((result: Result, item: Item) => void) | undefined
  /** Called when an item has failed; an abort is not a failure. */
  readonly onError?: ((error: Error, item: Item) => void) | undefined
}

const KNOWN: OptionNames<UseTaskMapOptions<never, never>> = [
  'keyOf',
  'maxInFlight',
  'with',
  'abortAfterUnmountMs',
  'onSuccess',
  'onError',
]

/** An item and its state: narrow it by `status`. */
export type TaskMapItem<Item, Result, Progress = unknown> = MapItemOutcome<Result, Progress> & {
  /** What `keyOf` returned, or the item. */
  readonly key: unknown
  readonly item: Item
}

/** What {@link useTaskMap} returns. */
export interface UseTaskMapResult<Item, Result, Progress = unknown> {
  /** In the order of the list. One that has not changed is the same object. */
  readonly items: readonly TaskMapItem<Item, Result, Progress>[]
  /** From 0 to 1: the share of finished items. A running item counts in part, if it reports its `progress` as a number from 0 to 1. */
  readonly progress: number
  /** Whether an item waits or runs. */
  readonly isRunning: boolean
  /** Runs the items that are `idle` or `canceled`. */
  readonly run: () => void
  /** Runs the items that failed. */
  readonly retryFailed: () => void
  /** Runs the items with these keys next, in this order, before those that wait, whatever their status. Running items continue. */
  readonly runNext: (...keys: readonly unknown[]) => void
  /** Aborts the item of this key; without a key, all. */
  readonly abort: (key?: unknown, reason?: unknown) => void
}

/**
 * Calls a method once for each item of a list, with the item as its argument. Or calls your function, which may make several calls
 * for an item, in one trace. Each item has its own state and progress; the
 * component renders at most once a frame. It makes no call before you call `run`. Items that are removed from the list are aborted; the
 * others keep their state, and new ones wait for the next `run`. The unmount aborts open calls; under StrictMode the second mount takes
 * them over. For another task or method, all items start over.
 *
 * @param task options from `taskOptions()`, or a task, or a function. The newest function is called.
 * @throws Error outside a provider, given options.
 *
 * @example
 * const { items, progress, run, abort, retryFailed } = useTaskMap(images, 'resize', files, { keyOf: (file) => file.name })
 * @example
 * const documents = useTaskMap(async (file: File, { signal, progress }) => {
 *   const text = await parse.with({ signal }).parse(file)
 *   progress('indexing')
 *   return index.with({ signal }).add(text)
 * }, files)
 */
export function useTaskMap<Api, Method extends MethodOf<Api>, Item extends ArgsOf<Api, Method>[0]>(
  task: TaskOptions<Api> | Task<Api>,
  method: CallName<Api, Method>,
  items: readonly Item[],
  options?: UseTaskMapOptions<Item, ResultOf<Api, Method>, ProgressOf<Api, Method>>,
): UseTaskMapResult<Item, ResultOf<Api, Method>, ProgressOf<Api, Method>>
export function useTaskMap<Item, Result, Progress = unknown>(
  each: (item: Item, context: TaskMapContext<Progress>) => Result,
  items: readonly Item[],
  options?: Omit<UseTaskMapOptions<Item, Awaited<Result>>, 'with'>,
): UseTaskMapResult<Item, Awaited<Result>, Progress>
export function useTaskMap<Item>(...given: unknown[]): UseTaskMapResult<Item, unknown> {
  const { task, each, method, items, options } = asked<Item>(given)
  refuseUnknown('useTaskMap()', options, KNOWN)
  const handle = useTaskHandle(task, 'useTaskMap()')
  const scope = useContext(TraceScopeContext)
  const { keyOf, with: callOptions, abortAfterUnmountMs = 0, onSuccess, onError } = options
  const queue = handle?.control.getSnapshot().queue
  const config: MapConfig<Item, unknown> = {
    dispatch: (item, ears) =>
      handle
        ? callMethod(handle, method as never, [item] as never, { with: callOptions, scope }, ears)
        : runItem(each, item, ears),
    maxInFlight: Math.max(
      1,
      options.maxInFlight ?? (queue ? queue.maxInFlight + queue.maxQueueDepth : ITEMS_AT_ONCE),
    ),
    abortAfterUnmountMs,
    onSuccess,
    onError,
  }
  const identity = handle ? taskIdentity(handle) : OWN
  const list = useMemo(
    () => new Map(items.map((item, at): [ItemKey, Item] => [keyOf ? keyOf(item, at) : item, item])),
    [items, keyOf],
  )
  useEffect(() => {
    if (isDevelopment() && list.size < items.length)
      warnOnce(
        'same-key',
        `useTaskMap() received ${items.length} items with ${list.size} keys. Of items with the same key, only the last is run and listed. Pass a keyOf that returns different keys, such as (item, index) => index`,
      )
  }, [list, items])
  const [board, setBoard] = useState(() => makeBoard(config, identity, method))
  let current = board
  if (board.identity !== identity || board.method !== method) {
    current = makeBoard(config, identity, method)
    setBoard(current)
  }
  const { runner, shown } = current
  useInsertionEffect(() => runner.configure(config, new Set(list.keys())))
  useEffect(() => runner.adopt(), [runner])
  const snapshot = useSyncExternalStore(runner.subscribe, runner.getSnapshot, runner.getSnapshot)
  useDebugValue(list.size)

  return useMemo(() => {
    const all = Array.from(
      list,
      ([key, item]) => shown.of(key, item, snapshot.outcomeOf(key)) as TaskMapItem<Item, unknown>,
    )
    shown.forget(list)
    return {
      items: all,
      progress: shareDone(all),
      isRunning: all.some(({ status }) => status === 'queued' || status === 'running'),
      run: () => runner.run(list, ({ status }) => status === 'idle' || status === 'canceled'),
      retryFailed: () => runner.run(list, ({ status }) => status === 'error'),
      runNext: (...keys: readonly unknown[]) => {
        const known = keys.filter((key) => list.has(key))
        runner.run(
          known.map((key): [ItemKey, Item] => [key, list.get(key) as Item]),
          () => true,
          true,
        )
      },
      abort: (key?: unknown, reason?: unknown) =>
        runner.abortWhere((other) => key === undefined || other === key, reason),
    }
  }, [list, runner, shown, snapshot])
}

/** How many items run at once for a function, by default. */
const ITEMS_AT_ONCE = 4
/** Stands for the task in hooks that run a function. */
const OWN = {}

/** The argument of the hook, in either form. */
function asked<Item>(given: unknown[]): {
  readonly task: TaskOptions<never> | Task<never> | undefined
  readonly each: (item: Item, context: TaskMapContext) => unknown
  readonly method: string
  readonly items: readonly Item[]
  readonly options: UseTaskMapOptions<Item, unknown>
} {
  const [first] = given
  const isTask = typeof first !== 'function'
  const [method, items, options = {}] = isTask ? given.slice(1) : ['', ...given.slice(1)]
  return { task: isTask ? first : undefined, each: first, method, items, options } as ReturnType<
    typeof asked<Item>
  >
}

/** The calls of a task's method, and what was shown of them. */
interface Board<Item, Result> {
  readonly identity: object
  readonly method: string
  readonly runner: MapRunner<Item, Result>
  readonly shown: ShownItems
}

function makeBoard<Item, Result>(
  config: MapConfig<Item, Result>,
  identity: object,
  method: string,
): Board<Item, Result> {
  return { identity, method, runner: new MapRunner(config), shown: new ShownItems() }
}

function shareDone(items: readonly TaskMapItem<unknown, unknown>[]): number {
  if (items.length === 0) return 0
  let done = 0
  for (const { status, progress } of items) {
    if (status === 'success' || status === 'error' || status === 'canceled') done++
    else if (typeof progress === 'number' && progress > 0) done += Math.min(progress, 1)
  }
  return done / items.length
}
