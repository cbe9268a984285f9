/** What keeps compiled code alive between two bursts of calls. */
import { Call, type CallOptions, type CallTask } from './call.ts'
import { CallPromise } from './call-promise.ts'

/**
 * An object of each kind that comes with a call and goes with it. Compiled code relies on the hidden classes of what it
 * has seen, and the engine forgets a class with its last object: when all calls have settled and a collection has run, the
 * compiled code of the whole hot path would be thrown away (V8: "embedded weak objects cleared"), and the next
 * burst would begin interpreted. One kept object of each kind prevents it: a burst after a collection takes 0.4 of the
 * time (docs/decisions/011-warm-code-and-early-sends.md).
 *
 * The call has to be written to after others have been under way. A field that holds fractions for the first time gives all
 * later calls a new class, and leaves the kept one with the old class; the engine moves an object when it is written to.
 */
export interface KeptShapes {
  readonly call: Call
  readonly promise: CallPromise<unknown>
}

export function keptShapes(task: CallTask, options: CallOptions): KeptShapes {
  const call = new Call(0, task, '', [], options, undefined)
  return { call, promise: new CallPromise(call) }
}
