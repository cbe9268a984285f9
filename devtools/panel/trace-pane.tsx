/** The side pane of a trace: why it took as long as it did, and its waterfall with the critical path underlined. */
import type { ReactNode } from 'react'
import { formatMs } from '../model/format.ts'
import type { WaterfallRow } from '../model/results.ts'
import type { PanelView, TraceDetail } from './panel-state.ts'
import type { PanelStore } from './panel-store.ts'
import { styleOf } from './phase-bar.tsx'

interface TracePaneProps {
  readonly view: PanelView
  readonly trace: TraceDetail
  readonly store: PanelStore
}

/** How many lines are shown. A trace of thousands of calls is better read in the list of calls. */
const MOST_LINES = 200

export function TracePane({ view, trace, store }: TracePaneProps): ReactNode {
  const { summary, why, rows, frames } = trace
  const share = (time: number) => (100 * (time - summary.startTime)) / Math.max(summary.totalMs, 0.001)
  const { next } = view.traces
  return (
    <aside className="pane wide" aria-label="Trace">
      <header>
        <h3>{summary.name ?? summary.traceId.slice(0, 8)}</h3>
        <button type="button" aria-label="Close the trace" onClick={() => store.set({ traceId: undefined })}>
          ✕
        </button>
      </header>
      <div className="why">
        <h4>Why {formatMs(why.totalMs)}?</h4>
        {why.text.split(/(?<=\.) /).map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
      </div>
      <ul className="waterfall" aria-label="Waterfall">
        {rows.slice(0, MOST_LINES).map((row) => (
          <Line key={row.id} row={row} share={share} store={store} />
        ))}
        {frames.length > 0 && (
          <li>
            <span className="line-name">long frames</span>
            <span className="bar">
              {frames.map(({ startTime, durationMs }) => (
                <span
                  key={startTime}
                  className="phase phase-frame"
                  style={{
                    left: `${Math.max(0, share(startTime))}%`,
                    width: `max(2px, ${Math.min(100, share(startTime + durationMs)) - Math.max(0, share(startTime))}%)`,
                  }}
                />
              ))}
            </span>
            <span className="number">{frames.length}</span>
          </li>
        )}
      </ul>
      {rows.length > MOST_LINES && <p className="note">{rows.length - MOST_LINES} more lines.</p>}
      <div className="actions">
        <button
          type="button"
          onClick={() => store.set({ tab: 'calls', filter: `trace:${summary.traceId}`, firstRow: 0 })}
        >
          Its calls
        </button>
        {next !== undefined && (
          <button type="button" onClick={() => store.set({ traceId: next })}>
            Next slowest
          </button>
        )}
      </div>
    </aside>
  )
}

interface LineProps {
  readonly row: WaterfallRow
  readonly share: (time: number) => number
  readonly store: PanelStore
}

function Line({ row, share, store }: LineProps): ReactNode {
  const { call, phases } = row
  const parts =
    phases.length > 0
      ? phases
      : [
          {
            phase: row.kind === 'span' ? ('running' as const) : ('trace' as const),
            start: row.startTime,
            end: row.endTime,
          },
        ]
  const name = (
    <span style={{ paddingLeft: `${row.depth * 0.5}rem` }} title={row.label}>
      {row.hasError && <span aria-hidden="true">✕ </span>}
      {row.label}
    </span>
  )
  return (
    <li>
      {row.kind === 'call' && call ? (
        <button type="button" className="line-name" onClick={() => store.set({ selected: call.row })}>
          {name}
        </button>
      ) : (
        <span className="line-name">{name}</span>
      )}
      <span className="bar">
        {parts.map(({ phase, start, end }) => (
          <span
            key={`${phase} ${start}`}
            className={`phase phase-${phase} kind-${row.kind}${call && row.kind === 'call' ? styleOf(call) : ''}`}
            title={`${phase} ${formatMs(end - start)}`}
            style={{ left: `${share(start)}%`, width: `max(1px, ${share(end) - share(start)}%)` }}
          />
        ))}
        {row.isCritical && (
          <span
            className="path"
            style={{
              left: `${share(row.startTime)}%`,
              width: `max(2px, ${share(row.endTime) - share(row.startTime)}%)`,
            }}
          />
        )}
      </span>
      <span className="number">{formatMs(lengthOf(row))}</span>
    </li>
  )
}

/** The line of the page consists of separate ranges, and its duration is their sum. */
function lengthOf({ kind, phases, startTime, endTime }: WaterfallRow): number {
  if (kind !== 'page') return endTime - startTime
  return phases.reduce((sum, { start, end }) => sum + end - start, 0)
}
