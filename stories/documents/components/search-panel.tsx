/** Search as you type: each keystroke is a call to the index, and supersedes the one before. */
import { useTaskCall } from 'atelier-react'
import { useEffect, useEffectEvent, useMemo, useState } from 'react'
import { useDemo, usePhase, useSpanSummary } from '../demo-context.ts'
import { plural } from '../format.ts'
import { SearchAnswer } from './search-answer.tsx'

const examples = ['gold standard', 'telegraph', 'moon', 'emancipation']

export function SearchPanel() {
  const { tasks } = useDemo()
  const phase = usePhase()
  const { supersededSearches } = useSpanSummary()
  // A reader waits for this one: it goes before the documents, and belongs to none of their traces.
  const index = useMemo(() => tasks.index.with({ priority: 'high', trace: null }), [tasks])
  const search = useTaskCall(index, 'search', { mode: 'latest' })
  const [query, setQuery] = useState('')

  const ask = (text: string) => {
    setQuery(text)
    if (text.trim() === '') search.reset()
    else search.run(text)
  }

  // What was typed in the middle of a run is asked once more at its end, of the whole index.
  const askAgain = useEffectEvent(() => {
    if (query.trim() !== '') search.run(query)
  })
  useEffect(() => {
    if (phase === 'settled') askAgain()
  }, [phase])

  return (
    <section className="card search" aria-labelledby="search-heading">
      <h2 id="search-heading">
        <label htmlFor="search-input">Search</label>
      </h2>
      <search>
        <input
          id="search-input"
          type="search"
          value={query}
          placeholder="Words that a document must hold"
          autoComplete="off"
          spellCheck={false}
          aria-describedby="search-note"
          onChange={(event) => ask(event.target.value)}
        />
      </search>
      {query.trim() === '' ? (
        <div className="examples">
          <span className="soft small">Try</span>
          {examples.map((example) => (
            <button key={example} type="button" className="chip" onClick={() => ask(example)}>
              {example}
            </button>
          ))}
        </div>
      ) : (
        <SearchAnswer search={search} />
      )}
      <p id="search-note" className="small soft">
        All words, ranked by BM25.{' '}
        {supersededSearches > 0 &&
          `${plural(supersededSearches, 'search', 'searches')} superseded by a later keystroke.`}
      </p>
    </section>
  )
}
