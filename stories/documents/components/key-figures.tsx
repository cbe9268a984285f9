/** The run in five numbers. */
import { useLongTasks, useSpanSummary, useTotals } from '../demo-context.ts'
import { formatCount, formatMs } from '../format.ts'

export function KeyFigures() {
  const { done } = useTotals()
  const { spans, failures, wallMs } = useSpanSummary()
  const { longestMs, thresholdMs } = useLongTasks()
  const perSecond = wallMs > 0 ? (done / wallMs) * 1000 : 0
  return (
    <section aria-labelledby="figures-heading">
      <h2 id="figures-heading" className="visually-hidden">
        Key figures
      </h2>
      <dl className="figures">
        <Figure name="Documents indexed" value={formatCount(done)} />
        <Figure name="Calls traced" value={formatCount(spans)} note="one span each" />
        <Figure name="Failed calls" value={formatCount(failures)} tone={failures > 0 ? 'bad' : undefined} />
        <Figure
          name="Documents a second"
          value={perSecond < 10 ? perSecond.toFixed(1) : formatCount(Math.round(perSecond))}
        />
        <Figure
          name="Longest main-thread task"
          value={longestMs === undefined ? `< ${thresholdMs} ms` : formatMs(longestMs)}
          tone={longestMs === undefined ? undefined : 'warn'}
          note={longestMs === undefined ? 'none was noticeable' : 'during the run'}
        />
      </dl>
    </section>
  )
}

interface FigureProps {
  name: string
  value: string
  note?: string | undefined
  tone?: 'bad' | 'warn' | undefined
}

function Figure({ name, value, note, tone }: FigureProps) {
  return (
    <div className="figure" data-tone={tone}>
      <dt>{name}</dt>
      <dd>
        <span className="figure-value">{value}</span>
        {note && <span className="figure-note">{note}</span>}
      </dd>
    </div>
  )
}
