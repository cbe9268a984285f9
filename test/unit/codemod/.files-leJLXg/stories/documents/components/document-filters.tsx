/** Which documents the list shows, and how many there are of each kind. */
import { useTotals } from '../demo-context.ts'
import { documentFilters } from '../document-store.ts'
import type { DocumentFilter } from '../document-store.ts'
import { formatCount } from '../format.ts'

export const filterLabels: Readonly<Record<DocumentFilter, string>> = {
  all: 'All',
  open: 'In progress',
  done: 'Indexed',
  failed: 'Failed',
  canceled: 'Canceled',
}

interface DocumentFiltersProps {
  filter: DocumentFilter
  onChange: (filter: DocumentFilter) => void
}

export function DocumentFilters({ filter, onChange }: DocumentFiltersProps) {
  const totals = useTotals()
  return (
    <div className="filters" role="group" aria-label="Show documents">
      {documentFilters.map((name) => (
        <button
          key={name}
          type="button"
          className="chip"
          aria-pressed={filter === name}
          data-tone={name === 'failed' && totals.failed > 0 ? 'bad' : undefined}
          onClick={() => onChange(name)}
        >
          {filterLabels[name]} <span className="chip-count">{formatCount(totals[name])}</span>
        </button>
      ))}
    </div>
  )
}
