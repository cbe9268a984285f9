/** Picks the passage of a text that shows best why it was found. */
import { findTokens, tokenize } from './tokens.ts'

export interface SnippetPart {
  readonly text: string
  readonly match: boolean
}

const contextBefore = 60
const snippetLength = 200
/** The passage is chosen among the first occurrences: a long text is not cut into words to its end for one line. */
const consideredHits = 24

/** Consecutive parts of one passage; those with `match` are the query's terms. Ellipses mark where it was cut. */
export function makeSnippet(text: string, terms: ReadonlySet<string>): SnippetPart[] {
  const hits = findTokens(text, (term) => terms.has(term), consideredHits)
  const first = hits[0]
  if (!first) return [{ text: `${text.slice(0, snippetLength).trimEnd()}…`, match: false }]

  const best = hits.reduce(
    (chosen, hit, i) => {
      const distinct = new Set<string>()
      for (let j = i; j < hits.length; j += 1) {
        const other = hits[j]
        if (!other || other.end > hit.start + snippetLength - contextBefore) break
        distinct.add(other.term)
      }
      return distinct.size > chosen.distinct ? { hit, distinct: distinct.size } : chosen
    },
    { hit: first, distinct: 0 },
  ).hit

  const start = wordStart(text, best.start - contextBefore)
  const end = wordEnd(text, Math.max(best.end, start + snippetLength))
  return mark(text.slice(start, end), terms, start > 0 ? '…' : '', end < text.length ? '…' : '')
}

function mark(passage: string, terms: ReadonlySet<string>, before: string, after: string): SnippetPart[] {
  const parts: SnippetPart[] = []
  let at = 0
  for (const token of tokenize(passage)) {
    if (!terms.has(token.term)) continue
    parts.push({ text: passage.slice(at, token.start), match: false })
    parts.push({ text: passage.slice(token.start, token.end), match: true })
    at = token.end
  }
  parts.push({ text: passage.slice(at), match: false })
  const [first] = parts
  const last = parts.at(-1)
  if (first) parts[0] = { ...first, text: before + first.text }
  if (last && last !== first) parts[parts.length - 1] = { ...last, text: last.text + after }
  return parts.filter((part) => part.text !== '')
}

/** The normalised terms of a query, each once, in order. */
export function queryTerms(query: string): string[] {
  return [...new Set(tokenize(query).map((token) => token.term))]
}

function wordStart(text: string, near: number): number {
  if (near <= 0) return 0
  const space = text.indexOf(' ', near)
  return space === -1 || space > near + 40 ? near : space + 1
}

function wordEnd(text: string, near: number): number {
  if (near >= text.length) return text.length
  const space = text.lastIndexOf(' ', near)
  return space <= near - 40 ? near : space
}
