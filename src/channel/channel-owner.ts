/** What a channel reports to its owner, and what it needs to know about the task. */
import type { Call } from '../call/call.ts'
import type { StartFailure } from '../errors/start-advice.ts'
import type { CodecsInUse } from '../types/codec.ts'
import type { Clock } from '../lib/clock.ts'
import type { Post } from '../wire/post.ts'
import type { LostMessage } from './unreadable-messages.ts'
import type { Reply } from './reply-reader.ts'
import type { WorkerFactory } from './worker-handle.ts'

/** Decides what the channel's reports mean. */
export interface ChannelOwner<Channel> {
  turn(fn: () => void): void
  /** The worker gives a sign of life before it is ready: its script has run, and its `setup` is running or about to run. */
  channelSetsUp(channel: Channel): void
  channelReady(channel: Channel): void
  channelFailed(channel: Channel, failure: StartFailure): void
  channelDied(channel: Channel, seen: string): void
  /** An uncaught error in a worker that keeps running. */
  channelError(channel: Channel, error: unknown): void
  /** The call was sent; `isNext`: nothing else can be ahead of it. */
  posted(channel: Channel, call: Call, isNext: boolean): void
  replied(channel: Channel, call: Call, reply: Reply): void
  /** Calls that were handed ahead belong to the page again. */
  takenBack(channel: Channel, calls: readonly Call[]): void
  /** An argument cannot be cloned; `path` is its place. The call was not sent. */
  unsendable(channel: Channel, call: Call, code: LostMessage, path: string, cause: unknown): void
  /** The worker has no such method. The call was not sent. */
  unknown(channel: Channel, call: Call): void
  /** A message that could not be read contained the call, or an item of its stream. */
  lost(channel: Channel, call: Call, code: LostMessage, isStream: boolean): void
  progressed(call: Call, value: unknown): void
  /** The worker emitted an event or called a callback, as the message says; `post` answers it. */
  said(channel: Channel, message: readonly unknown[], post: Post): void
  streamed(call: Call, items: readonly unknown[]): void
  /** A message was processed. `latencyMs`: how long it waited before the page read it. */
  turnEnded(channel: Channel, latencyMs: number): void
}

/** What all channels of a task share. */
export interface ChannelSettings {
  readonly worker: WorkerFactory
  readonly name: string
  /** Progress counts as a sign of life, and is sent even if no caller reads it. */
  readonly wantsProgress: boolean
  /** What is transferred to a busy worker need not be taken back. */
  readonly movesAhead: boolean
  /** Its worker serves other pages, too, so it is unknown what is ahead of a call. */
  readonly shared?: unknown
  readonly clock: Clock
  /** The data for `setup` at each start, or a function that returns it. */
  readonly setupData?: unknown
  /** From the task's calls: the worker needs it, too. */
  readonly codecs?: CodecsInUse | undefined
}
