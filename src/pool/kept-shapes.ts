/**
 * An object of each kind that comes with a call and goes with it. Compiled code relies on the hidden classes of what it
 * has seen, and the engine forgets a class with its last object: when all calls have settled and a collection has run, the
 * compiled code of the whole hot path would be thrown away (V8: "embedded weak objects cleared"), and the next
 * burst would begin interpreted. One kept object of each kind prevents it.
 */
import { Call, type CallTask } from '../call/call.ts'
import { CallPromise } from '../call/call-promise.ts'
import type { ResolvedTaskConfig } from '../options/task-options.ts'

export function keptShapes(task: CallTask, { callDefaults }: ResolvedTaskConfig): readonly object[] {
  const call = new Call(0, task, '', [], callDefaults, undefined)
  return [call, new CallPromise(call)]
}
