/** The Traces view: each workflow in figures, slowest first. Only the rows on the screen are rendered. */
import type { ReactNode } from 'react'
import { counted, formatMs } from '../model/format.ts'
import type { PanelView } from './panel-state.ts'
import type { PanelStore } from './panel-store.ts'
import { useRowsOnScreen } from './rows-on-screen.ts'

interface TracesViewProps {
  readonly view: PanelView
  readonly store: PanelStore
}

const COLUMNS = ['trace', 'total', 'waited', 'ran', 'page', 'calls', 'errors']

export function TracesView({ view, store }: TracesViewProps): ReactNode {
  if (view.traces.total === 0)
    return (
      <div className="empty">
        <h3>No trace yet</h3>
        <p>Every call belongs to one; runtime.trace(name, fn) gives it a name.</p>
      </div>
    )
  return <Table view={view} store={store} />
}

function Table({ view, store }: TracesViewProps): ReactNode {
  const scroller = useRowsOnScreen(store)
  const { total, listed, first, rows } = view.traces
  return (
    <>
      {total > listed && (
        <p className="note">
          The {listed.toLocaleString('en')} slowest of {counted(total, 'trace')}.
        </p>
      )}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls has to be reached by keyboard */}
      <div className="scroll" {...scroller} tabIndex={0} role="region" aria-label="Traces, the slowest first">
        <table className="traces" aria-rowcount={listed + 1}>
          <thead>
            <tr aria-rowindex={1}>
              {COLUMNS.map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <Space rows={first} />
            {rows.map((trace, index) => (
              <tr
                key={trace.traceId}
                className="row-of-table"
                aria-rowindex={first + index + 2}
                aria-current={trace.traceId === view.traceId ? 'true' : undefined}
              >
                <th scope="row">
                  <button
                    type="button"
                    title={trace.name}
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
            <Space rows={listed - first - rows.length} />
          </tbody>
        </table>
      </div>
    </>
  )
}

/** Takes the space of rows that are not on the screen. */
function Space({ rows }: { readonly rows: number }): ReactNode {
  if (rows <= 0) return null
  return (
    <tr aria-hidden="true">
      <td className="space" colSpan={COLUMNS.length} style={{ height: `calc(var(--row) * ${rows})` }} />
    </tr>
  )
}
