/** What the index answered: ranked documents, nothing, or why it could not be asked. */
import type { TaskCallState } from 'atelier-react'
import { plural } from '../format.ts'
import type { SearchHit, SearchResult } from '../text/inverted-index.ts'
import type { IndexApi } from '../workers/index.worker.ts'

interface SearchAnswerProps {
  search: TaskCallState<IndexApi, 'search'>
  /** Whether documents are still being indexed. */
  isGrowing: boolean
}

export function SearchAnswer({ search, isGrowing }: SearchAnswerProps) {
  if (search.status === 'error') {
    return (
      <p className="notice error" role="alert">
        The index could not be searched: {search.error.message}
      </p>
    )
  }
  const result = 'data' in search ? search.data : undefined
  return (
    <div className="answer" aria-busy={search.status === 'queued' || search.status === 'running'}>
      {/* While it grows it changes all the time: it is read out when it no longer does. */}
      <p role="status" aria-live={isGrowing ? 'off' : 'polite'} className="answer-head">
        {result ? headline(result, isGrowing) : 'Searching'}
      </p>
      {result && result.hits.length > 0 && (
        // Focusable, for a scroll area must be reachable by keyboard.
        <ol className="hits" aria-label="Documents found" tabIndex={0}>
          {result.hits.map((hit) => (
            <Hit key={hit.id} hit={hit} />
          ))}
        </ol>
      )}
    </div>
  )
}

function Hit({ hit }: { hit: SearchHit }) {
  return (
    <li className="hit">
      <p className="hit-title">{hit.title}</p>
      <p className="hit-snippet">
        {hit.snippet.map((part, i) =>
          part.match ? <mark key={i}>{part.text}</mark> : <span key={i}>{part.text}</span>,
        )}
      </p>
    </li>
  )
}

function headline({ terms, ignored, total, hits, documents }: SearchResult, isGrowing: boolean): string {
  const asked = `“${terms.join(' ')}”`
  const common = ignored.map((word) => `“${word}”`).join(', ')
  if (terms.length === 0)
    return common === '' ? 'Type a word to search for.' : `${common}: too common to search for.`
  const suffix = common === '' ? '' : ` Not searched for: ${common}.`
  const soFar = isGrowing ? ' so far' : ''
  if (total === 0) return `None of ${plural(documents, 'document')}${soFar} holds ${asked}.${suffix}`
  const shown = total > hits.length ? `, the best ${hits.length} first` : ''
  return `${plural(total, 'document')} of ${documents}${soFar} ${total === 1 ? 'holds' : 'hold'} ${asked}${shown}.${suffix}`
}
