/** What hooks take as a task, made one: a task is taken as it is, options are defined in the tree's runtime. */
import { useContext, useEffect, useRef } from 'react'
import type { Task, TaskOptions } from '../../src/index.ts'
import { defineCold, isTask, startEager } from './define-cold.ts'
import { isDevelopment, warnOnce } from '../state/development.ts'
import { outsideProvider, RuntimeContext } from './runtime-context.ts'

/** The task, without the tree's trace. `caller` is the hook that errors and warnings speak of. */
export function useTaskHandle<Api>(task: TaskOptions<Api> | Task<Api>, caller: string): Task<Api> {
  const provided = useContext(RuntimeContext)
  let handle: Task<Api>
  if (isTask(task)) handle = task
  else if (provided) handle = defineCold(provided.runtime, task)
  else throw outsideProvider(caller)

  useEffect(() => {
    if (!isTask(task)) startEager(handle, task)
  }, [handle, task])
  useOptionsCheck(task, caller)
  return handle
}

/** So many definitions by one component are no choice between a few. */
const SUSPICIOUS = 4
const seen = new WeakSet()

/** Options that are written inside a component are another task at each render. */
function useOptionsCheck(task: object, caller: string): void {
  const definitions = useRef(0)
  useEffect(() => {
    if (!isDevelopment || seen.has(task)) return
    seen.add(task)
    if (isTask(task as TaskOptions<unknown>) || ++definitions.current < SUSPICIOUS) return
    warnOnce(
      'task-options',
      `${caller} was given new task options ${definitions.current} times by one component: each object is another task, with ` +
        'workers of its own. Define it once, at module scope: const task = taskOptions({ … })',
    )
  }, [task, caller])
}
