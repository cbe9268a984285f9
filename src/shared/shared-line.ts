/** The stand-in for a Worker when the engine is shared, and what the pages that share it agree on. */
import type { StartFailure } from '../errors/start-advice.ts'
import { LINE_FAILED } from '../wire/protocol.ts'

/** What the pages that share an engine agree on, and how this page makes its part. */
export interface SharedTask {
  readonly name: string
  /** The name of the lock, the channel and the broker's entry. */
  readonly base: string
  readonly make: () => Worker | SharedWorker
  readonly broker: (() => SharedWorker) | undefined
  readonly heartbeatMs: number | undefined
  /** The owner of the worker, as far as telemetry knows. */
  host?: 'self' | 'other' | undefined
}

/** Why no engine is available. */
export type LineFailure = Omit<StartFailure, 'script' | 'isSettingUp'>

/** Behaves like a Worker. Messages posted to it go to the attached receiver. */
export class SharedLine extends EventTarget {
  /** Its channel has ended it. */
  isOver = false
  onPost: (message: unknown, transfer?: Transferable[]) => void = () => {}
  onEnd: () => void = () => {}

  postMessage(message: unknown, transfer?: Transferable[]): void {
    this.onPost(message, transfer)
  }

  terminate(): void {
    if (this.isOver) return
    this.isOver = true
    this.onEnd()
  }

  /** Delivers a message to its channel, as if its worker had posted it. */
  say(data: unknown): void {
    if (!this.isOver) this.dispatchEvent(new MessageEvent('message', { data }))
  }

  /** Reports a message that could not be read. */
  unread(): void {
    if (!this.isOver) this.dispatchEvent(new MessageEvent('messageerror'))
  }

  fail(failure: LineFailure): void {
    this.say([LINE_FAILED, failure])
  }
}
