/** Turns what hooks accept as a task into a task. A task is used as it is. Options are defined in the tree's runtime. */
import { useContext, useEffect, useState } from 'react'
import type { Task, TaskOptions, TaskRuntime } from '../../src/index.ts'
import { isInThisRender, useCommitted } from '../state/committed.ts'
import { isDevelopment, warnOnce } from '../state/development.ts'
import { DEFINE_ONCE, defineCold, homeOf, isTask, startEager } from './define-cold.ts'
import { outsideProvider, retainNothing, RuntimeContext } from './contexts.ts'

/**
 * Returns the task, without the tree's trace, or none if nothing was passed. Options are defined in `own`, or else in the
 * provider's runtime. `caller` is the hook that errors and warnings name.
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

/** How a call keeps its task's workers. Those of a provider stop when nothing is mounted, those of another runtime don't. */
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
  /** The options in use: the last ones that were passed in more than one call of the component. */
  readonly used: Given
  /** How often they changed in the current render. */
  readonly passes: number
  /** The component creates the options itself, so they differ each time it is called. */
  readonly isMade: boolean
}

/** A component that adjusts a state during render settles in fewer passes. */
const MOST_PASSES = 5

/**
 * Returns the options to define. Options created inside the component would be a new task in each render, with new workers,
 * so the first ones are kept and the developer gets a warning. React calls the component again within one render. This
 * distinguishes such options from a choice between a few, and from a reloaded module.
 */
function useDefinition<Given extends object | undefined>(given: Given, caller: string): Given {
  // The compiler does not treat it as data whether a render has committed.
  'use no memo'
  const [kept, setKept] = useState<Definition<Given>>({ given, used: given, passes: 0, isMade: false })
  useCommitted(kept)
  if (given === undefined || given === kept.given || isTask(given as TaskOptions<unknown>)) return given
  // Nothing was passed before, for example because the query was skipped.
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

/** An explicit id would be defined twice, which is always an error in production. */
function sayMade(given: object, caller: string): void {
  const { taskId, taskName } = given as Partial<TaskOptions<unknown>>
  const message =
    `${caller} was given new task options whenever its component rendered: each object is another task, with its own ` +
    `workers. ${DEFINE_ONCE}`
  if (!isDevelopment() && (taskId ?? taskName) !== undefined) throw new TypeError(message)
  warnOnce('task-options', message)
}
