/** A small app of the hooks: mounted, hidden, suspended, and taken away again by the operations of a program. */
import {
  AtelierProvider,
  type Task,
  useRuntimeSnapshot,
  useSpans,
  useSuspenseTaskQuery,
  useTaskCall,
  useTaskQuery,
  useTaskSnapshot,
  useTaskStream,
  useTrace,
  taskQuery,
  keepPrevious,
} from 'atelier-react'
import { Activity, Component, type ReactNode, StrictMode, Suspense, use, useEffect } from 'react'
import { createRoot, type Root } from 'react-dom/client'
import type { Op } from '../program/program.ts'
import { echoOf, MOST_CALLS } from '../worker/methods.ts'
import type { TortureApi } from '../worker/torture.worker.ts'
import { codeOf } from './calls.ts'
import { pause, until } from './native.ts'
import { isOnPurpose, words } from './purpose.ts'
import type { World } from './world.ts'

/** The place in shared memory of all calls that hooks make. */
const SLOT = MOST_CALLS - 1
/** A run of `useTaskCall` takes so long, unless it is aborted. */
const LONG_MS = 3_000
/** After the unmount, and its macrotask of grace, the calls of hooks are gone. */
const LONGEST_ABORT_MS = 1_500
/** A hook renders at most so often for each act, beside one render a frame. */
const RENDERS_PER_ACT = 40
const CALLS_PER_ACT = 12
const FRAME_MS = 16

type HookName = 'call' | 'query' | 'stream' | 'suspense' | 'trace' | 'snapshot' | 'identity'

/** What is to be seen. */
interface View {
  readonly hooks: readonly HookName[]
  readonly arg: number
  readonly isStrict: boolean
  /** A new handle, and new arguments of the same contents, in each render. */
  readonly isInline: boolean
  readonly isHidden: boolean
  readonly isSuspended: boolean
  /** Counts the resets of the error boundary. */
  readonly resets: number
}

class Kit {
  view: View = {
    hooks: [],
    arg: 0,
    isStrict: false,
    isInline: false,
    isHidden: false,
    isSuspended: false,
    resets: 0,
  }
  readonly world: World
  readonly task: Task<TortureApi>
  readonly actions = new Map<string, () => void>()
  readonly never = new Promise<void>(() => {})
  private readonly container: HTMLElement
  private readonly root: Root
  private readonly began = performance.now()
  private readonly renders = new Map<string, number>()
  private acts = 0

  constructor(world: World, task: Task<TortureApi>) {
    this.world = world
    this.task = task
    this.container = document.body.appendChild(document.createElement('div'))
    this.root = createRoot(this.container)
  }

  show(view: Partial<View>): void {
    this.acts++
    this.view = { ...this.view, ...view }
    this.root.render(<App kit={this} view={this.view} />)
  }

  /** A component renders. */
  rendered(name: HookName): void {
    const count = (this.renders.get(name) ?? 0) + 1
    this.renders.set(name, count)
    const frames = (performance.now() - this.began) / FRAME_MS
    if (count > 60 + this.acts * RENDERS_PER_ACT + 4 * frames) {
      this.world.ledger.fail(
        'render-flood',
        `${name} has rendered ${count} times in ${frames.toFixed(0)} frames`,
      )
      // The page would never come to itself.
      throw new EvalError('on purpose: too many renders')
    }
  }

  shows(name: string, value: unknown, expected: unknown): void {
    if (value !== undefined && value !== expected) {
      this.world.ledger.fail(
        'wrong-result',
        `${name} shows ${words(value)}, its call gives ${words(expected)}`,
      )
    }
  }

  caught(error: unknown): void {
    if (isOnPurpose(error) || codeOf(error) !== 'thrown') return
    // Arguments that are new in each render: the error says what to do.
    if (/key|useMemo/.test(words(error))) return
    this.world.ledger.fail('react-error', words(error))
  }

  /** Unmounts all, which aborts all. */
  async end(): Promise<void> {
    const { ledger } = this.world
    await pause(300)
    const counts = this.task.control.getSnapshot().counts
    const calls = counts.succeeded + counts.failed + counts.canceled + counts.rejected
    if (calls > 20 + this.acts * CALLS_PER_ACT)
      ledger.fail('call-flood', `hooks made ${calls} calls in ${this.acts} acts`)
    this.root.unmount()
    const complaint = await until(LONGEST_ABORT_MS, () => {
      const { inFlight, pending, blocked } = this.task.control.getSnapshot().queue
      return inFlight + pending + blocked === 0
        ? undefined
        : `after the unmount ${inFlight} calls of hooks are in flight, ${pending} pending, ${blocked} blocked`
    })
    if (complaint !== undefined) ledger.fail('unmount-aborts', complaint)
    this.container.remove()
  }
}

const kits = new WeakMap<World, Kit>()

export function reactAct(world: World, { act, hook }: Extract<Op, { op: 'react' }>): void {
  const book = world.books.get('ui')
  if (!book) return
  const kit = kits.get(world) ?? new Kit(world, book.task)
  kits.set(world, kit)
  const name = hook as HookName
  const { view } = kit
  const { hooks, arg, isStrict, isInline, resets } = view
  switch (act) {
    case 'mount':
      return kit.show({ hooks: [...new Set([...hooks, name])] })
    case 'unmount':
      return kit.show({ hooks: hooks.filter((each) => each !== name) })
    case 'strict':
      return kit.show({ isStrict: !isStrict })
    case 'inline':
      return kit.show({ isInline: !isInline })
    case 'update':
      return kit.show({ arg: arg + 1 })
    case 'hide':
      return kit.show({ isHidden: true })
    case 'show':
      return kit.show({ isHidden: false })
    case 'suspend':
      return kit.show({ isSuspended: true })
    case 'reveal':
      return kit.show({ isSuspended: false })
    case 'reset':
      return kit.show({ resets: resets + 1 })
    case 'run':
    case 'refetch':
      return kit.actions.get(`${name}.${act}`)?.()
  }
}

