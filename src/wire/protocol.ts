/**
 * The wire between a page and its worker: every message, as types, and the numbers that name them.
 *
 * Each message is an array whose first element is one of the operation numbers. They are large and
 * peculiar, so that a foreign message on the same port is never taken for one of ours, and small
 * enough to be cloned as plain integers. Calls and replies travel in columns: an array of small integers
 * is cloned several times as fast as one with anything else among them, or than an array for each call.
 */

import type { Rows } from './batchable.ts'

/**
 * The version of these messages, which READY carries. A change that either side could not make sense of raises it: a worker that
 * a cache has kept may be older than its page.
 */
export const PROTOCOL = 4

/** Worker to page: the script has run and `setup` is done. */
export const READY = 0x0a7e_1101
/** Worker to page: the worker holds its life lock. */
export const LOCKED = 0x0a7e_1102
/** Worker to page: one or more settled calls. */
export const REPLIES = 0x0a7e_1103
/** Worker to page: the newest progress value of a call. */
export const PROGRESS = 0x0a7e_1104
/** Worker to page: a sign of life of a call. */
export const BEAT = 0x0a7e_1105
/** Worker to page: items of a stream. */
export const ITEMS = 0x0a7e_1106
/** Worker to page: `setup` threw. */
export const FAILED = 0x0a7e_1107
/** Worker to page: it closes itself. */
export const CLOSED = 0x0a7e_1108
/** Worker to page: a message arrived that could not be read: a call may be lost. */
export const UNREADABLE = 0x0a7e_1109
/** Worker to page: the calls that it holds, the answer to AUDIT. */
export const AUDITED = 0x0a7e_110a
/** Worker to page: the script has called createTaskWorker, and `setup` waits for SET_UP. Where there is none, READY comes alone. */
export const LOADED = 0x0a7e_110b
/** Worker to page: a sign of life of `setup`; it extends `startTimeoutMs`. */
export const SETTING_UP = 0x0a7e_110c
/** Worker to page: a rejection that nothing in the worker handled. */
export const UNCAUGHT = 0x0a7e_110d
/** Worker to page: calls of this claim were not started, the page has them. */
export const UNCLAIMED = 0x0a7e_110e
/** Worker to page: an event that may have listeners. */
export const EVENT = 0x0a7e_1131
/** Worker to page: a message of another kind that holds ReadableStreams. */
export const STREAMS = 0x0a7e_110f
/** Worker to page: a handler calls a callback of its call. */
export const CALLED = 0x0a7e_1132
/** Worker to page: `checkpoint` is done, or it threw. */
export const CHECKPOINTED = 0x0a7e_1120
/** Page to worker: run `setup`, with this data; the answer to LOADED. */
export const SET_UP = 0x0a7e_1220
/** Page to worker: run `checkpoint`. */
export const CHECKPOINT = 0x0a7e_1221
/** Page to worker: say which calls you hold. */
export const AUDIT = 0x0a7e_1207
/** Page to worker: settings for the life of the worker. */
export const OPEN = 0x0a7e_1201
/** Page to worker: one or more calls. */
export const CALLS = 0x0a7e_1202
/** Page to worker: abort a call, wherever it is. */
export const CANCEL = 0x0a7e_1203
/** Page to worker: give calls back that have not started. */
export const TAKE_BACK = 0x0a7e_1204
/** Page to worker: the consumer of a stream has room for so many more items. */
export const CREDIT = 0x0a7e_1205
/** Page to worker: run `checkpoint` and `teardown`, and close. */
export const CLOSE = 0x0a7e_1206
/** Page to worker: so many events were read. */
export const HEARD = 0x0a7e_1231
/** Page to worker: what a callback has returned or thrown. */
export const ANSWER = 0x0a7e_1232
/** Page to worker: serve the pages that say HELLO, too. */
export const SERVE = 0x0a7e_1240
/** A page to whom it wants to be served by. */
export const HELLO = 0x0a7e_1241
/** An engine to all pages: it takes calls from now on. */
export const ANNOUNCE = 0x0a7e_1242
/** An engine to the broker, and back: it is where pages are to be sent. */
export const HOST = 0x0a7e_1243
/** Engine to page: how many pages it serves, and in which epoch; a sign of life as well. */
export const PAGES = 0x0a7e_1140
/** Line to channel, never posted: what is known of the engine, its host is gone, it cannot be had. */
export const SHARED = 0x0a7e_1141
export const HOST_LOST = 0x0a7e_1142
export const LINE_FAILED = 0x0a7e_1143

