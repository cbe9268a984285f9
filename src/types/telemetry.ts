/**
 * The public types of telemetry, and what the sinks receive for a call.
 * The shapes of OpenTelemetry that appear here are declared structurally, so that only one file imports its API.
 */
import type { BlockScoped } from './block-scoped.ts'

/** A span attribute's value, as OpenTelemetry defines it. */
export type AttributeValue =
  | string
  | number
  | boolean
  | readonly (string | null | undefined)[]
  | readonly (number | null | undefined)[]
  | readonly (boolean | null | undefined)[]

/** Span attributes by name. */
export type Attributes = {
  readonly [name: string]: AttributeValue | undefined
}

/** A W3C trace context, as OpenTelemetry's `SpanContext`. */
export interface SpanContext {
  /** 32 lowercase hex digits, not all zero. */
  readonly traceId: string
  /** 16 lowercase hex digits, not all zero. */
  readonly spanId: string
  /** W3C trace flags; bit 0 is "sampled". */
  readonly traceFlags: number
  readonly isRemote?: boolean | undefined
  readonly traceState?: { serialize(): string } | undefined
}

/** How a call ended, for counters and spans; each call has exactly one. */
export type CallOutcome = 'success' | 'failure' | 'canceled' | 'rejected'

/** Options of {@link TaskRuntime.createTrace}. */
export interface TraceOptions {
  /** The trace becomes part of this one: its root span is a child of that span, which may be an OpenTelemetry span. @default the active OpenTelemetry context */
  readonly parent?:
    | { readonly spanContext?: SpanContext | (() => SpanContext) | undefined }
    | null
    | undefined
  /** Attributes of the root span. */
  readonly attributes?: Attributes | undefined
  /** Traces that this one follows, as span links. */
  readonly links?: readonly SpanContext[] | undefined
  /**
   * The name of the root span. Backends list operations by it, so choose a name that many traces share. The trace's whole
   * name is the attribute `atelier.trace.name`.
   * @default the part of the trace's name before the first `:` (`doc` of `doc:123`), or `atelier.trace` without a name
   */
  readonly spanName?: string | undefined
}

/** How a trace ends. Without a status, the status stays unset. */
export interface TraceEnd {
  readonly status?: 'ok' | 'error' | 'canceled' | undefined
  readonly error?: unknown
  /** When it ended, in ms on `performance.now()`, if that was earlier. @default now */
  readonly endTime?: number | undefined
}

/** A workflow: the root span that calls become children of. */
export interface Trace extends BlockScoped {
  /** 32 lowercase hex digits. */
  readonly traceId: string
  readonly name: string | undefined
  readonly spanContext: SpanContext
  /** Whether spans and measures of this trace are written. */
  readonly sampled: boolean
  /** The W3C header that carries the trace to a server. */
  readonly traceparent: string
  /** Sets an attribute of the root span. */
  setAttribute(name: string, value: AttributeValue): void
  /** Ends the trace; only the first call counts. */
  end(end?: TraceEnd): void
}

/** User Timing options. */
export interface UserTimingConfig {
  /** Also emit, and clear, the `:start` and `:end` marks. @default false */
  readonly marks?: boolean | undefined
  /** How many of its measures the runtime keeps in the timeline. It clears the oldest first, and all after `dispose()`. 0: only observers see them; `Infinity`: you clear them. @default 1_000 */
  readonly keepMeasures?: number | undefined
  /** Custom tracks in the DevTools Performance panel. @default true */
  readonly devtools?: boolean | undefined
}

interface TaskLabels {
  readonly taskId: string
  readonly taskName?: string | undefined
  readonly taskType: 'parallel' | 'singleton'
}

/** A call that has settled; times in ms on the page's `performance.now()`. */
export interface SpanEvent extends TaskLabels {
  readonly kind: 'span'
  readonly spanId: string
  readonly traceId: string
  readonly traceName?: string | undefined
  /** Absent for a root span. */
  readonly parentSpanId?: string | undefined
  /** `atelier.task`, or the name that a handler gave to `span()`. */
  readonly name: string
  readonly callId: string
  readonly method: string
  readonly key?: string | undefined
  readonly workerIndex?: number | undefined
  readonly startTime: number
  readonly endTime: number
  /** When the queue accepted it; until then it was blocked. Absent if the queue never accepted it. */
  readonly admittedTime?: number | undefined
  readonly queueWaitMs?: number | undefined
  readonly runStartTime?: number | undefined
  readonly runMs?: number | undefined
  readonly attemptCount: number
  readonly status: 'ok' | 'error' | 'canceled'
  readonly outcome: CallOutcome
  readonly errorType?: string | undefined
  readonly error?: string | undefined
  readonly attributes?: Attributes | undefined
}

