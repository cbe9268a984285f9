/** A call: one object from enqueue to settlement, with everything that happens to it. */
import type { Linked } from '../lib/linked-list.ts'
import type { CallPhase } from '../errors/errors.ts'
import type { CodecsInUse, ErrorClass } from '../types/codec.ts'
import type { Attributes, CallOutcome } from '../types/telemetry.ts'
import { marks, transferWith } from '../wire/transfer.ts'
import { callIdOf, type WireSpan } from '../wire/protocol.ts'
import type { TimerNode } from '../lib/timer-wheel.ts'
import type { KeyMode, TaskDispatchOptions, TaskPriority, TaskType, TraceContext } from '../types/task.ts'

/**
 * The states of a call. Its state determines its list, and only the queue changes it. A requeue leads from its
 * worker back to READY. Nothing leads out of SETTLED.
 */
/** Its caller waits for room in the queue. */
export const BLOCKED = 0
/** Accepted, and waiting for a slot. */
export const READY = 1
/** Accepted, and waiting for an earlier call of its key. */
export const HELD = 2
/** Handed to a busy worker ahead of time. It still waits, and can be taken back. */
export const AHEAD = 3
/** It holds a slot of a worker, and its handler may not have started. */
export const STARTING = 4
/** Its handler runs. Its worker said so, or nothing else can be ahead of it there. */
export const RUNNING = 5
export const SETTLED = 6
export type CallState =
  | typeof BLOCKED
  | typeof READY
  | typeof HELD
  | typeof AHEAD
  | typeof STARTING
  | typeof RUNNING
  | typeof SETTLED

/** Its arguments are as the caller passed them. */
export const WHOLE = 0
/** They were transferred while it was AHEAD, and `args` is the page's copy. */
export const COPIED = 1
/** They were transferred, or its items read: it cannot be sent again. */
export const SPENT = 2
export type CallPayload = typeof WHOLE | typeof COPIED | typeof SPENT

/** Priorities as indexes of the queue's lists. */
export const HIGH = 0
export const NORMAL = 1
export const LOW = 2
export type PriorityIndex = typeof HIGH | typeof NORMAL | typeof LOW

/** Dispatch options with every default filled in. All calls of a `with()` share one object. */
export interface CallOptions {
  readonly key: string | undefined
  readonly keyMode: KeyMode
  readonly signal: AbortSignal | undefined
  /** `undefined`: inherited; `null`: none. */
  readonly trace: TaskDispatchOptions['trace']
  /** The value of {@link trace} if the caller named none. */
  readonly inheritedTrace: TraceContext | undefined
  readonly attributes: Attributes | undefined
  readonly timeouts: CallTimeouts | undefined
  readonly retry: CallRetry | undefined
  readonly session: CallSession | undefined
  /** For one call: the worker it should go to, if possible. */
  readonly affinity: CallAffinity | undefined
  readonly priority: PriorityIndex
  readonly transfer: readonly Transferable[] | 'auto' | undefined
  readonly transferResult: 'auto' | false
  readonly onProgress: ((value: unknown) => void) | undefined
  /** Milliseconds that its handler may keep running after an abort; the task's if undefined. */
  readonly abortGraceMs: number | undefined
  /** For a stream: how far its producer may be ahead of its reader; if undefined, it follows the reader. */
  readonly highWaterMark: CallHighWaterMark | undefined
  /** Each value goes to {@link onProgress}, not only the newest of a frame. */
  readonly progressEvery: boolean
  readonly onStart: (() => void) | undefined
  /** From the task: how objects of some classes travel. */
  readonly codecs: CodecsInUse | undefined
  /** From the task: classes that errors of its handlers keep, by name. */
  readonly errors: ReadonlyMap<string, ErrorClass> | undefined
  /** From the method: derives a key if none was passed. */
  readonly keyOf: ((...args: never[]) => string | undefined) | undefined
  /** Derives an affinity. */
  readonly affinityOf: ((...args: never[]) => string | undefined) | undefined
  /** From the method: extra span attributes from the arguments. */
  readonly attributesOf: ((...args: never[]) => Attributes | undefined) | undefined
}

/** The most items that may be in transit or wait to be read: a number, or as many as fit into `max` at the size of the largest so far. */
export interface CallHighWaterMark {
  readonly max: number
  readonly size: ((item: unknown) => number) | undefined
}

/** What calls share that should run on the same worker. */
export interface CallAffinity {
  readonly name: string
  /** Whether it went to the worker that last served the affinity; undefined before it was assigned to one. */
  isHit: boolean | undefined
}

/** Calls that are bound to one life of one worker: the calls of a session, one after another, or one of a broadcast. */
export interface CallSession {
  /** Who keeps it. */
  readonly owner: object
  /** Orders the calls of a session, and is their key if they have none. */
  readonly lane: string | undefined
  /** The error of calls that should have run there when the worker is gone. */
  readonly lossCode: 'session-lost' | 'crashed'
  /** Why it accepts no more calls. */
  readonly ended: string | null
  usedAt: number
  release(this: void): void
}

/** {@link TaskRetry} with every default filled in. */
export interface CallRetry {
  readonly error: number
  readonly crash: number
  readonly delayMs: number
  readonly factor: number
  readonly jitter: boolean
  readonly shouldRetry: ((error: unknown, attempt: number) => boolean) | undefined
}

/** {@link TaskTimeouts} without those that are off. */
export interface CallTimeouts {
  readonly queue?: number | undefined
  readonly run?: number | undefined
  readonly total?: number | undefined
}

