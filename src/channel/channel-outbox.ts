/** The calls that a worker was given and that are not posted yet: those of one turn travel together. */
import type { Call } from '../call/call.ts'

const done = Promise.resolve()

export class ChannelOutbox {
  private readonly calls: Call[] = []
  private readonly send: () => void
  private isDue = false

  /** `send` is called when the current turn is over, once, and takes what is there. */
  constructor(send: () => void) {
    this.send = send
  }

  add(call: Call): void {
    this.calls.push(call)
  }

  /** Asks for what is here to be sent, when this turn is over. */
  sendSoon(): void {
    if (this.isDue) return
    this.isDue = true
    // Not queueMicrotask, which costs several times as much.
    void done.then(() => {
      this.isDue = false
      this.send()
    })
  }

  takeAll(): readonly Call[] {
    return this.calls.splice(0)
  }

  get isEmpty(): boolean {
    return this.calls.length === 0
  }

  /** False when the call is not here. */
  remove(call: Call): boolean {
    const index = this.calls.indexOf(call)
    if (index >= 0) this.calls.splice(index, 1)
    return index >= 0
  }

  replace(call: Call, heir: Call): void {
    const index = this.calls.indexOf(call)
    if (index >= 0) this.calls[index] = heir
  }
}
