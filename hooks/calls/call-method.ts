/** One call of a method as the hooks make it: with the trace of the tree, and ears for what it tells. */
import type { ArgsOf, CallOf, MethodOf, Task, TraceContext } from '../../src/index.ts'
import type { CallEars } from './call-run.ts'

/** The traces that a hook knows of. */
export interface HookTraces {
  /** The hook's own option: before all others. */
  readonly trace?: TraceContext | undefined
  /** The trace of the `TraceScope`: for a task that has none of its own. */
  readonly scope: TraceContext | null
}

/** Calls `method` of `task`. */
export function callMethod<Api, Method extends MethodOf<Api>>(
  task: Task<Api>,
  method: Method,
  args: ArgsOf<Api, Method>,
  { trace, scope }: HookTraces,
  ears?: Pick<CallEars, 'progress' | 'start'>,
): CallOf<Api, Method> {
  const bound = task.with({
    trace,
    inheritedTrace: scope ?? undefined,
    onProgress: ears?.progress,
    onStart: ears?.start,
  })
  const call = bound[method] as (...args: ArgsOf<Api, Method>) => CallOf<Api, Method>
  return call(...args)
}