/** What a call, its errors and its telemetry know of the task. */
export interface CallTask {
  readonly taskId: string
  readonly taskName: string | undefined
  readonly type: TaskType
  readonly policy: string
  /** The executor that owns the task's calls. */
  readonly control: CallControl
}

/** What the sinks keep for a call between its edges. */
export interface CallTelemetry {
  /** W3C ids, the same in every sink: 32 and 16 lowercase hex digits. */
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string | undefined
  /** The name of the trace that the call belongs to. */
  readonly traceName: string | undefined
  /** For the worker: the W3C header of this call's span, and the state that goes with it. */
  readonly traceparent: string
  readonly tracestate: string | undefined
  /** Whether spans and measures are written; metrics and events always are. */
  readonly sampled: boolean
}

/** What a call may request from the executor that owns it. */
export interface CallControl {
  abort(call: Call, reason: unknown): void
  /** A consumer waits for its result. */
  awaited(call: Call): void
  /** While it waits. */
  prioritize(call: Call, priority: TaskPriority): void
  /** The consumer of its stream has room for more items, or has left (a negative count). */
  grant(call: Call, items: number): void
}

/** The worker that a call is, or was, on, as far as the call needs to know it. */
export interface CallPlace {
  readonly index: number
  /** One call takes the place of another here. */
  replace(call: Call, heir: Call): void
}

export class Call implements Linked<Call> {
  readonly id: number
  /** The id of its run on the wire, and its age in the queue: its own id, or that of the call whose run it took over. */
  runId: number
  readonly task: CallTask
  readonly method: string
  /** Only the queue replaces them. */
  options: CallOptions
  readonly key: string | undefined
  /** Emptied at settlement, so that a promise that is kept does not retain the payload. */
  args: readonly unknown[]

  state: CallState = READY

  list: unknown = null
  previous: Call | null = null
  next: Call | null = null

  /** The worker that holds the call; undefined while the queue holds it. */
  place: CallPlace | null = null
  /** The last worker that it was dispatched to, for telemetry and errors. */
  workerIndex = -1
  /** This attempt was handed to a busy worker. Only its reply shows when it started. */
  handedAhead = false
  /** The token by which its worker and the page claim it while it is AHEAD; 0 without one. */
  claim = 0
  /** How long it was expected to run when it was handed ahead, in ms. */
  expectedMs = 0
  /** Dispatches so far. */
  attempt = 0

  telemetry: CallTelemetry | null = null
  /** What the call rejected with. */
  error: unknown = undefined

  // Times on the page's `performance.now()`, in ms; 0 while unknown.
  enqueuedAt = 0
  /** Negative while it is blocked. */
  admittedAt = 0
  firstDispatchedAt = 0
  dispatchedAt = 0
  settledAt = 0
  /** The run interval that the worker reported, on the page's clock. */
  runStartedAt = 0
  runEndedAt = 0
  /** The latest sign of life, for the heartbeat. */
  beatAt = 0
  workerSpans: WireSpan[] | undefined = undefined
  /** How it ended; set together with `settledAt`. */
  outcome: CallOutcome | undefined = undefined

  /** Callers that joined this run instead of starting another. */
  joiners: Set<Call> | null = null
  /** The run that this caller joined. */
  leader: Call | null = null
  /** One timer for the phase (queue, then run), one for the total, one for an aborted handler that keeps running. */
  phaseTimer: TimerNode | null = null
  totalTimer: TimerNode | null = null
  graceTimer: TimerNode | null = null
  /** Exists once `admitted` was read. */
  onAdmitted: (() => void) | null = null
  /** Items that the consumer of its stream has granted so far. */
  room = 0
  itemsReceived = 0
  /** Its handler is a generator: an item arrived, or a message that it has no reader. */
  isStream = false
  /** The newest progress, until it is passed to the caller. */
  progress: { value: unknown } | null = null
  progressedAt: number = Number.NEGATIVE_INFINITY
  /** The items of a generator method, once it is iterated. */
  stream: CallStream | null = null
  /** What a second post of its arguments could send. One field for all: four more on each call cost a burst 8 % of its time. */
  payload: CallPayload = WHOLE
  /** Its arguments contain something that cannot be cloned and is transferred without a request. */
  holdsUnclonable = false

  /** Set by the caller's promise. */
  resolve: (value: unknown) => void = ignore
  reject: (error: unknown) => void = ignore
  /** Posted to its worker. After that, grants for items are sent in their own message. */
  isPosted = false

  constructor(
    id: number,
    task: CallTask,
    method: string,
    args: readonly unknown[],
    options: CallOptions,
    key: string | undefined,
  ) {
    this.id = id
    this.runId = id
    this.task = task
    this.method = method
    this.args = args
    this.options = options
    this.key = key
  }

  /** What is transferred of its arguments. From a copy of ours, everything that can be. */
  get transfer(): CallOptions['transfer'] {
    if (this.payload === COPIED) return 'auto'
    return marks.used ? transferWith(this.options.transfer, this.args) : this.options.transfer
  }

  get callId(): string {
    return callIdOf(this.id)
  }

  get taskId(): string {
    return this.task.taskId
  }

  /** Its signal or its key was aborted. */
  onSignal(reason: unknown): void {
    this.task.control.abort(this, reason)
  }

  get phase(): CallPhase {
    if (this.leader !== null) return this.leader.phase
    if (this.state === BLOCKED) return 'blocked'
    if (this.state === RUNNING) return 'running'
    return this.state === STARTING ? 'starting' : 'pending'
  }
}

/** Where the items of a generator method go. */
export interface CallStream {
  /** Items that arrived, in order. */
  push(items: readonly unknown[]): void
  end(value: unknown): void
  fail(error: unknown): void
}

function ignore(): void {}
