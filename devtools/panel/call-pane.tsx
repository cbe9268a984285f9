/** The side pane of a call: where its time went, its ids, its error, and the actions for it. */
import type { ReactNode } from 'react'
import { phasesOf, totalMs } from '../model/call-times.ts'
import { counted, formatMs } from '../model/format.ts'
import { Fact } from './fact.tsx'
import { copy } from './files.ts'
import type { CallDetail, PanelView } from './panel-state.ts'
import type { PanelStore } from './panel-store.ts'
import { PhaseBar, styleOf } from './phase-bar.tsx'
import { GLYPHS, isOpen, nameOf, traceparentOf } from './traceparent.ts'

interface CallPaneProps {
  readonly view: PanelView
  readonly detail: CallDetail
  readonly store: PanelStore
}

export function CallPane({ view, detail, store }: CallPaneProps): ReactNode {
  const { call, behind, task } = detail
  const { now } = view
  const abort = () => {
    const hasAborted = store.session.actions?.abort(call) ?? false
    store.tell(hasAborted ? `Aborted ${nameOf(call)}` : `${nameOf(call)} had settled`)
  }
  return (
    <aside className="pane" aria-label="Call">
      <header>
        <h3>{nameOf(call)}</h3>
        <button type="button" aria-label="Close the call" onClick={() => store.set({ selected: undefined })}>
          ✕
        </button>
      </header>
      <p className={`state state-${call.status}`}>
        <span aria-hidden="true">{GLYPHS[call.status]}</span> {call.status}, {formatMs(totalMs(call, now))}
      </p>
      <PhaseBar call={call} now={now} scale={Math.max(totalMs(call, now), 0.001)} />
      <ul className="phases">
        {phasesOf(call, now).map(({ phase, start, end }) => (
          <li key={phase}>
            <span className={`swatch phase-${phase}${styleOf(call)}`} aria-hidden="true" /> {phase}{' '}
            {formatMs(end - start)}
          </li>
        ))}
      </ul>
      {behind > 0 && (
        <p>
          {counted(behind, 'call')} of its task {behind === 1 ? 'waits' : 'wait'} behind it.
        </p>
      )}
      {isOpen(call) && task?.status === 'stopped' && <p>Its task is stopped: it waits for a start.</p>}
      {call.error !== undefined && <pre className="error">{call.error}</pre>}
      <div className="actions">
        {isOpen(call) && view.isLive && (
          <button type="button" className="danger" onClick={abort}>
            Abort
          </button>
        )}
        <button type="button" onClick={() => store.set({ selected: undefined, traceId: call.traceId })}>
          Show its trace
        </button>
        <button type="button" onClick={() => store.set({ tab: 'timeline' })}>
          Reveal in timeline
        </button>
        <button type="button" onClick={() => void copy(traceparentOf(call), 'traceparent', store)}>
          Copy traceparent
        </button>
      </div>
      <dl className="facts">
        <Fact name="task" value={call.taskName ?? call.taskId} />
        <Fact name="key" value={call.key} />
        <Fact name="worker" value={call.workerIndex === undefined ? undefined : `#${call.workerIndex}`} />
        <Fact name="attempts" value={call.attempt} />
        <Fact name="error type" value={call.errorType} />
        <Fact name="made at" value={`${formatMs(call.createdTime)} on this page's clock`} />
        <Fact
          name="clock time"
          value={new Date(store.session.timeOrigin + call.createdTime).toISOString().slice(11, 23)}
        />
        <Fact name="call" value={call.callId} />
        <Fact name="trace" value={call.traceId} />
        <Fact name="span" value={call.spanId} />
        {Object.entries(call.attributes ?? {}).map(([name, value]) => (
          <Fact key={name} name={name} value={String(value)} />
        ))}
      </dl>
    </aside>
  )
}
