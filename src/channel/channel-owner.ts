/** What a channel tells its owner, and what it needs to know of the task. */
import type { Call } from '../call/call.ts'
import type { StartFailure } from '../errors/start-advice.ts'
import type { CodecsInUse } from '../types/codec.ts'
import type { Clock } from '../lib/clock.ts'
import type { Post } from '../wire/post.ts'
import type { LostMessage } from './unreadable-messages.ts'
import type { Reply } from './reply-reader.ts'
import type { WorkerFactory } from './worker-handle.ts'

/** Who decides what the channel's news mean. */
export interface ChannelOwner<Channel> {
  turn(fn: () => void): void
  /** The worker gives a sign of life before it is ready: its script has run, and its `setup` goes on, or is about to. */
  channelSetsUp(channel: Channel): void
  channelReady(channel: Channel): void
  channelFailed(channel: Channel, failure: StartFailure): void
  channelDied(channel: Channel, seen: string): void
  /** An uncaught error in a worker that lives on. */
  channelError(channel: Channel, error: unknown): void
  /** The call is on its way; `isNext`: nothing else can be ahead of it. */
  posted(channel: Channel, call: Call, isNext: boolean): void
  replied(channel: Channel, call: Call, reply: Reply): void
  /** Calls that were handed ahead are the page's again. */
  takenBack(channel: Channel, calls: readonly Call[]): void
  /** An argument cannot be cloned; `path` says which. The call was not sent. */
  unsendable(channel: Channel, call: Call, code: LostMessage, path: string, cause: unknown): void
  /** The worker has no such method. The call was not sent. */
  unknown(channel: Channel, call: Call): void
  /** A message that could not be read took the call with it, or an item of its stream. */
  lost(channel: Channel, call: Call, code: LostMessage, isStream: boolean): void
  progressed(call: Call, value: unknown): void
  /** The worker emitted an event, or called a callback, as the message tells; `post` answers it. */
  said(channel: Channel, message: readonly unknown[], post: Post): void
  streamed(call: Call, items: readonly unknown[]): void
  /** A message has been worked through. `latencyMs`: how long it lay before the page read it. */
  turnEnded(channel: Channel, latencyMs: number): void
}

/** What all channels of a task have in common. */
export interface ChannelSettings {
  readonly worker: WorkerFactory
  readonly name: string
  /** Progress is a sign of life and is sent though no caller asks for it. */
  readonly wantsProgress: boolean
  /** What is transferred to a busy worker need not be had back. */
  readonly movesAhead: boolean
  /** Its worker serves other pages, too: what is ahead of a call is not known here. */
  readonly shared?: unknown
  readonly clock: Clock
  /** What `setup` is given at each start, or a function that gives it. */
  readonly setupData?: unknown
  /** Of the task's calls: the worker has to know them, too. */
  readonly codecs?: CodecsInUse | undefined
}
