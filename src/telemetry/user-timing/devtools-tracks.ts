/**
 * Where calls are drawn in the Performance panel of Chrome DevTools: which track, what label, what colour
 * (https://developer.chrome.com/docs/devtools/performance/extension).
 */
import type { Call } from '../../call/call.ts'
import { DEFAULT_RUNTIME_NAME } from '../names.ts'
import type { SpanFacts } from '../record/span-facts.ts'
import type { RuntimeTrace } from '../trace/trace.ts'

export type TrackColor = 'primary' | 'primary-light' | 'secondary-light' | 'tertiary-light' | 'error'

/** Draws one entry. The console's extended time stamp keeps nothing, and costs next to nothing without a recording. */
export type DrawEntry = (
  label: string,
  start: number,
  end: number,
  track: string,
  group: string,
  color: TrackColor,
) => void

type Status = 'ok' | 'error' | 'canceled'

const COLORS: Readonly<Record<Status, TrackColor>> = {
  ok: 'primary',
  error: 'error',
  canceled: 'secondary-light',
}
const QUEUE_TRACK = 'queue'
const ID_DIGITS = 8

export class DevtoolsTracks {
  readonly group: string
  private readonly workerTracks = new Map<string, string[]>()

  constructor(runtimeName: string) {
    this.group = runtimeName === DEFAULT_RUNTIME_NAME ? 'Atelier' : `Atelier (${runtimeName})`
  }

  drawCall(draw: DrawEntry, facts: SpanFacts): void {
    const { call, record, ending, start, end } = facts
    const { label } = record.series
    const color = COLORS[ending.status]
    const dispatched = call.attempt > 0
    // The queue: until the first dispatch, or to the end of a call that never came so far.
    const waited = dispatched ? facts.firstDispatch : end
    draw(label, start, waited, QUEUE_TRACK, this.group, dispatched ? 'tertiary-light' : color)
    if (dispatched) draw(label, facts.dispatch, end, this.workerTrack(call), this.group, color)
    if (record.parent.trace !== null)
      draw(label, start, end, traceTrack(record.parent.trace), this.group, color)
  }

  drawTrace(draw: DrawEntry, trace: RuntimeTrace, status: Status, end: number): void {
    draw(trace.name ?? 'trace', trace.startTime, end, traceTrack(trace), this.group, COLORS[status])
  }

  drawWorkerSpan(
    draw: DrawEntry,
    call: Call,
    name: string,
    start: number,
    end: number,
    failed: boolean,
  ): void {
    draw(name, start, end, this.workerTrack(call), this.group, failed ? 'error' : 'primary-light')
  }

  /** `detail.devtools` of a measure, for browsers whose time stamps know no tracks. */
  detailOfCall({ call, record, ending }: SpanFacts): DevtoolsDetail {
    return this.detail(
      call.attempt > 0 ? this.workerTrack(call) : QUEUE_TRACK,
      record.series.label,
      COLORS[ending.status],
    )
  }

  detailOfTrace(trace: RuntimeTrace, status: Status): DevtoolsDetail {
    return this.detail(traceTrack(trace), trace.name ?? 'trace', COLORS[status])
  }

  detailOfWorkerSpan(call: Call, name: string, failed: boolean): DevtoolsDetail {
    return this.detail(this.workerTrack(call), name, failed ? 'error' : 'primary-light')
  }

  private detail(track: string, label: string, color: TrackColor): DevtoolsDetail {
    return { dataType: 'track-entry', track, trackGroup: this.group, color, tooltipText: label }
  }

  /** `resize #2` */
  private workerTrack(call: Call): string {
    const { taskId, taskName } = call.task
    const name = taskName ?? taskId
    let tracks = this.workerTracks.get(name)
    if (tracks === undefined) {
      tracks = []
      this.workerTracks.set(name, tracks)
    }
    return (tracks[call.workerIndex] ??= `${name} #${call.workerIndex}`)
  }
}

/** What DevTools reads from the detail of a measure. @foreign */
export interface DevtoolsDetail {
  readonly dataType: 'track-entry'
  readonly track: string
  readonly trackGroup: string
  readonly color: TrackColor
  readonly tooltipText: string
}

/** Traces with the same name are distinguished by their ids. */
function traceTrack(trace: RuntimeTrace): string {
  const id = trace.traceId.slice(0, ID_DIGITS)
  return trace.name === undefined ? `trace ${id}` : `${trace.name} ${id}`
}