/** A trace that has ended. */
export interface TraceEvent {
  readonly kind: 'trace'
  readonly traceId: string
  readonly spanId: string
  readonly traceName?: string | undefined
  readonly startTime: number
  readonly endTime: number
  readonly spanCount: number
  readonly status?: 'ok' | 'error' | 'canceled' | undefined
  readonly error?: string | undefined
}

/** One increment of a counter, one value of a gauge or a histogram, under the metric's name. */
export interface MetricEvent {
  readonly kind: 'counter' | 'gauge' | 'histogram'
  readonly name: string
  readonly value: number
  readonly time: number
  readonly attributes: Attributes
}

/**
 * Why a runtime stopped a worker: `idle`, after `idleTimeoutMs`; `stopped`, `parked`, `disposed`, with its task; `restarted`, by
 * `control.restartWorker`; `max-calls`, after `maxCallsPerWorker`; `resized`, by `control.resize`; `abort-grace`, an aborted handler that
 * did not end in time; `hang`, a handler without a sign of life.
 */
export type TerminateReason =
  | 'idle'
  | 'stopped'
  | 'parked'
  | 'disposed'
  | 'restarted'
  | 'max-calls'
  | 'resized'
  | 'abort-grace'
  | 'hang'

/** Something happened to a worker. `ready`: it takes calls. `error`: an uncaught error in a worker that stays alive. */
export interface WorkerEvent extends TaskLabels {
  readonly kind: 'worker'
  readonly action: 'spawn' | 'ready' | 'crash' | 'terminate' | 'error'
  readonly workerIndex: number
  readonly time: number
  /** Of `terminate`. */
  readonly reason?: TerminateReason | undefined
  readonly error?: string | undefined
  /** Of `ready`: milliseconds since `spawn`, those of `setup` included. */
  readonly startMs?: number | undefined
  /** Of `ready`: milliseconds that the worker's `setup` took; absent without a `setup`. */
  readonly setupMs?: number | undefined
}

/**
 * What happens to a call. `created`: it was called; `admitted`: the queue accepted it; `sent`: posted to a worker, which may be busy;
 * `started`: its handler runs, or is presumed to; `progressed`: the caller gets a progress value; `requeued`: it has left its worker
 * and waits again; `settled`: it is over.
 */
export type CallEventPhase =
  | 'created'
  | 'admitted'
  | 'sent'
  | 'started'
  | 'progressed'
  | 'requeued'
  | 'settled'

/** A step in the life of a call, as it happens; only for subscribers that name the kind `call`. */
export interface CallEvent extends TaskLabels {
  readonly kind: 'call'
  readonly phase: CallEventPhase
  readonly callId: string
  readonly method: string
  readonly key?: string | undefined
  readonly traceId: string
  readonly traceName?: string | undefined
  readonly spanId: string
  /** Absent for a root span. */
  readonly parentSpanId?: string | undefined
  /** The worker that it was last given to. */
  readonly workerIndex?: number | undefined
  /** Starts so far, a presumed one included. */
  readonly attempt: number
  /** In ms on the page's `performance.now()`. */
  readonly time: number
  /** Of `settled`. */
  readonly outcome?: CallOutcome | undefined
  /** Of `requeued`: what happened to its worker, or that its handler threw; absent if it moved to an idle worker. */
  readonly reason?: string | undefined
}

/** What {@link TaskRuntime.subscribeEvents} reports: raw events, never aggregated, never sampled. */
export type RuntimeEvent = SpanEvent | TraceEvent | MetricEvent | WorkerEvent | CallEvent

/** Options of {@link TaskRuntime.subscribeEvents}. */
export interface EventSubscriptionOptions {
  /** The kinds of events to receive. Events that no listener requested are not created. @default all but `call` */
  readonly kinds?: readonly RuntimeEvent['kind'][] | undefined
}
