/** Who awaits a generator method reads no item, and would wait forever: such calls fail, and the error says how to read them. */
import { type Call, SETTLED } from '../call/call.ts'
import * as failures from '../errors/failures.ts'

export class AwaitedCalls {
  /** Methods that have given a result: they are no generators, and their calls need no watching. */
  readonly valued: Set<string> = new Set()
  /** Calls of other methods whose result somebody waits for. */
  private readonly awaited = new WeakSet<Call>()
  private readonly fail: (call: Call, error: Error) => void

  constructor(fail: (call: Call, error: Error) => void) {
    this.fail = fail
  }

  /** Somebody waits for the result of this call. */
  note(call: Call): void {
    this.awaited.add(call)
    const run = call.leader ?? call
    if (run.isStream && run.stream === null && call.stream === null) this.failMisread(call)
  }

  /** A call gives items, which nobody reads; false where nobody waits for its result either. */
  misread(call: Call): boolean {
    const found = [call, ...(call.joiners ?? [])].filter((each) => this.awaited.has(each))
    for (const each of found) this.failMisread(each)
    return found.length > 0
  }

  private failMisread(call: Call): void {
    if (call.state !== SETTLED) this.fail(call, failures.isStream(call))
  }
}
