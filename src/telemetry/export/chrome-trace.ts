/**
 * Spans as Trace Event JSON, which Chrome DevTools and Perfetto open
 * (https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU).
 */
import { TASK_SPAN } from '../names.ts'
import type { RuntimeEvent, SpanEvent, TraceEvent } from '../../types/telemetry.ts'

/** One event of the Trace Event format. */
export interface ChromeTraceEvent {
  /** `M`: names a process or a thread; `b`, `e`: beginning and end of something asynchronous, matched by `id`. */
  readonly ph: 'M' | 'b' | 'e'
  readonly name: string
  readonly cat: string
  readonly pid: number
  readonly tid: number
  /** Microseconds on the page's monotonic clock. */
  readonly ts: number
  readonly id?: string
  /** Connects the wait in the queue with the run on the worker. */
  readonly bind_id?: string
  readonly flow_out?: boolean
  readonly flow_in?: boolean
  readonly args: Readonly<Record<string, unknown>>
}

/** A trace file: `JSON.stringify` it. */
export interface ChromeTrace {
  readonly traceEvents: readonly ChromeTraceEvent[]
  readonly displayTimeUnit: 'ms'
}

/** The category of User Timing, by which DevTools finds what belongs on a separate track. */
const CATEGORY = 'blink.user_timing'
const METADATA = '__metadata'
const PID = 1
const PROCESS = 'Atelier'
const GROUP = 'Atelier'
const QUEUE = 'queue'

type Color = 'primary' | 'primary-light' | 'secondary-light' | 'tertiary-light' | 'error'

/**
 * Turns the span and trace events among `events` into a trace file; others are passed over. Calls overlap freely, so
 * all of them are asynchronous pairs: the format forbids overlap of what begins and ends on a thread.
 *
 * @example
 * const recording = collectTrace(runtime)
 * await work()
 * const json = JSON.stringify(toChromeTrace(recording.stop()))
 */
export function toChromeTrace(events: Iterable<RuntimeEvent>): ChromeTrace {
  const writer = new TraceWriter()
  for (const event of events) {
    if (event.kind === 'span') writer.span(event)
    else if (event.kind === 'trace') writer.trace(event)
  }
  return { traceEvents: writer.finish(), displayTimeUnit: 'ms' }
}

class TraceWriter {
  /** Numbers of the tracks, in the order of their first use. */
  private readonly tracks = new Map<string, number>()
  private readonly pairs: ChromeTraceEvent[] = []
  private lastId = 0

  span(event: SpanEvent): void {
    const { startTime, endTime, queueWaitMs, status } = event
    const isCall = event.name === TASK_SPAN
    const label = isCall ? `${event.taskName ?? event.taskId}.${event.method}` : event.name
    const worker = `${event.taskName ?? event.taskId} #${event.workerIndex ?? 0}`
    if (!isCall) {
      this.pair(label, worker, startTime, endTime, status === 'error' ? 'error' : 'primary-light', event)
      return
    }
    const dispatched = queueWaitMs === undefined ? undefined : startTime + queueWaitMs
    if (dispatched === undefined) this.pair(label, QUEUE, startTime, endTime, colorOf(status), event)
    else {
      const flow = `0x${event.spanId}`
      this.pair(label, QUEUE, startTime, dispatched, 'tertiary-light', event, {
        bind_id: flow,
        flow_out: true,
      })
      this.pair(label, worker, dispatched, endTime, colorOf(status), event, { bind_id: flow, flow_in: true })
    }
  }

  trace(event: TraceEvent): void {
    const name = event.traceName ?? 'trace'
    const track = `${name} ${event.traceId.slice(0, 8)}`
    this.pair(name, track, event.startTime, event.endTime, colorOf(event.status ?? 'ok'), event)
  }

  finish(): ChromeTraceEvent[] {
    const metadata = [
      this.metadata('process_name', 0, { name: PROCESS }),
      ...[...this.tracks].flatMap(([track, tid]) => [
        this.metadata('thread_name', tid, { name: track }),
        this.metadata('thread_sort_index', tid, { sort_index: tid }),
      ]),
    ]
    // A sort keeps the order of equal times: the beginning of a pair stays before its end.
    return [...metadata, ...this.pairs.sort((a, b) => a.ts - b.ts)]
  }

  private numberOf(track: string): number {
    const tid = this.tracks.get(track) ?? this.tracks.size + 1
    this.tracks.set(track, tid)
    return tid
  }

  private metadata(name: string, tid: number, args: ChromeTraceEvent['args']): ChromeTraceEvent {
    return { ph: 'M', name, cat: METADATA, pid: PID, tid, ts: 0, args }
  }

  private pair(
    name: string,
    track: string,
    start: number,
    end: number,
    color: Color,
    { kind: _kind, ...facts }: SpanEvent | TraceEvent,
    flow: Partial<Pick<ChromeTraceEvent, 'bind_id' | 'flow_in' | 'flow_out'>> = {},
  ): void {
    const common = {
      name,
      cat: CATEGORY,
      pid: PID,
      tid: this.numberOf(track),
      id: `0x${(++this.lastId).toString(16)}`,
    }
    // As the browser writes the detail of a measure: as text.
    const detail = JSON.stringify({
      ...facts,
      devtools: { dataType: 'track-entry', track, trackGroup: GROUP, color, tooltipText: name },
    })
    this.pairs.push(
      { ph: 'b', ...common, ts: microseconds(start), ...flow, args: { startTime: start, detail } },
      { ph: 'e', ...common, ts: microseconds(Math.max(start, end)), args: {} },
    )
  }
}

function colorOf(status: 'ok' | 'error' | 'canceled'): Color {
  if (status === 'ok') return 'primary'
  return status === 'error' ? 'error' : 'secondary-light'
}

/** To the nanosecond, as far as the format goes. */
function microseconds(ms: number): number {
  return Math.round(ms * 1e6) / 1e3
}
