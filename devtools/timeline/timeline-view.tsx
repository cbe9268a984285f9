/** The Timeline view: the canvas, its legend, and a description of the selection for users who cannot see it. */
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { totalMs } from '../model/call-times.ts'
import { counted, formatMs, formatShare } from '../model/format.ts'
import { utilisationOf } from '../model/utilisation.ts'
import type { DevtoolsSession, TimeRange } from '../model/types.ts'
import type { PanelView } from '../panel/panel-state.ts'
import type { PanelStore } from '../panel/panel-store.ts'
import { foldIdle } from '../panel/keys.ts'
import { nameOf } from '../panel/traceparent.ts'
import type { Hit } from './hits.ts'
import { Timeline } from './timeline.ts'

const LEGEND = [
  ['phase-running', 'running'],
  ['phase-pending', 'pending'],
  ['phase-blocked', 'blocked'],
  ['phase-running phase-failed', 'failed'],
  ['canceled', 'canceled'],
  ['start', 'starting'],
  ['idle', 'idle while calls wait'],
  ['frame', 'long frame'],
  ['interaction', 'interaction'],
  ['fold', 'idle, folded'],
] as const

interface TimelineViewProps {
  readonly view: PanelView
  readonly store: PanelStore
}

export function TimelineView({ view, store }: TimelineViewProps): ReactNode {
  const canvas = useRef<HTMLCanvasElement>(null)
  const [isFollowing, setFollowing] = useState(view.isLive)
  const [folds, setFolds] = useState('')
  const { session } = store
  useEffect(() => {
    if (!canvas.current) return
    const made = new Timeline(canvas.current, {
      session,
      onFollow: setFollowing,
      onFolds: setFolds,
      onSelect: (hit) => store.set(choiceOf(hit)),
      onMeasure: (range) => store.tell(measured(store.session, range)),
    })
    return store.attach(made)
    // The session may change later. `show` handles that, and the window stays where it is.
    // eslint-disable-next-line react-hooks/exhaustive-deps -- see above
  }, [store])
  const { selected, traceId, moment, runtimeId, isFrozen, isIdleFolded } = view
  useEffect(
    () => store.timeline?.show({ session, selected, traceId, moment, runtimeId, isFrozen, isIdleFolded }),
    [store, session, selected, traceId, moment, runtimeId, isFrozen, isIdleFolded],
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
          aria-describedby="folds"
        />
        <p className="hidden" id="folds">
          {folds}
        </p>
        <p className="hidden" aria-live="polite">
          {call ? `${nameOf(call)}, ${call.status}, ${formatMs(totalMs(call, view.now))}` : ''}
        </p>
      </div>
      <div className="legend">
        {LEGEND.map(([style, word]) => (
          <span key={word}>
            <span className={`swatch ${style}`} aria-hidden="true" /> {word}
          </span>
        ))}
        <button type="button" aria-pressed={isIdleFolded} title={folds} onClick={() => foldIdle(store)}>
          Fold idle time
        </button>
        <span className="hint">Shift-drag measures, a click on a name folds it</span>
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

/** What appears in the side pane when it is selected. */
function choiceOf(hit: Hit | undefined) {
  const none = { selected: undefined, traceId: undefined, moment: undefined }
  if (hit === undefined) return none
  if (hit.kind === 'call') return { ...none, selected: hit.call.row }
  const { startTime } = hit.kind === 'frame' ? hit.frame : hit.interaction
  return { moment: { kind: hit.kind, startTime } }
}

/** The figures of a range of time. */
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
