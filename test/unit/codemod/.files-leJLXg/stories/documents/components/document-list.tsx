/** All documents in one scroll area, filtered by what became of them. */
import { useEffect, useRef, useState } from 'react'
import { useFilteredIds } from '../demo-context.ts'
import type { DocumentFilter } from '../document-store.ts'
import { DocumentFilters, filterLabels } from './document-filters.tsx'
import { DocumentRowItem } from './document-row.tsx'
import { useRowWindow } from './use-row-window.ts'

interface DocumentListProps {
  loading: boolean
  /** How often a reader has added files: each time the list shows them, at its top. */
  arrivals: number
}

export function DocumentList({ loading, arrivals }: DocumentListProps) {
  const [filter, setFilter] = useState<DocumentFilter>('all')
  const [shown, setShown] = useState(arrivals)
  const card = useRef<HTMLDivElement>(null)
  if (shown !== arrivals) {
    setShown(arrivals)
    setFilter('all')
  }
  useEffect(() => {
    if (arrivals > 0) card.current?.scrollIntoView({ block: 'nearest' })
  }, [arrivals])
  return (
    <div ref={card} className="card document-list">
      <div className="list-head">
        <h2 id="documents-heading">Documents</h2>
        <DocumentFilters filter={filter} onChange={setFilter} />
      </div>
      {/* Keyed: another filter is another list, and begins at its top; so does one with new files. */}
      <Rows key={`${filter} ${arrivals}`} filter={filter} loading={loading} />
    </div>
  )
}

function Rows({ filter, loading }: { filter: DocumentFilter; loading: boolean }) {
  const ids = useFilteredIds(filter)
  const { scrollRef, first, last, style } = useRowWindow(ids.length)
  return (
    // Focusable, for a scroll area must be reachable by keyboard.
    <div ref={scrollRef} className="scroll" role="region" aria-label="List of documents" tabIndex={0}>
      {ids.length === 0 ? (
        <p className="empty">{loading ? 'Loading the addresses.' : emptyText(filter)}</p>
      ) : (
        <ul style={style}>
          {ids.slice(first, last).map((id, i) => (
            <DocumentRowItem key={id} id={id} position={first + i + 1} size={ids.length} />
          ))}
        </ul>
      )}
    </div>
  )
}

function emptyText(filter: DocumentFilter): string {
  if (filter === 'all') return 'No documents yet. Drop a text file on the page.'
  if (filter === 'open') return 'Nothing is in progress.'
  return `No document is ${filterLabels[filter].toLowerCase()}.`
}
