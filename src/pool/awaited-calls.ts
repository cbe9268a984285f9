/** Fails generator calls that are awaited: no one reads their items, so they would never end. */
import { type Call, SETTLED } from '../call/call.ts'
import * as failures from '../errors/failures.ts'

export class AwaitedCalls {
  /** Methods that have returned a result. They are not generators, so their calls need no watching. */
  readonly valued: Set<string> = new Set()
  /** Calls of other methods whose result is awaited. */
  private readonly awaited = new WeakSet<Call>()
  private readonly fail: (call: Call, error: Error) => void

  constructor(fail: (call: Call, error: Error) => void) {
    this.fail = fail
  }

  /** Notes that the result of this call is awaited. */
  note(call: Call): void {
    this.awaited.add(call)
    const run = call.leader ?? call
    if (run.isStream && run.stream === null && call.stream === null) this.failMisread(call)
  }

  /** Called when a call yields items that no one reads. False if its result is not awaited either. */
  misread(call: Call): boolean {
    const found = [call, ...(call.joiners ?? [])].filter((each) => this.awaited.has(each))
    for (const each of found) this.failMisread(each)
    return found.length > 0
  }

  private failMisread(call: Call): void {
    if (call.state !== SETTLED) this.fail(call, failures.isStream(call))
  }
}
