/** What turns edges into spans, measures, metrics and events, as seen from the part that loads at the start. */
import type { Call } from '../call/call.ts'
import type { Clock } from '../lib/clock.ts'
import type { OtelConfig } from '../types/otel.ts'
import type { UserTimingConfig } from '../types/telemetry.ts'
import type { Instrumentation, TaskGauges } from './instrumentation.ts'
import type { EndedTrace } from './trace/trace.ts'

/** What `createTaskRuntime` makes of its options. */
export interface TelemetryConfig {
  readonly name: string
  readonly otel: OtelConfig | null
  readonly performance: UserTimingConfig | null
  /** 0 to 1. */
  readonly sampleRate: number
  readonly clock: Clock
}

/** A recorder that loaded late: it receives calls whose spans started without it. */
export interface Recorder extends Recording {
  callStarted(call: Call): void
}

export interface Recording extends Instrumentation {
  /** It is written after the calls that have settled so far. */
  traceEnded(ended: EndedTrace): void
  /** The gauges read the task from now on; the function that is returned makes it report 0, and then no more. */
  registerTask(read: () => TaskGauges): () => void
  /** The last event listener left. */
  forgetListeners(): void
  clearMeasures(): void
  /** Writes also what was left for later because the timeline is slow. */
  flushAll(): void
  /** Writes what is left; calls `then` once every call that was recorded has been written. */
  dispose(then: () => void): void
}
