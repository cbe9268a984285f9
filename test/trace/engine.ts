/** The trace engine of the DevTools Performance panel, and what these tests read from its result. */
// It polyfills DOMRect, which the engine needs outside browsers.
import '@paulirish/trace_engine/analyze-trace.mjs'
import * as Trace from '@paulirish/trace_engine'

/** An entry on a custom track; times in microseconds on the clock of the recording. */
export interface Entry {
  readonly label: string
  readonly start: number
  readonly end: number
  readonly color: string
}

/** A measure of the Timings track. */
export interface Measure {
  readonly name: string
  readonly start: number
  readonly end: number
  readonly detail: Readonly<Record<string, unknown>>
}

export interface Panel {
  /** Entries by the name of the group and the name of the track. */
  readonly groups: Readonly<Record<string, Readonly<Record<string, readonly Entry[]>>>>
  readonly measures: readonly Measure[]
}

/** @throws Error when the engine cannot read the events. */
export async function readAsDevtools(events: readonly object[]): Promise<Panel> {
  const model = Trace.TraceModel.Model.createWithAllHandlers()
  await model.parse(events as never)
  const data = model.parsedTrace()?.data
  if (data === undefined) throw new Error('the engine gave nothing')
  const groups = data.ExtensionTraceData.extensionTrackData
    .filter(({ isTrackGroup }) => isTrackGroup)
    .map(({ name, entriesByTrack }) => [
      name,
      Object.fromEntries(
        Object.entries(entriesByTrack).map(([track, entries]) => [
          track,
          entries.map(({ name: label, ts, dur, devtoolsObj }) => ({
            label,
            start: ts,
            end: ts + (dur ?? 0),
            color: String('color' in devtoolsObj ? devtoolsObj.color : ''),
          })),
        ]),
      ),
    ])
  const measures = data.UserTimings.performanceMeasures.map(({ name, ts, dur, args }) => ({
    name,
    start: ts,
    end: ts + dur,
    detail: JSON.parse(String(args.data.beginEvent.args.detail ?? '{}')) as Record<string, unknown>,
  }))
  return { groups: Object.fromEntries(groups), measures }
}
