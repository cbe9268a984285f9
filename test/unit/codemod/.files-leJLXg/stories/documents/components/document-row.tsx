/** One document: what it is, where it stands, what was found in it, and how to stop it. */
import { memo } from 'react'
import { StateGlyph } from '../../ui/state-glyph.tsx'
import type { GlyphState } from '../../ui/state-glyph.tsx'
import { useDemo, useRow } from '../demo-context.ts'
import { isOpen } from '../document-store.ts'
import type { DocumentRow, DocumentState } from '../document-store.ts'
import { formatCount } from '../format.ts'
import { formatBytes } from '../text/byte-size.ts'
import { describeReadingEase } from '../text/readability.ts'
import { IconButton } from './icon-button.tsx'

const stateLabels: Record<DocumentState, string> = {
  waiting: 'Waiting',
  parsing: 'Parsing',
  analyzing: 'Analyzing',
  indexing: 'Indexing',
  done: 'Indexed',
  failed: 'Failed',
  canceled: 'Canceled',
}

const glyphs: Record<DocumentState, GlyphState> = {
  waiting: 'waiting',
  parsing: 'running',
  analyzing: 'running',
  indexing: 'running',
  done: 'done',
  failed: 'failed',
  canceled: 'canceled',
}

interface DocumentRowItemProps {
  id: string
  /** From 1: only the rows in sight exist, so each says which one of how many it is. */
  position: number
  size: number
}

export const DocumentRowItem = memo(function DocumentRowItem({ id, position, size }: DocumentRowItemProps) {
  const { session } = useDemo()
  const row = useRow(id)
  if (!row) return null
  const { title, detail, state } = row
  return (
    <li className="row" data-state={state} aria-posinset={position} aria-setsize={size}>
      <span className="row-state">
        <StateGlyph state={glyphs[state]} />
        {stateLabels[state]}
      </span>
      <div className="row-text">
        <p className="row-title">
          <span className="row-name">{title}</span>
          <span className="row-detail">{detail}</span>
        </p>
        <p className="row-result">
          <Result row={row} />
        </p>
      </div>
      <Measures row={row} />
      {/* One button for both, so that it keeps the focus when its meaning changes. */}
      {state === 'done' ? null : (
        <IconButton
          icon={isOpen(state) ? 'cancel' : 'retry'}
          label={isOpen(state) ? `Cancel ${title}` : `Run ${title} again`}
          onClick={() => (isOpen(state) ? session.cancel(id) : session.retry(id))}
        />
      )}
    </li>
  )
})

function Result({ row: { state, reason, phrases = [], progress, bytes } }: { row: DocumentRow }) {
  if (state === 'failed') return <span className="reason">{reason}</span>
  if (state === 'canceled') return 'Canceled before it was indexed.'
  if (state === 'done') {
    return phrases.length > 0 ? (
      <>
        <span className="visually-hidden">Key phrases: </span>
        {phrases.join(' · ')}
      </>
    ) : (
      'No phrase recurs in it.'
    )
  }
  return progress === undefined
    ? formatBytes(bytes)
    : `${formatBytes(bytes)}, ${Math.round(progress * 100)} %`
}

function Measures({ row: { stats, state } }: { row: DocumentRow }) {
  if (!stats || state !== 'done') return null
  return (
    <div className="row-measures">
      <span>{formatCount(stats.words)} words</span>
      <span>{describeReadingEase(stats.readingEase)} to read</span>
    </div>
  )
}
