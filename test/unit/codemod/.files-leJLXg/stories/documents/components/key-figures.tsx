/** The run in five numbers. */
import { useLongTasks, useSpanSummary, useTotals } from '../demo-context.ts'
import { formatCount, formatMs } from '../format.ts'

export function KeyFigures() {
  const { done } = useTotals()
  const { spans, failures, wallMs } = useSpanSummary()
  const { longestMs, thresholdMs } = useLongTasks()
  // Zeros of a run that has not begun would look like results.
  const hasRun = spans > 0
  const perSecond = wallMs > 0 ? (done / wallMs) * 1000 : 0
  return (
    <section aria-labelledby="figures-heading">
      <h2 id="figures-heading" className="visually-hidden">
        Key figures
      </h2>
      <dl className="figures">
        <Figure name="Documents indexed" value={hasRun ? formatCount(done) : undefined} />
        <Figure
          name="Calls to workers"
          value={hasRun ? formatCount(spans) : undefined}
          note="each has its span in the trace"
        />
        <Figure
          name="Calls that failed"
          value={hasRun ? formatCount(failures) : undefined}
          tone={failures > 0 ? 'bad' : undefined}
        />
        <Figure
          name="Documents a second"
          value={
            done === 0 || perSecond === 0
              ? undefined
              : perSecond < 10
                ? perSecond.toFixed(1)
                : formatCount(Math.round(perSecond))
          }
        />
        <Figure
          name="Longest pause of the page"
          value={hasRun ? (longestMs === undefined ? `< ${thresholdMs} ms` : formatMs(longestMs)) : undefined}
          tone={longestMs === undefined ? undefined : 'warn'}
          note={longestMs === undefined ? 'none was noticeable' : 'during the run'}
        />
      </dl>
    </section>
  )
}

interface FigureProps {
  name: string
  /** Undefined before there is one. */
  value: string | undefined
  note?: string | undefined
  tone?: 'bad' | 'warn' | undefined
}

function Figure({ name, value, note, tone }: FigureProps) {
  return (
    <div className="figure" data-tone={tone}>
      <dt>{name}</dt>
      <dd>
        {value === undefined ? (
          <span className="figure-none">not yet</span>
        ) : (
          <>
            <span className="figure-value">{value}</span>
            {note && <span className="figure-note">{note}</span>}
          </>
        )}
      </dd>
    </div>
  )
}
