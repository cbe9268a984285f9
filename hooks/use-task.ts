/** `useTask`: the task of module-scope options, in the runtime and the trace of the tree. */
import { useContext, useDebugValue, useMemo } from 'react'
import type { MissingApi, Task, TaskOptions } from '../src/index.ts'
import { refuseOther } from './state/development.ts'
import { TraceScopeContext } from './tree/contexts.ts'
import { useTaskHandle } from './tree/use-task-handle.ts'

/**
 * Returns the task of `options` in the nearest provider's runtime. Call its methods from event handlers and effects.
 * It is stable, and it carries the trace of the {@link TraceScope} around it, if there is one. Rendering starts
 * nothing: a worker starts at the first call, or, with `init: 'eager'`, when the component has mounted.
 *
 * Define the options once, at module scope, with `taskOptions()`: each object is a separate task.
 *
 * @throws Error outside a provider; TypeError or RangeError for an invalid option.
 *
 * @example
 * const resize = taskOptions<ResizeApi>({ type: 'parallel', worker: () => new Worker(…) })
 *
 * function Photo() {
 *   const { process } = useTask(resize)
 *   return <button onClick={() => void process(image, 320).then(show)}>Resize</button>
 * }
 */
export function useTask<Api = MissingApi>(options: TaskOptions<Api>): Task<Api> {
  refuseOther('useTask()', options, 'worker')
  const base = useTaskHandle(options, 'useTask()')
  const trace = useContext(TraceScopeContext)
  useDebugValue(base.taskId)
  return useMemo(() => (trace ? base.with({ inheritedTrace: trace }) : base), [base, trace])
}
