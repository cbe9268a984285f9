/**
 * The User Timing sink: a measure for every call and trace, and entries on tracks of their own in DevTools.
 * The one file that touches `performance.measure` and `console.timeStamp`.
 */
import type { Call } from '../../call/call.ts'
import type { Clock } from '../../lib/clock.ts'
import type { CallRecord } from '../trace/call-record.ts'
import type { SpanFacts } from '../record/span-facts.ts'
import { type DrawEntry, DevtoolsTracks } from './devtools-tracks.ts'
import type { Ending } from '../record/outcome-words.ts'
import { callDetail, traceDetail, workerSpanDetail } from './measure-detail.ts'
import { TimelineWriter } from './timeline-writer.ts'
import type { UserTimingConfig } from '../../types/telemetry.ts'
import type { EndedTrace } from '../trace/trace.ts'
import type { SinkGuard } from '../sink-guard.ts'
import type { WorkerSpan } from '../record/worker-span.ts'

const DEFAULT_RETAIN = 1_000
/** The first Chromium whose `console.timeStamp` takes a start, an end and a track. */
const FIRST_WITH_TRACKS = 134

export class UserTimingSink {
  private readonly timeline: TimelineWriter
  private readonly guard: SinkGuard
  private readonly tracks: DevtoolsTracks | null
  /** Undefined until the first entry is to be drawn; null where the browser cannot. */
  private draw: DrawEntry | null | undefined

  constructor(config: UserTimingConfig, runtimeName: string, clock: Clock, guard: SinkGuard) {
    const { keepMeasures = DEFAULT_RETAIN, marks = false, devtools = true } = config
    this.guard = guard
    this.timeline = new TimelineWriter(keepMeasures, clock, guard, {
      measure: marks ? measureWithMarks : (name, options) => performance.measure(name, options),
      clear: (name) => performance.clearMeasures(name),
    })
    this.tracks = devtools ? new DevtoolsTracks(runtimeName) : null
  }

  call(facts: SpanFacts): void {
    const detail = callDetail(facts)
    const { tracks } = this
    if (tracks !== null) {
      const draw = this.drawing()
      if (draw === null) detail.devtools = tracks.detailOfCall(facts)
      else tracks.drawCall(draw, facts)
    }
    this.measure(`atelier:span:${facts.record.spanId}`, facts.start, facts.end, detail)
  }

  trace({ trace, endTime: end }: EndedTrace, ending: Ending | undefined): void {
    const detail = traceDetail(trace, ending)
    const status = ending?.status ?? 'ok'
    const { tracks } = this
    if (tracks !== null) {
      const draw = this.drawing()
      if (draw === null) detail.devtools = tracks.detailOfTrace(trace, status)
      else tracks.drawTrace(draw, trace, status, end)
    }
    this.measure(`atelier:trace:${trace.traceId}`, trace.startTime, end, detail)
  }

  workerSpan(call: Call, record: CallRecord, span: WorkerSpan): void {
    const detail = workerSpanDetail(call, record, span)
    const failed = span.error !== undefined
    const { tracks } = this
    if (tracks !== null) {
      const draw = this.drawing()
      if (draw === null) detail.devtools = tracks.detailOfWorkerSpan(call, span.name, failed)
      else tracks.drawWorkerSpan(draw, call, span.name, span.start, span.end, failed)
    }
    // Not `atelier:span:`, so that a percentile over the calls of a task counts calls alone.
    this.measure(`atelier:worker-span:${span.spanId}`, span.start, span.end, detail)
  }

  /** Clears what this runtime has put into the timeline, and nothing else. */
  clear(): void {
    this.timeline.clearAll()
  }

  /** Writes what was left for later where the timeline is slow. */
  flush(): void {
    this.timeline.flush()
  }

  dispose(): void {
    this.timeline.dispose()
  }

  private measure(name: string, start: number, end: number, detail: object): void {
    this.timeline.add(name, { start, end, detail })
  }

  private drawing(): DrawEntry | null {
    if (this.draw === undefined) {
      const { guard } = this
      const draw: DrawEntry = (label, start, end, track, group, color) => {
        try {
          ;(console as unknown as { timeStamp: DrawEntry }).timeStamp(label, start, end, track, group, color)
        } catch (error) {
          guard.failed('console.timeStamp', error)
        }
      }
      this.draw = hasTracks() ? draw : null
    }
    return this.draw
  }
}

/** Numbers instead of marks cost a third; the marks are for code that observes them. */
function measureWithMarks(name: string, options: PerformanceMeasureOptions): void {
  const startMark = `${name}:start`
  const endMark = `${name}:end`
  performance.mark(startMark, { startTime: options.start as number, detail: options.detail as object })
  performance.mark(endMark, { startTime: options.end as number })
  performance.clearMarks(startMark)
  performance.clearMarks(endMark)
  performance.measure(name, options)
}

/** https://wicg.github.io/ua-client-hints/ @foreign */
interface UserAgentData {
  readonly brands: readonly { readonly brand: string; readonly version: string }[]
}

/**
 * The signature cannot be probed: the function takes anything and gives nothing back, and elsewhere it would draw a
 * plain marker for each call. So the engine is asked for its version.
 */
function hasTracks(): boolean {
  try {
    return FIRST_WITH_TRACKS <= chromiumVersion()
  } catch {
    // Other code has put an object of a different shape there.
    return false
  }
}

function chromiumVersion(): number {
  const { timeStamp } = console as { timeStamp?: unknown }
  if (typeof timeStamp !== 'function' || typeof navigator === 'undefined') return 0
  const { userAgent, userAgentData } = navigator as Navigator & { userAgentData?: UserAgentData }
  const brand = userAgentData?.brands.find((entry) => entry.brand === 'Chromium')
  // Outside secure contexts there are no brands.
  const version = brand?.version ?? /\bChrom(?:e|ium)\/(\d+)/.exec(userAgent)?.[1]
  return version === undefined ? 0 : Number.parseInt(version, 10)
}
