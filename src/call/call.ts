/** A call: one object from enqueue to settlement, with everything that happens to it. */
import type { Linked } from '../lib/linked-list.ts'
import type { CallPhase } from '../errors/errors.ts'
import type { CallTelemetry } from '../telemetry/instrumentation.ts'
import type { Attributes, SpanContext } from '../types/telemetry.ts'
import { callIdOf } from '../wire/protocol.ts'
import { SparseCall } from './sparse-call.ts'
import type { KeyMode, TaskTimeouts, TaskType, TraceContext } from '../types/task.ts'

/** The states of a call, in order; a requeue leads from IN_FLIGHT back to PENDING, nothing leads out of SETTLED. */
export const BLOCKED = 0
export const PENDING = 1
export const IN_FLIGHT = 2
export const SETTLED = 3
export type CallState = typeof BLOCKED | typeof PENDING | typeof IN_FLIGHT | typeof SETTLED

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
  readonly trace: TraceContext | { readonly spanContext: SpanContext } | null | undefined
  /** What {@link trace} is where the caller named none. */
  readonly inheritedTrace: TraceContext | undefined
  readonly attributes: Attributes | undefined
  readonly timeouts: TaskTimeouts | undefined
  readonly priority: PriorityIndex
  readonly transfer: readonly Transferable[] | 'auto' | undefined
  readonly transferResult: boolean
  readonly onProgress: ((value: unknown) => void) | undefined
  readonly onStart: (() => void) | undefined
}

/** What a call, its errors and its telemetry know of the task. */
export interface CallTask {
  readonly taskId: string
  readonly taskName: string | undefined
  readonly type: TaskType
  readonly policy: string
  /** Extra span attributes from the arguments. */
  readonly payloadAttributes: ((...args: never[]) => Attributes) | undefined
  /** The executor that owns the task's calls. */
  readonly control: CallControl
}

/** What a call may ask of the executor that owns it. */
export interface CallControl {
  abort(call: Call, reason: unknown): void
  /** The consumer of its stream has room for more items, or has left (a negative count). */
  grant(call: Call, items: number): void
}

/** Where a call is, or was, as far as a call needs to know its worker. */
export interface CallPlace {
  readonly index: number
}

export class Call extends SparseCall implements Linked<Call> {
  readonly id: number
  /** The name of its run on the wire, and its age in the queue: its own id, or that of the call whose run it took over. */
  runId: number
  readonly task: CallTask
  readonly method: string
  readonly options: CallOptions
  readonly key: string | undefined
  /** Emptied at settlement, so that a promise that is kept does not keep the payload. */
  args: readonly unknown[]

  state: CallState = PENDING

  list: unknown = null
  previous: Call | null = null
  next: Call | null = null

  /** The worker that holds the call; the queue's otherwise. */
  place: CallPlace | null = null
  /** The last worker that it was dispatched to, for telemetry and errors. */
  workerIndex = -1
  /** This attempt was given to a worker that was busy with others; until it starts, the call is pending. */
  handedAhead = false
  /** Whether its handler is presumed to run: IN_FLIGHT on a worker that is still starting has not started. */
  started = false
  /** Dispatches so far. */
  attempt = 0

  telemetry: CallTelemetry | null = null
  /** What the call rejected with. */
  error: unknown

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
    super()
    this.id = id
    this.runId = id
    this.task = task
    this.method = method
    this.args = args
    this.options = options
    this.key = key
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
    if (this.state === PENDING) return 'queued'
    return this.started ? 'running' : 'starting'
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
