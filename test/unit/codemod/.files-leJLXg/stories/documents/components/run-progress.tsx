/** The overall progress bar, and the same in words for those who do not see it. */
import type { CSSProperties } from 'react'
import { usePhase, useSpanSummary, useTotals } from '../demo-context.ts'
import type { Totals } from '../document-store.ts'
import { formatCount, formatMs, plural } from '../format.ts'
import type { SessionPhase } from '../session.ts'
import type { CorpusState } from '../use-corpus.ts'

export function RunProgress({ corpus }: { corpus: CorpusState }) {
  const totals = useTotals()
  const phase = usePhase()
  const { wallMs } = useSpanSummary()
  const loading = corpus.status === 'loading'
  const all = loading ? corpus.total : totals.all
  const settled = loading ? corpus.loaded : totals.settled
  return (
    <div className="run-progress">
      <p className="run-progress-text">
        <strong>{headline(corpus, totals)}</strong>
        <span className="soft">{remarks(phase, totals, wallMs).join(' · ')}</span>
      </p>
      <div
        className="bar"
        role="progressbar"
        aria-label={loading ? 'Addresses loaded' : 'Documents settled'}
        aria-valuemin={0}
        aria-valuemax={Math.max(1, all)}
        aria-valuenow={settled}
      >
        {loading ? (
          <span className="bar-part loading" style={width(corpus.loaded, all)} />
        ) : (
          <>
            <span className="bar-part done" style={width(totals.done, all)} />
            <span className="bar-part failed" style={width(totals.failed, all)} />
            <span className="bar-part canceled" style={width(totals.canceled, all)} />
          </>
        )}
      </div>
      <p className="visually-hidden" role="status">
        {announcement(phase, totals)}
      </p>
    </div>
  )
}

function headline(corpus: CorpusState, { done, all }: Totals): string {
  if (corpus.status === 'loading') {
    return corpus.total === 0
      ? 'Loading the addresses'
      : `Loading ${corpus.loaded} of ${corpus.total} addresses`
  }
  if (all === 0) return 'No documents'
  return `${formatCount(done)} of ${plural(all, 'document')} indexed`
}

function remarks(phase: SessionPhase, { open, failed, canceled }: Totals, wallMs: number): string[] {
  return [
    ...(open > 0 ? [`${formatCount(open)} to go`] : []),
    ...(failed > 0 ? [`${formatCount(failed)} failed`] : []),
    ...(canceled > 0 ? [`${formatCount(canceled)} canceled`] : []),
    ...(phase === 'settled' && wallMs > 0 ? [`in ${formatMs(wallMs)}`] : []),
  ]
}

/** Spoken once at the start, at each quarter and at the end, not at every document. */
function announcement(phase: SessionPhase, { all, settled, done, failed, canceled }: Totals): string {
  if (phase === 'idle' || all === 0) return ''
  if (phase === 'settled') return `Finished: ${done} indexed, ${failed} failed, ${canceled} canceled.`
  const quarter = Math.floor((settled / all) * 4)
  return quarter === 0 ? `Indexing ${plural(all, 'document')}.` : `${quarter * 25} percent settled.`
}

function width(part: number, all: number): CSSProperties {
  return { width: `${all === 0 ? 0 : (part / all) * 100}%` }
}