/** Events that a worker posts before the page has said that it has read any. */
export const EVENT_ROOM = 256

/** Bits of a call's `flags`. */
export const WANTS_PROGRESS = 1
export const TRANSFER_RESULT = 2
/** Others may be ahead of it on the worker: it answers STARTED when its handler is about to run. */
export const WANTS_START = 4
/** Each value of progress is sent, none coalesced. */
export const WANTS_EVERY = 8
/** The bits above hold how many fields of its {@link CallMeta} travel with the call. */
export const META_SHIFT = 4

/** How a call ended on the worker. */
export const RESULT = 0
export const THROWN = 1
/** Never started: cancelled in time or taken back. */
export const RETURNED = 2
export const NO_METHOD = 3
/** The handler ended well but its result cannot be cloned: the value is the path of the culprit. */
export const UNCLONABLE = 4
/** Like RESULT, for a generator: the value is what it returned. */
export const STREAM_END = 5
/** No end: its handler is about to run, see {@link WANTS_START}. */
export const STARTED = 6
/** No end: its handler has failed, and takes its time to close; the value is the status that it will end with, and its value. */
export const CLOSING = 7

export type ReplyStatus =
  | typeof RESULT
  | typeof THROWN
  | typeof RETURNED
  | typeof NO_METHOD
  | typeof UNCLONABLE
  | typeof STREAM_END
  | typeof STARTED
  | typeof CLOSING

/** `[READY, version, method names, performance.timeOrigin of the worker, whether there is a teardown, whether a checkpoint, ms that its setup took, names of its codecs]` */
export type ReadyMessage = [
  typeof READY,
  version: number,
  readonly string[],
  number,
  boolean,
  boolean,
  number?,
  (readonly string[])?,
]
/** `[CHECKPOINTED, token, encoded error?]` */
export type CheckpointedMessage = [typeof CHECKPOINTED, number, unknown?]
/** `[LOCKED, lock name]` */
export type LockedMessage = [typeof LOCKED, string]
/**
 * `[REPLIES, sent at, (id, status, started, ended)*, values, spans?, whether the one value holds a ReadableStream]`: sent in ms on the worker's clock; started and ended
 * in whole microseconds before that, or -1 for what never started; spans of the first and only reply, each a
 * {@link WireSpan}, and behind them how many were dropped, where any were. An array of small
 * integers is cloned several times as fast as one that holds anything else among them.
 */
export type RepliesMessage = [
  typeof REPLIES,
  sentAt: number,
  rows: Rows,
  values: readonly unknown[],
  spans?: unknown,
  holdsStream?: true,
]
/** `[PROGRESS, id, value]` */
export type ProgressMessage = [typeof PROGRESS, number, unknown]
/** `[BEAT, id]` */
export type BeatMessage = [typeof BEAT, number]
/** `[ITEMS, id, ...items]` */
export type ItemsMessage = [typeof ITEMS, number, ...unknown[]]
/** `[UNREADABLE]` */
export type UnreadableMessage = [typeof UNREADABLE]
/** `[AUDITED, token, ...(id, items of its stream that were sent)*]` */
export type AuditedMessage = [typeof AUDITED, ...number[]]
/** `[CLOSED]` */
export type ClosedMessage = [typeof CLOSED]
/** `[UNCLAIMED, claim]` */
export type UnclaimedMessage = [typeof UNCLAIMED, number]
/** `[FAILED, encoded error]` */
export type FailedMessage = [typeof FAILED, unknown]
/** `[LOADED]` */
export type LoadedMessage = [typeof LOADED]
/** `[SETTING_UP, progress?]` */
export type SettingUpMessage = [typeof SETTING_UP, unknown?]
/** `[STREAMS, message]`; replies say it themselves. */
export type StreamsMessage = [typeof STREAMS, ItemsMessage | EventMessage | CalledMessage]
/** `[EVENT, name, payload, how many were dropped before it]` */
export type EventMessage = [typeof EVENT, string, unknown, number]
/** `[CALLED, id, number, index among the callbacks of the call, arguments]` */
export type CalledMessage = [typeof CALLED, number, number, number, readonly unknown[]]
/** `[UNCAUGHT, encoded error]` */
export type UncaughtMessage = [typeof UNCAUGHT, unknown]

