/** What stands in the place of a Worker where the engine is shared, and what the pages that share it agree on. */
import type { StartFailure } from '../errors/start-advice.ts'
import { LINE_FAILED } from '../wire/protocol.ts'

/** What the pages that share an engine agree on, and how this one makes what it takes. */
export interface SharedTask {
  readonly name: string
  /** What the lock, the channel and the broker's list are called. */
  readonly base: string
  readonly make: () => Worker | SharedWorker
  readonly broker: (() => SharedWorker) | undefined
  readonly heartbeatMs: number | undefined
  /** Whose worker it is, as far as telemetry knows. */
  host?: 'self' | 'other' | undefined
}

/** Why there is no engine to be had. */
export type LineFailure = Omit<StartFailure, 'script' | 'isSettingUp'>

/** Speaks as a worker does. What is said through it goes where the one who attaches wants it. */
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

  /** Says something to its channel, as if its worker had. */
  say(data: unknown): void {
    if (!this.isOver) this.dispatchEvent(new MessageEvent('message', { data }))
  }

  /** A message could not be read. */
  unread(): void {
    if (!this.isOver) this.dispatchEvent(new MessageEvent('messageerror'))
  }

  fail(failure: LineFailure): void {
    this.say([LINE_FAILED, failure])
  }
}
