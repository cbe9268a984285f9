/** The side pane of a long frame, or of an interaction and the frame that it waited for: which scripts ran, and for which calls. */
import type { ReactNode } from 'react'
import { counted, formatMs, listed } from '../model/format.ts'
import type { PageWork } from '../model/results.ts'
import type { FrameRow, InteractionRow } from '../model/types.ts'
import { Fact } from './fact.tsx'
import type { MomentDetail } from './panel-state.ts'
import type { PanelStore } from './panel-store.ts'
import { nameOf } from './traceparent.ts'

interface MomentPaneProps {
  readonly detail: MomentDetail
  readonly store: PanelStore
}

export function MomentPane({ detail, store }: MomentPaneProps): ReactNode {
  const { interaction, frame, work } = detail
  return (
    <aside className="pane" aria-label={interaction ? 'Interaction' : 'Long frame'}>
      <header>
        <h3>{interaction ? `${interaction.name}${on(interaction)}` : 'Long frame'}</h3>
        <button type="button" aria-label="Close" onClick={() => store.set({ moment: undefined })}>
          ✕
        </button>
      </header>
      <div className="why">
        <h4>
          {interaction
            ? `Why ${formatMs(interaction.durationMs)}?`
            : `Why ${formatMs(frame?.durationMs ?? 0)}?`}
        </h4>
        <p>{interaction ? delays(interaction) : frame && blocked(frame)}</p>
        <p>{reasons(work, frame)}</p>
      </div>
      {frame && <Scripts frame={frame} work={work} store={store} />}
      <div className="actions">
        <button type="button" onClick={() => store.set({ tab: 'timeline' })}>
          Reveal in timeline
        </button>
      </div>
    </aside>
  )
}

function Scripts({
  frame,
  work,
  store,
}: { readonly frame: FrameRow } & Pick<MomentDetail, 'work'> & Pick<MomentPaneProps, 'store'>) {
  const workOf = (script: FrameRow['scripts'][number] | undefined) =>
    work.find((each) => each.script === script)
  if (frame.scripts.length === 0)
    return (
      <>
        <p className="soft">This browser does not say which scripts ran.</p>
        <CallLinks work={workOf(undefined)} store={store} />
      </>
    )
  return (
    <ul className="scripts" aria-label="Scripts">
      {frame.scripts.map((script) => (
        <li key={`${script.startTime} ${script.invoker}`}>
          <p>
            <strong>{formatMs(script.durationMs)}</strong> {script.invoker}
          </p>
          <dl className="facts">
            <Fact name="source" value={script.source || undefined} />
            <Fact name="forced layout" value={script.layoutMs > 0 ? formatMs(script.layoutMs) : undefined} />
          </dl>
          <CallLinks work={workOf(script)} store={store} />
        </li>
      ))}
    </ul>
  )
}

/** How many calls are listed by name. The rest are only counted. */
const MOST_CALLS = 8

function CallLinks({ work, store }: { readonly work: PageWork | undefined; readonly store: PanelStore }) {
  if (work === undefined) return null
  const calls = [...new Map([...work.calls, ...work.progress].map((call) => [call.row, call])).values()]
  return (
    <p className="actions">
      {calls.slice(0, MOST_CALLS).map((call) => (
        <button key={call.row} type="button" onClick={() => store.set({ selected: call.row })}>
          {nameOf(call)}
          {call.key === undefined ? '' : `(${call.key})`}
        </button>
      ))}
      {calls.length > MOST_CALLS && <span>and {counted(calls.length - MOST_CALLS, 'more call')}</span>}
    </p>
  )
}

function on({ target }: InteractionRow): string {
  return target === undefined ? '' : ` on ${target}`
}

function delays({ startTime, durationMs, processingStart, processingEnd }: InteractionRow): string {
  const paint = Math.max(0, startTime + durationMs - processingEnd)
  return `${formatMs(Math.max(0, processingStart - startTime))} until its handlers ran, ${formatMs(processingEnd - processingStart)} in them, ${formatMs(paint)} until the next paint.`
}

function blocked({ durationMs, blockingMs, ownMs = 0 }: FrameRow): string {
  const own = ownMs > 0 ? ` This panel took ${formatMs(ownMs)}, which is not counted.` : ''
  return `The page could not react for ${formatMs(blockingMs)} of ${formatMs(durationMs)}.${own}`
}

/** What ran in the frame on behalf of calls. */
function reasons(work: readonly PageWork[], frame: FrameRow | undefined): string {
  if (frame === undefined) return 'No long frame was painted with it.'
  const ms = work.reduce((sum, { durationMs }) => sum + durationMs, 0)
  if (ms === 0) return 'Nothing of it ran on behalf of a call.'
  const results = work.reduce((sum, { calls }) => sum + calls.length, 0)
  const progress = work.reduce((sum, each) => sum + each.progress.length, 0)
  const parts = [
    ...(results > 0 ? [`the results and the telemetry of ${counted(results, 'call')}`] : []),
    ...(progress > 0 ? [`the progress of ${counted(progress, 'call')}`] : []),
  ]
  return `${formatMs(ms)} of it went into scripts that handled ${listed(parts)}.`
}
