/** What hooks take as a task, made one: a task is taken as it is, options are defined in the tree's runtime. */
import { useContext, useEffect, useState } from 'react'
import type { Task, TaskOptions } from '../../src/index.ts'
import { isInThisRender, useCommitted } from '../state/committed.ts'
import { isDevelopment, warnOnce } from '../state/development.ts'
import { DEFINE_ONCE, defineCold, isTask, startEager } from './define-cold.ts'
import { outsideProvider, RuntimeContext } from './contexts.ts'

/** The task, without the tree's trace. `caller` is the hook that errors and warnings speak of. */
export function useTaskHandle<Api>(given: TaskOptions<Api> | Task<Api>, caller: string): Task<Api> {
  const task = useDefinition(given, caller)
  const provided = useContext(RuntimeContext)
  let handle: Task<Api>
  if (isTask(task)) handle = task
  else if (provided) handle = defineCold(provided.runtime, task)
  else throw outsideProvider(caller)

  useEffect(() => {
    if (!isTask(task)) startEager(handle, task)
  }, [handle, task])
  return handle
}

/** The options that a component was given. */
interface Definition<Given> {
  readonly given: Given
  /** The last that were given in more than one call of the component: those that are in use. */
  readonly used: Given
  /** How often they have changed in the render that is going on. */
  readonly passes: number
  /** They are other options whenever the component is called: it makes them itself. */
  readonly isMade: boolean
}

/** A component that adjusts a state to its props as it renders comes to rest sooner. */
const MOST_PASSES = 5

/**
 * The options to define. Those that are written inside the component are another task at each render, with workers of its own:
 * the first is kept, and the developer told. Whether it is so, and no choice between a few or a reloaded module, shows when React
 * calls the component once more within one render.
 */
function useDefinition<Given extends object>(given: Given, caller: string): Given {
  // Whether a render has committed is not what the compiler takes for data.
  'use no memo'
  const [kept, setKept] = useState<Definition<Given>>({ given, used: given, passes: 0, isMade: false })
  useCommitted(kept)
  if (given === kept.given || isTask(given as object as TaskOptions<unknown>)) return given
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

/** With an id of its own it would be defined a second time, which production takes for a mistake in any case. */
function sayMade(given: object, caller: string): void {
  const { taskId, taskName } = given as Partial<TaskOptions<unknown>>
  const message =
    `${caller} was given new task options whenever its component rendered: each object is another task, with workers of ` +
    `its own. ${DEFINE_ONCE}`
  if (!isDevelopment() && (taskId ?? taskName) !== undefined) throw new TypeError(message)
  warnOnce('task-options', message)
}