/** Ends what the program has mounted. */
export async function endReact(world: World): Promise<void> {
  await kits.get(world)?.end()
}

interface Shown {
  readonly kit: Kit
  readonly view: View
}

function App({ kit, view }: Shown): ReactNode {
  const tree = (
    <AtelierProvider runtime={kit.world.runtime}>
      <Boundary key={view.resets} kit={kit}>
        <Activity mode={view.isHidden ? 'hidden' : 'visible'}>
          <Suspense fallback="waiting">
            {view.hooks.map((name) => {
              const Hook = HOOKS[name]
              return <Hook key={name} kit={kit} view={view} />
            })}
            <Suspender isOn={view.isSuspended} until={kit.never} />
          </Suspense>
        </Activity>
      </Boundary>
    </AtelierProvider>
  )
  return view.isStrict ? <StrictMode>{tree}</StrictMode> : tree
}

class Boundary extends Component<{ kit: Kit; children: ReactNode }, { hasFailed: boolean }> {
  override state = { hasFailed: false }
  static getDerivedStateFromError = () => ({ hasFailed: true })
  override componentDidCatch(error: unknown): void {
    this.props.kit.caught(error)
  }
  override render(): ReactNode {
    return this.state.hasFailed ? 'failed' : this.props.children
  }
}

/** Suspends the boundary around it for as long as it is on. */
function Suspender({ isOn, until: promise }: { isOn: boolean; until: Promise<void> }): ReactNode {
  if (isOn) use(promise)
  return null
}

function useHandle({ kit, view }: Shown): Task<TortureApi> {
  return view.isInline ? kit.task.with({ timeoutMs: 20_000, key: 'k1' }) : kit.task
}

/** Lets operations call what a hook gives. */
function useActions(kit: Kit, actions: Readonly<Record<string, () => void>>): void {
  useEffect(() => {
    for (const [name, action] of Object.entries(actions)) kit.actions.set(name, action)
  })
}

function CallHook({ kit, view }: Shown): ReactNode {
  kit.rendered('call')
  const { status, data, run } = useTaskCall(useHandle({ kit, view }), 'wait')
  useActions(kit, { 'call.run': () => run(SLOT, LONG_MS) })
  kit.shows('useTaskCall', data, echoOf(SLOT, LONG_MS))
  return status
}

/** Every fourth query fails. */
function QueryHook({ kit, view }: Shown): ReactNode {
  kit.rendered('query')
  const { arg } = view
  const handle = useHandle({ kit, view })
  const failing = useTaskQuery(taskQuery(handle, 'fail', SLOT, 'error'))
  const { status, data, isPlaceholderData, refetch } = useTaskQuery(taskQuery(handle, 'echo', SLOT, arg), {
    placeholderData: view.isInline ? keepPrevious : undefined,
  })
  useActions(kit, { 'query.refetch': () => void (arg % 4 === 3 ? failing.refetch() : refetch()) })
  if (status === 'success' && !isPlaceholderData) kit.shows('useTaskQuery', data, echoOf(SLOT, arg))
  return `${status} ${failing.status}`
}

function StreamHook({ kit, view }: Shown): ReactNode {
  kit.rendered('stream')
  const { status, items, run } = useTaskStream(useHandle({ kit, view }), 'items', { limit: 20 })
  useActions(kit, { 'stream.run': () => run(SLOT, 50, view.arg % 2 === 0 ? 40 : -1) })
  return `${status} ${items.length}`
}

function SuspenseHook({ kit, view }: Shown): ReactNode {
  kit.rendered('suspense')
  const { data, refetch } = useSuspenseTaskQuery(taskQuery(useHandle({ kit, view }), 'echo', SLOT, view.arg))
  useActions(kit, { 'suspense.refetch': refetch })
  kit.shows('useSuspenseTaskQuery', data, echoOf(SLOT, view.arg))
  return 'there'
}

function TraceHook({ kit, view }: Shown): ReactNode {
  kit.rendered('trace')
  const trace = useTrace(`view:${view.arg}`)
  const { run } = useTaskCall(useHandle({ kit, view }), 'echo', { with: { trace } })
  useActions(kit, { 'trace.run': () => run(SLOT, view.arg) })
  return 'traced'
}

/** Arguments that are made in render and known by identity alone; and a result that is not equal to itself. */
function IdentityHook({ kit, view }: Shown): ReactNode {
  kit.rendered('identity')
  const fresh = useTaskQuery(taskQuery(useHandle({ kit, view }), 'pack', SLOT, new Map([[1, view.arg]])))
  const nan = useTaskQuery(taskQuery(kit.task, 'evil', SLOT, 'nan'), { placeholderData: keepPrevious })
  return `${fresh.status} ${nan.status}`
}

function SnapshotHook({ kit }: Shown): ReactNode {
  kit.rendered('snapshot')
  const state = useTaskSnapshot(kit.task)
  const tasks = useRuntimeSnapshot(({ tasks: all }) => all.length)
  const spans = useSpans()
  return `${state?.status} ${tasks} ${spans.length}`
}

const HOOKS = {
  call: CallHook,
  query: QueryHook,
  stream: StreamHook,
  suspense: SuspenseHook,
  trace: TraceHook,
  snapshot: SnapshotHook,
  identity: IdentityHook,
}
