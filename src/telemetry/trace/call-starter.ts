/**
 * The beginning of a call's span, at the moment of the call: its parent, its ids, what the caller said of it. Nothing of it
 * can wait for the rest of telemetry: the active context goes, arguments are transferred, workers get their span.
 */
import type { Call, CallTask } from '../../call/call.ts'
import type { EventStream } from '../events/event-stream.ts'
import type { Clock } from '../../lib/clock.ts'
import type { SinkGuard } from '../sink-guard.ts'
import type { Attributes, SpanContext } from '../../types/telemetry.ts'
import { callerAttributes } from './caller-attributes.ts'
import { CallRecord, sampleRecord } from './call-record.ts'
import type { ParentResolver } from './parent-resolver.ts'
import { TASK_ID, TASK_METHOD, TASK_NAME, TASK_SPAN, TASK_TYPE } from './span-names.ts'
import type { SpanStarter } from './span-starter.ts'
import { formatTracestate } from './traceparent.ts'

/** The span attributes of one method, made once for the calls that follow each other. */
interface MethodAttributes {
  readonly task: CallTask
  readonly method: string
  readonly attributes: Attributes
}

export class CallStarter {
  private readonly parents: ParentResolver
  private readonly starter: SpanStarter
  private readonly events: EventStream
  private readonly guard: SinkGuard
  private readonly clock: Clock
  private last: MethodAttributes | undefined
  /** Never read: with the last record its hidden class would go, and the code that was compiled for it (see kept-shapes). */
  readonly shape: CallRecord

  constructor(
    parents: ParentResolver,
    starter: SpanStarter,
    events: EventStream,
    guard: SinkGuard,
    clock: Clock,
  ) {
    this.parents = parents
    this.starter = starter
    this.events = events
    this.guard = guard
    this.clock = clock
    this.shape = sampleRecord()
  }

  /** Sets the call's `enqueuedAt` and `telemetry`. Runs code of the application's. */
  start(call: Call): void {
    const now = this.clock.now()
    call.enqueuedAt = now
    const parent = this.parents.ofCall(call.options.trace)
    const started = this.starter.start(TASK_SPAN, now, parent, this.methodAttributes(call))
    const record = new CallRecord(started, parent, this.tracestateOf(started.traceState))
    call.telemetry = record
    if (parent.trace !== null) parent.trace.spanCount++
    if (record.sampled || this.events.wants.span) record.attributes = this.attributesOf(call)
  }

  /** What the span is started with, so that a sampler can decide by it. */
  private methodAttributes({ task, method }: Call): Attributes {
    const { last } = this
    if (last !== undefined && last.task === task && last.method === method) return last.attributes
    const attributes = {
      [TASK_ID]: task.taskId,
      ...(task.taskName !== undefined && { [TASK_NAME]: task.taskName }),
      [TASK_TYPE]: task.type,
      [TASK_METHOD]: method,
    }
    this.last = { task, method, attributes }
    return attributes
  }

  /** From the arguments as they are now: later they may be transferred, changed or gone. */
  private attributesOf(call: Call): Attributes | undefined {
    const { guard } = this
    let ofArguments: unknown
    try {
      ofArguments = call.options.attributesOf?.(...(call.args as never[]))
    } catch (error) {
      guard.failed(`attributes of ${call.method}`, error)
    }
    const { attributes } = call.options
    if (ofArguments === undefined && attributes === undefined) return undefined
    return callerAttributes(guard, ofArguments, attributes)
  }

  private tracestateOf(traceState: SpanContext['traceState']): string | undefined {
    try {
      return formatTracestate(traceState)
    } catch (error) {
      this.guard.failed('a trace state', error)
      return undefined
    }
  }
}
