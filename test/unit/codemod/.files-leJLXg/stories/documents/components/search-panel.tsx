/** Search as you type: each keystroke is a call to the index, and supersedes the one before. */
import { useTaskCall } from 'atelier-react'
import { useEffect, useEffectEvent, useMemo, useState } from 'react'
import { useDemo, usePhase, useSpanSummary } from '../demo-context.ts'
import { plural } from '../format.ts'
import { SearchAnswer } from './search-answer.tsx'

/** Often enough to see it grow, seldom enough to read. */
const followEveryMs = 500

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

  // The answer follows the index while it grows, and is asked for once more at the end of the run.
  const isAsking = search.status === 'queued' || search.status === 'running'
  const askAgain = useEffectEvent(() => {
    if (query.trim() !== '' && !isAsking) search.run(query)
  })
  const isRunning = phase === 'running'
  useEffect(() => {
    if (!isRunning) return askAgain()
    const timer = setInterval(askAgain, followEveryMs)
    return () => clearInterval(timer)
  }, [isRunning])

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
        <SearchAnswer search={search} isGrowing={isRunning} />
      )}
      <p id="search-note" className="small soft">
        Finds documents that hold all words, those first that are most about them.{' '}
        {supersededSearches > 0 &&
          `${plural(supersededSearches, 'search', 'searches')} superseded by a later keystroke.`}
      </p>
    </section>
  )
}
