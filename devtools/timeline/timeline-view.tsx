/** The Timeline view: the canvas, its legend, and in words what is selected, for those who do not see it. */
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { totalMs } from '../model/call-times.ts'
import { counted, formatMs, formatShare } from '../model/format.ts'
import { utilisationOf } from '../model/utilisation.ts'
import type { DevtoolsSession, TimeRange } from '../model/types.ts'
import type { PanelView } from '../panel/panel-state.ts'
import type { PanelStore } from '../panel/panel-store.ts'
import { nameOf } from '../panel/traceparent.ts'
import { Timeline } from './timeline.ts'

interface TimelineViewProps {
  readonly view: PanelView
  readonly store: PanelStore
}

export function TimelineView({ view, store }: TimelineViewProps): ReactNode {
  const canvas = useRef<HTMLCanvasElement>(null)
  const [isFollowing, setFollowing] = useState(view.isLive)
  const { session } = store
  useEffect(() => {
    if (!canvas.current) return
    const made = new Timeline(canvas.current, {
      session,
      onFollow: setFollowing,
      onSelect: (call) => store.set({ selected: call?.row, traceId: undefined }),
      onMeasure: (range) => store.tell(measured(session, range)),
    })
    return store.attach(made)
  }, [session, store])
  const { selected, traceId, runtimeId, isFrozen } = view
  useEffect(
    () => store.timeline?.show({ selected, traceId, runtimeId, isFrozen }),
    [store, session, selected, traceId, runtimeId, isFrozen],
  )
  const call = view.call?.call
  return (
    <>
      <div className="timeline">
        <canvas
          ref={canvas}
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- one stop of the Tab key; arrows move in it
          tabIndex={0}
          role="application"
          aria-roledescription="timeline"
          aria-label="Timeline: arrow keys select calls; the Calls view has the same as a list"
        />
        <p className="hidden" aria-live="polite">
          {call ? `${nameOf(call)}, ${call.status}, ${formatMs(totalMs(call, view.now))}` : ''}
        </p>
      </div>
      <div className="legend">
        <span>
          <span className="swatch phase-running" aria-hidden="true" /> running
        </span>
        <span>
          <span className="swatch phase-pending" aria-hidden="true" /> pending
        </span>
        <span>
          <span className="swatch phase-blocked" aria-hidden="true" /> blocked
        </span>
        <span>
          <span className="swatch start" aria-hidden="true" /> starting
        </span>
        <span>
          <span className="swatch frame" aria-hidden="true" /> long frame
        </span>
        <span>Shift-drag measures</span>
        {view.isLive && (
          <button type="button" aria-pressed={isFollowing} onClick={() => store.timeline?.follow()}>
            Follow
          </button>
        )}
        {!view.isLive && (
          <button type="button" onClick={() => store.timeline?.showAll()}>
            All
          </button>
        )}
      </div>
    </>
  )
}

/** A stretch of time in figures. */
function measured(session: DevtoolsSession, range: TimeRange): string {
  const calls = session.calls(range).length
  const used = session
    .tasks()
    .flatMap((task) => utilisationOf(session.columns, session.workers(), task, range, session.now()))
  const busy = used.reduce((sum, { busyMs }) => sum + busyMs, 0)
  const ms = range.end - range.start
  const share = used.length === 0 ? 0 : busy / (used.length * ms)
  return `${formatMs(ms)}: ${counted(calls, 'call')}, workers ${formatShare(share)} busy`
}
