/** What hooks take as a task, made one: a task is taken as it is, options are defined in the tree's runtime. */
import { useContext, useEffect, useState } from 'react'
import type { Task, TaskOptions, TaskRuntime } from '../../src/index.ts'
import { isInThisRender, useCommitted } from '../state/committed.ts'
import { isDevelopment, warnOnce } from '../state/development.ts'
import { DEFINE_ONCE, defineCold, homeOf, isTask, startEager } from './define-cold.ts'
import { outsideProvider, retainNothing, RuntimeContext } from './contexts.ts'

/**
 * The task, without the tree's trace; none where nothing is given. Options are defined in `own`, or else in the provider's
 * runtime; `caller` is the hook that errors and warnings speak of.
 */
export function useTaskHandle<Api>(
  given: TaskOptions<Api> | Task<Api>,
  caller: string,
  own?: TaskRuntime | undefined,
): Task<Api>
export function useTaskHandle<Api>(
  given: TaskOptions<Api> | Task<Api> | undefined,
  caller: string,
): Task<Api> | undefined
export function useTaskHandle<Api>(
  given: TaskOptions<Api> | Task<Api> | undefined,
  caller: string,
  own?: TaskRuntime | undefined,
): Task<Api> | undefined {
  const task = useDefinition(given, caller)
  const provided = useContext(RuntimeContext)
  const runtime = own ?? provided?.runtime
  let handle: Task<Api> | undefined
  if (task === undefined || isTask(task)) handle = task
  else if (runtime) handle = defineCold(runtime, task)
  else throw outsideProvider(caller)

  useEffect(() => {
    if (handle && task && !isTask(task)) startEager(handle, task)
  }, [handle, task])
  return handle
}

/** How a call keeps the workers of its task: those of a provider stop when nothing is mounted, those of another runtime do not. */
export function useRetain<Api>(task: Task<Api> | undefined): () => () => void {
  const provided = useContext(RuntimeContext)
  if (!provided) return retainNothing
  const home = task && homeOf(task)
  const isElsewhere = home && home.getRuntimeSnapshot !== provided.runtime.getRuntimeSnapshot
  return isElsewhere ? retainNothing : provided.retain
}

/** The options that a component passed. */
interface Definition<Given> {
  readonly given: Given
  /** The last ones that were passed in more than one call of the component: those in use. */
  readonly used: Given
  /** How often they changed in the current render. */
  readonly passes: number
  /** They are other options whenever the component is called: it makes them itself. */
  readonly isMade: boolean
}

/** A component that adjusts a state to its props while it renders settles sooner. */
const MOST_PASSES = 5

/**
 * The options to define. Those that are written inside the component are another task at each render, with other workers:
 * the first is kept, and the developer told. Whether it is so, and no choice between a few or a reloaded module, shows when React
 * calls the component once more within one render.
 */
function useDefinition<Given extends object | undefined>(given: Given, caller: string): Given {
  // Whether a render has committed is not what the compiler takes for data.
  'use no memo'
  const [kept, setKept] = useState<Definition<Given>>({ given, used: given, passes: 0, isMade: false })
  useCommitted(kept)
  if (given === undefined || given === kept.given || isTask(given as TaskOptions<unknown>)) return given
  // Nothing was passed before, as with a query that is skipped.
  if (kept.given === undefined) {
    setKept({ given, used: given, passes: 0, isMade: false })
    return given
  }
  const isAgain = isInThisRender(kept)
  const { isMade } = kept
  const used = isAgain || isMade ? kept.used : kept.given
  const passes = isAgain ? kept.passes + 1 : 1
  if (passes < (isMade ? 2 : MOST_PASSES)) setKept({ given, used, passes, isMade })
  else if (!isMade) {
    sayMade(given, caller)
    setKept({ ...kept, isMade: true })
  }
  return used
}

/** With an explicit id it would be defined a second time, which production takes for a mistake in any case. */
function sayMade(given: object, caller: string): void {
  const { taskId, taskName } = given as Partial<TaskOptions<unknown>>
  const message =
    `${caller} was given new task options whenever its component rendered: each object is another task, with its own ` +
    `workers. ${DEFINE_ONCE}`
  if (!isDevelopment() && (taskId ?? taskName) !== undefined) throw new TypeError(message)
  warnOnce('task-options', message)
}
