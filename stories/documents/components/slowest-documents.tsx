/** The documents that took longest, and what they spent the time on: summed up from each trace's own spans. */
import { useState } from 'react'
import { useSpanSummary } from '../demo-context.ts'
import { formatMs, formatPercent } from '../format.ts'
import type { TraceStats } from '../telemetry/span-stats.ts'

type Measure = 'total' | 'ran'

interface SlowestDocumentsProps {
  /** Shows the waterfall of a document. */
  onOpen: (traceId: string) => void
}

export function SlowestDocuments({ onOpen }: SlowestDocumentsProps) {
  const { slowest, heaviest } = useSpanSummary()
  const [measure, setMeasure] = useState<Measure>('total')
  const traces = measure === 'total' ? slowest : heaviest
  const longest = traces[0]?.totalMs ?? 0
  return (
    <section className="card slow-card" aria-labelledby="slowest-heading">
      <div className="list-head">
        <h2 id="slowest-heading">Slowest documents</h2>
        <div className="filters" role="group" aria-label="Measured by">
          <MeasureButton name="total" label="In total" measure={measure} onChange={setMeasure} />
          <MeasureButton name="ran" label="On workers" measure={measure} onChange={setMeasure} />
        </div>
      </div>
      {traces.length === 0 ? (
        <p className="empty">No document is done yet.</p>
      ) : (
        <>
          <ol className="slowest">
            {traces.map((trace) => (
              <SlowDocument
                key={trace.traceId}
                trace={trace}
                measure={measure}
                longest={Math.max(longest, trace.totalMs)}
                onOpen={onOpen}
              />
            ))}
          </ol>
          <p className="legend small" aria-hidden="true">
            <Legend of="waited" text="waited in queues" />
            <Legend of="ran" text="ran on workers" />
            <Legend of="between" text="between threads" />
          </p>
        </>
      )}
    </section>
  )
}

function Legend({ of, text }: { of: string; text: string }) {
  return (
    <span>
      <span className={`swatch ${of}`} /> {text}
    </span>
  )
}

interface MeasureButtonProps {
  name: Measure
  label: string
  measure: Measure
  onChange: (measure: Measure) => void
}

function MeasureButton({ name, label, measure, onChange }: MeasureButtonProps) {
  return (
    <button type="button" className="chip" aria-pressed={measure === name} onClick={() => onChange(name)}>
      {label}
    </button>
  )
}

interface SlowDocumentProps extends SlowestDocumentsProps {
  trace: TraceStats
  measure: Measure
  longest: number
}

function SlowDocument({ trace, measure, longest, onOpen }: SlowDocumentProps) {
  const { traceId, name, totalMs, waitedMs, ranMs } = trace
  const waited = share(waitedMs, totalMs)
  const ran = Math.min(1 - waited, share(ranMs, totalMs))
  const between = Math.max(0, 1 - waited - ran)
  return (
    <li>
      <p className="slow-head">
        <button type="button" className="slow-name" onClick={() => onOpen(traceId)}>
          <span className="visually-hidden">Why it took so long: </span>
          {name}
        </button>
        <span className="slow-total">{formatMs(measure === 'total' ? totalMs : ranMs)}</span>
      </p>
      <span className="share" aria-hidden="true" style={{ width: `${share(totalMs, longest) * 100}%` }}>
        <span className="waited" style={{ flexGrow: waited }} />
        <span className="ran" style={{ flexGrow: ran }} />
        <span className="between" style={{ flexGrow: between }} />
      </span>
      <p className="small soft">
        waited {formatPercent(waited)}, ran {formatPercent(ran)}
        {measure === 'total' ? ` (${formatMs(ranMs)})` : ` of ${formatMs(totalMs)} in total`}
      </p>
    </li>
  )
}

function share(part: number, whole: number): number {
  return whole > 0 ? Math.min(1, part / whole) : 0
}