export type WorkerMessage =
  | ReadyMessage
  | LockedMessage
  | RepliesMessage
  | ProgressMessage
  | BeatMessage
  | ItemsMessage
  | FailedMessage
  | ClosedMessage
  | UnreadableMessage
  | AuditedMessage
  | LoadedMessage
  | SettingUpMessage
  | UncaughtMessage
  | UnclaimedMessage
  | EventMessage
  | CalledMessage
  | CheckpointedMessage

/** How many numbers one call takes in a {@link CallsMessage}. */
export const CALL_STRIDE = 5
/** How many numbers one reply takes in a {@link RepliesMessage}. */
export const REPLY_STRIDE = 4

/** `[OPEN, handlers that may run at once, cancel flags and claim words shared with the page]`; later with a new number alone. */
export type OpenMessage = [typeof OPEN, number, Int32Array | null, Int32Array | null] | [typeof OPEN, number]
/**
 * `[CALLS, (id, method, flags, argument count, claim)*, arguments, metas]`, of all calls one behind the other. The method
 * travels as its index in the names that READY gave. `flags` tells how many of the metas are a call's; see
 * {@link META_SHIFT}. A call with a claim, which is a positive number, is the worker's only once it has claimed it:
 * the page may be quicker. Calls of one claim go together. Callbacks are those of the one call of the message.
 */
export type CallsMessage = [
  typeof CALLS,
  rows: Rows,
  args: readonly unknown[],
  metas: readonly unknown[],
  callbacks?: readonly WireCallback[],
]

/** Its place in the arguments, and how many calls of it may be open. */
export type WireCallback = readonly [path: readonly (string | number)[], credit: number]
/** `[CANCEL, id, whether the reason is an encoded error, reason]` */
export type CancelMessage = [typeof CANCEL, number, boolean, unknown]
/** `[TAKE_BACK, ...ids]` */
export type TakeBackMessage = [typeof TAKE_BACK, ...number[]]
/** `[CREDIT, id, items]`; a negative count means that the consumer has left. */
export type CreditMessage = [typeof CREDIT, number, number]
/** `[AUDIT, token]` */
export type AuditMessage = [typeof AUDIT, number]
/** `[ANSWER, id, number, whether it is a result, result or encoded error]` */
export type AnswerMessage = [typeof ANSWER, number, number, boolean, unknown]
/** `[HEARD, events]` */
export type HeardMessage = [typeof HEARD, number]
/** `[CLOSE]` */
export type CloseMessage = [typeof CLOSE]
/** `[SET_UP, data]` */
export type SetUpMessage = [typeof SET_UP, unknown]
/** `[CHECKPOINT, token]` */
export type CheckpointMessage = [typeof CHECKPOINT, number]

export type PageMessage =
  | OpenMessage
  | CallsMessage
  | CancelMessage
  | TakeBackMessage
  | CreditMessage
  | CloseMessage
  | AuditMessage
  | HeardMessage
  | AnswerMessage
  | SetUpMessage
  | CheckpointMessage

/** What a call tells the worker beyond its arguments; unneeded fields are left out from the end. */
export type CallMeta = [
  traceparent?: string | undefined,
  attempt?: number,
  key?: string | undefined,
  tracestate?: string | undefined,
  /** Items of a stream that its consumer has room for already. */
  room?: number,
]

/** A span that a handler created: `[id, parent id or '', name, start, end, attributes, error or undefined]`. */
export type WireSpan = [
  id: string,
  parentId: string,
  name: string,
  start: number,
  end: number,
  attributes: Record<string, unknown> | undefined,
  error: WireSpanError | undefined,
]

/** Why a worker span failed. */
export type WireSpanError = {
  name: string
  message: string
  stack?: string | undefined
}

/** How many claims can be open at once in the words that page and worker share; a claim's word is its number modulo that. */
export const CLAIM_WORDS = 1_024

/** The name of the Web Lock that represents a claim if no memory is shared; `life` is the worker's own lock. */
export function claimLock(life: string, claim: number): string {
  return `${life}:${claim}`
}

/** The id that users see for a wire id: the same on both sides. */
export function callIdOf(id: number): string {
  return `call-${id}`
}
