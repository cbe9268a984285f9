/** The Traces view: each workflow in figures, the slowest first. */
import type { ReactNode } from 'react'
import { formatMs } from '../model/format.ts'
import type { PanelView } from './panel-state.ts'
import type { PanelStore } from './panel-store.ts'

interface TracesViewProps {
  readonly view: PanelView
  readonly store: PanelStore
}

export function TracesView({ view, store }: TracesViewProps): ReactNode {
  if (view.traces.length === 0)
    return (
      <div className="empty">
        <h3>No trace yet</h3>
        <p>Every call belongs to one; runtime.trace(name, fn) gives it a name.</p>
      </div>
    )
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls has to be reached by keyboard
    <div className="scroll" tabIndex={0} role="region" aria-label="Traces, the slowest first">
      <table>
        <thead>
          <tr>
            <th scope="col">trace</th>
            <th scope="col">total</th>
            <th scope="col">waited</th>
            <th scope="col">ran</th>
            <th scope="col">page</th>
            <th scope="col">calls</th>
            <th scope="col">errors</th>
          </tr>
        </thead>
        <tbody>
          {view.traces.map((trace) => (
            <tr key={trace.traceId} aria-current={trace.traceId === view.traceId ? 'true' : undefined}>
              <th scope="row">
                <button
                  type="button"
                  onClick={() => store.set({ traceId: trace.traceId, selected: undefined })}
                >
                  {trace.name ?? trace.traceId.slice(0, 8)}
                  {trace.isOpen ? ' (open)' : ''}
                </button>
              </th>
              <td>{formatMs(trace.totalMs)}</td>
              <td>{formatMs(trace.waitedMs)}</td>
              <td>{formatMs(trace.ranMs)}</td>
              <td>{formatMs(trace.pageMs)}</td>
              <td>{trace.calls}</td>
              <td>{trace.errors}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
