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
 * The states of a call. Where it stands follows from its state, and only the queue moves it: a requeue leads from its
 * worker back to READY, nothing leads out of SETTLED.
 */
/** Its caller waits for room in the queue. */
export const BLOCKED = 0
/** Accepted, and waiting for a slot. */
export const READY = 1
/** Accepted, and waiting for an earlier call of its key. */
export const HELD = 2
/** Handed to a busy worker ahead of time; it still waits, and can be taken back. */
export const AHEAD = 3
/** It holds a slot of a worker, and its handler is not known to run. */
export const STARTING = 4
/** Its handler runs, as its worker says, or because nothing else can be ahead of it. */
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

/** Its arguments are as the caller gave them. */
export const WHOLE = 0
/** They were transferred while it was AHEAD, and `args` is the copy that the page has kept. */
export const COPIED = 1
/** They were transferred, or its items read: it cannot be sent again. */
export const SPENT = 2
export type CallPayload = typeof WHOLE | typeof COPIED | typeof SPENT

/** Priorities as indexes of the queue's lists. */
export const HIGH = 0
export const NORMAL = 1
export const LOW = 2
export type PriorityIndex = typeof HIGH | typeof NORMAL | typeof LOW

/** Dispatch options with every default filled in; one object serves all calls of a `with()`. */
export interface CallOptions {
  readonly key: string | undefined
  readonly keyMode: KeyMode
  readonly signal: AbortSignal | undefined
  /** `undefined`: inherited; `null`: none. */
  readonly trace: TaskDispatchOptions['trace']
  /** What {@link trace} is where the caller named none. */
  readonly inheritedTrace: TraceContext | undefined
  readonly attributes: Attributes | undefined
  readonly timeouts: CallTimeouts | undefined
  readonly retry: CallRetry | undefined
  readonly session: CallSession | undefined
  /** Of one call: where it is to go, if that can be. */
  readonly affinity: CallAffinity | undefined
  readonly priority: PriorityIndex
  readonly transfer: readonly Transferable[] | 'auto' | undefined
  readonly transferResult: 'auto' | false
  readonly onProgress: ((value: unknown) => void) | undefined
  /** Milliseconds that its handler may go on once it was aborted; the task's where nothing is said. */
  readonly abortGraceMs: number | undefined
  /** Of a stream: how far its producer may be ahead of its reader; as the reader reads where nothing is said. */
  readonly highWaterMark: CallHighWaterMark | undefined
  /** Each value goes to {@link onProgress}, not the newest of a frame. */
  readonly progressEvery: boolean
  readonly onStart: (() => void) | undefined
  /** Of the task: how objects of some classes travel. */
  readonly codecs: CodecsInUse | undefined
  /** Of the task: classes that errors of its handlers keep, by name. */
  readonly errors: ReadonlyMap<string, ErrorClass> | undefined
  /** Of the method: derives a key, where none was given. */
  readonly keyOf: ((...args: never[]) => string | undefined) | undefined
  /** Derives an affinity. */
  readonly affinityOf: ((...args: never[]) => string | undefined) | undefined
  /** Of the method: extra span attributes from the arguments. */
  readonly attributesOf: ((...args: never[]) => Attributes | undefined) | undefined
}

/** Items that are under way or wait to be read, at most: so many, or as many as `max` holds of the largest so far. */
export interface CallHighWaterMark {
  readonly max: number
  readonly size: ((item: unknown) => number) | undefined
}

/** What the calls have in common that are best served by one worker. */
export interface CallAffinity {
  readonly name: string
  /** Whether it went to the worker that had served the affinity last; undefined before it has gone anywhere. */
  isHit: boolean | undefined
}

/** Calls that are bound to one life of one worker: those of a session, one after another, or one of a broadcast. */
export interface CallSession {
  /** Who keeps it. */
  readonly owner: object
  /** What the calls of a session are ordered by, and their key where they have none. */
  readonly lane: string | undefined
  /** What calls end with that were to run there when the worker is gone. */
  readonly lossCode: 'session-lost' | 'crashed'
  /** Why it takes no calls any more. */
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

/** {@link TaskTimeouts}, those that are none left out. */
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

/** What the sinks keep of a call between its edges. */
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

/** What a call may ask of the executor that owns it. */
export interface CallControl {
  abort(call: Call, reason: unknown): void
  /** Somebody waits for its result. */
  awaited(call: Call): void
  /** While it waits. */
  prioritize(call: Call, priority: TaskPriority): void
  /** The consumer of its stream has room for more items, or has left (a negative count). */
  grant(call: Call, items: number): void
}

/** Where a call is, or was, as far as a call needs to know its worker. */
export interface CallPlace {
  readonly index: number
  /** A call is from now on what another one was here. */
  replace(call: Call, heir: Call): void
}

export class Call implements Linked<Call> {
  readonly id: number
  /** The name of its run on the wire, and its age in the queue: its own id, or that of the call whose run it took over. */
  runId: number
  readonly task: CallTask
  readonly method: string
  /** Only the queue replaces them. */
  options: CallOptions
  readonly key: string | undefined
  /** Emptied at settlement, so that a promise that is kept does not keep the payload. */
  args: readonly unknown[]

  state: CallState = READY

  list: unknown = null
  previous: Call | null = null
  next: Call | null = null

  /** The worker that holds the call; the queue's otherwise. */
  place: CallPlace | null = null
  /** The last worker that it was dispatched to, for telemetry and errors. */
  workerIndex = -1
  /** This attempt was handed to a busy worker: when it started, only its reply knows. */
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
  /** Below 0 while it is blocked. */
  admittedAt = 0
  firstDispatchedAt = 0
  dispatchedAt = 0
  settledAt = 0
  /** The run interval that the worker reported, on the page's clock. */
  runStartedAt = 0
  runEndedAt = 0
  /** The newest sign of life, for the heartbeat. */
  beatAt = 0
  workerSpans: WireSpan[] | undefined = undefined
  /** How it ended; set with `settledAt`. */
  outcome: CallOutcome | undefined = undefined

  /** Callers that have joined this run instead of making one of their own. */
  joiners: Set<Call> | null = null
  /** The run that this caller has joined. */
  leader: Call | null = null
  /** One timer for the phase (queue, then run), one for the whole, one for an aborted handler that goes on. */
  phaseTimer: TimerNode | null = null
  totalTimer: TimerNode | null = null
  graceTimer: TimerNode | null = null
  /** Present when somebody asked for `admitted`. */
  onAdmitted: (() => void) | null = null
  /** Items that the consumer of its stream had room for so far. */
  room = 0
  itemsReceived = 0
  /** Its handler is a generator: an item came, or the news that nobody reads them. */
  isStream = false
  /** The newest progress, while it waits to be handed to the caller. */
  progress: { value: unknown } | null = null
  progressedAt: number = Number.NEGATIVE_INFINITY
  /** The items of a generator method, once somebody iterates. */
  stream: CallStream | null = null
  /** What of its arguments a second post could send. One field for all: four more on each call cost a burst 8 % of its time. */
  payload: CallPayload = WHOLE
  /** Something in its arguments has no clone and is transferred without being asked. */
  holdsUnclonable = false

  /** Set by the promise that the caller holds. */
  resolve: (value: unknown) => void = ignore
  reject: (error: unknown) => void = ignore
  /** Posted to its worker: from then on room for items travels by itself. */
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

  /** What is transferred of its arguments: of a copy of ours, whatever can be. */
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
