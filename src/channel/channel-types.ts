/** What a channel tells its owner, and what the owner tells it. */
import type { Call } from '../call/call.ts'
import type { LostMessage } from './lost-calls.ts'
import type { Clock } from '../lib/clock.ts'
import type { StartFailure } from '../errors/failures.ts'
import type { ReplyStatus, WireSpan } from '../wire/protocol.ts'
import type { WorkerChannel } from './worker-channel.ts'
import type { WorkerFactory } from './worker-handle.ts'

/** One reply, on the page's clock. The same object serves all replies: take from it what you keep. */
export interface Reply {
  status: ReplyStatus
  value: unknown
  /** 0 for a reply that is not the worker's. */
  startedAt: number
  endedAt: number
  spans: WireSpan[] | undefined
}

/** Who decides what the channel's news mean. */
export interface ChannelOwner {
  turn(fn: () => void): void
  channelReady(channel: WorkerChannel): void
  channelFailed(channel: WorkerChannel, failure: StartFailure): void
  channelDied(channel: WorkerChannel, seen: string): void
  /** An uncaught error in a worker that lives on. */
  channelError(channel: WorkerChannel, error: unknown): void
  replied(channel: WorkerChannel, call: Call, reply: Reply): void
  /** An argument cannot be cloned; `path` says which. The call was not sent. */
  unsendable(channel: WorkerChannel, call: Call, code: LostMessage, path: string, cause: unknown): void
  /** It holds what has no clone, and was not sent ahead of time: that would be gone with the worker. */
  keptBack(channel: WorkerChannel, call: Call): void
  /** A message that could not be read took the call with it, or an item of its stream. */
  lost(channel: WorkerChannel, call: Call, code: LostMessage, isStream: boolean): void
  progressed(call: Call, value: unknown): void
  streamed(call: Call, items: readonly unknown[]): void
  /** A message has been worked through. `latencyMs`: how long it lay before the page read it. */
  turnEnded(channel: WorkerChannel, latencyMs: number): void
}

/** What all channels of a task have in common. */
export interface ChannelSettings {
  readonly worker: WorkerFactory
  readonly name: string
  /** Progress is a sign of life and is sent though no caller asks for it. */
  readonly wantsProgress: boolean
  /** Calls with transferred arguments are handed ahead, too. */
  readonly transferAhead: boolean
  readonly clock: Clock
}
