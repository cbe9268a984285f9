/** The demo's index and key phrases, against naive implementations of the same definitions. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { termFrequencies } from '../../../stories/documents/text/frequencies.ts'
import type { IndexedDocument } from '../../../stories/documents/text/inverted-index.ts'
import { InvertedIndex } from '../../../stories/documents/text/inverted-index.ts'
import { phraseCandidates, scorePhrases } from '../../../stories/documents/text/phrases.ts'
import { makeSnippet } from '../../../stories/documents/text/snippet.ts'
import { tokenize } from '../../../stories/documents/text/tokens.ts'

const vocabulary = ['gold', 'silver', 'bank', 'union', 'war', 'peace']
const words = fc.array(fc.constantFrom(...vocabulary), { minLength: 1, maxLength: 25 })
const corpus = fc.array(words, { minLength: 1, maxLength: 12 })
const query = fc.uniqueArray(fc.constantFrom(...vocabulary, 'absent'), { minLength: 1, maxLength: 3 })

describe('InvertedIndex', () => {
  it('finds exactly the documents that hold every word, ranked by BM25', () => {
    fc.assert(
      fc.property(corpus, query, (documents, asked) => {
        const index = indexOf(documents)
        const { total, hits } = index.search(asked.join(' '), 100)
        const expected = rankNaively(documents, asked)
        expect(total).toBe(expected.length)
        expect(hits.map((hit) => hit.id)).toEqual(expected.map(({ id }) => id))
        hits.forEach((hit, i) => expect(hit.score).toBeCloseTo(expected[i]?.score ?? Number.NaN, 9))
      }),
    )
  })

  it('is after removals as if the removed had never been there', () => {
    fc.assert(
      fc.property(corpus, corpus, query, (kept, removed, asked) => {
        const index = indexOf(kept)
        removed.forEach((text, i) => index.add(documentOf(`removed-${i}`, text.join(' '))))
        removed.forEach((_, i) => expect(index.remove(`removed-${i}`)).toBe(true))
        expect(index.search(asked.join(' '))).toEqual(indexOf(kept).search(asked.join(' ')))
        expect(index.keyPhrases('00')).toEqual(indexOf(kept).keyPhrases('00'))
      }),
    )
  })

  it('replaces a document that comes again, and forgets all of them', () => {
    const index = indexOf([['gold'], ['silver']])
    index.add(documentOf('00', 'peace'))
    expect(index.search('gold').total).toBe(0)
    expect(index.search('peace').hits.map((hit) => hit.id)).toEqual(['00'])
    index.clear()
    expect([index.size, index.search('peace').total, index.remove('00')]).toEqual([0, 0, false])
  })

  it('leaves out words that are too common, and says so', () => {
    const index = indexOf([['gold']])
    expect(index.search('the gold')).toMatchObject({
      terms: ['gold'],
      ignored: ['the'],
      total: 1,
      documents: 1,
    })
    expect(index.search('of the')).toMatchObject({ terms: [], ignored: ['of', 'the'], total: 0 })
  })

  it('finds a word whatever its case, accents and possessive', () => {
    const index = new InvertedIndex()
    index.add(documentOf('a', 'Córdoba’s treaty'))
    for (const spelling of ['cordoba', 'CÓRDOBA', 'Cordoba’s']) expect(index.search(spelling).total).toBe(1)
  })

  it('gives the best few, and the number of all', () => {
    const index = indexOf(Array.from({ length: 30 }, () => ['gold']))
    const { total, hits } = index.search('gold', 20)
    expect([total, hits.length]).toEqual([30, 20])
  })
})

describe('makeSnippet', () => {
  const plain = (parts: readonly { text: string }[]) => parts.map((part) => part.text).join('')

  it('is a passage of the text, cut at words, with the terms marked', () => {
    const text = `${'Nothing to see here. '.repeat(30)}The gold standard holds. ${'And so on. '.repeat(30)}`
    const parts = makeSnippet(text, new Set(['gold', 'standard']))
    expect(parts.filter((part) => part.match).map((part) => part.text)).toEqual(['gold', 'standard'])
    expect(plain(parts)).toMatch(/^….*…$/)
    expect(text).toContain(plain(parts).slice(1, -1))
  })

  it('prefers the place where most of the terms are together', () => {
    const text = `Gold alone. ${'Filler words follow. '.repeat(40)}Silver beside gold here.`
    expect(plain(makeSnippet(text, new Set(['gold', 'silver'])))).toContain('Silver beside gold')
  })

  it('shows the beginning when the terms do not occur', () => {
    expect(makeSnippet('Short.', new Set(['absent']))).toEqual([{ text: 'Short.…', match: false }])
  })
})

describe('key phrases', () => {
  const candidatesOf = (text: string) => phraseCandidates(text, tokenize(text))

  it('recur, and do not reach over stop words or punctuation', () => {
    const text = 'Sound money for the people. Sound money, people; the people want sound money.'
    expect(candidatesOf(text)).toEqual([
      { phrase: 'people', count: 3 },
      { phrase: 'sound money', count: 3 },
    ])
  })

  it('leave out what occurs only inside a longer one', () => {
    const phrases = candidatesOf('Federal reserve act here. Federal reserve act there.').map(
      ({ phrase }) => phrase,
    )
    expect(phrases).toContain('federal reserve act')
    expect(phrases).not.toContain('federal reserve')
    expect(phrases).not.toContain('reserve')
  })

  it('score by TF times IDF: what every document has comes last', () => {
    const scored = scorePhrases(
      [
        { phrase: 'everywhere', count: 9 },
        { phrase: 'rare', count: 4 },
      ],
      100,
      (phrase) => (phrase === 'rare' ? 1 : 100),
      5,
    )
    expect(scored.map(({ phrase }) => phrase)).toEqual(['rare', 'everywhere'])
    expect(scored[0]?.score).toBeCloseTo(4 * Math.log(101))
  })

  it('do not repeat a word', () => {
    const candidates = ['gold standard', 'gold', 'silver'].map((phrase, i) => ({ phrase, count: 9 - i }))
    expect(scorePhrases(candidates, 10, () => 1, 3).map(({ phrase }) => phrase)).toEqual([
      'gold standard',
      'silver',
    ])
  })
})

function documentOf(id: string, text: string): IndexedDocument {
  const tokens = tokenize(text)
  return { id, title: id, text, ...termFrequencies(tokens), candidates: phraseCandidates(text, tokens) }
}

function indexOf(documents: readonly (readonly string[])[]): InvertedIndex {
  const index = new InvertedIndex()
  documents.forEach((text, i) => index.add(documentOf(idOf(i), text.join(' '))))
  return index
}

function idOf(i: number): string {
  return String(i).padStart(2, '0')
}

/** BM25 as the books write it, over plain arrays of words. */
function rankNaively(documents: readonly (readonly string[])[], asked: readonly string[]) {
  const averageLength = documents.reduce((sum, text) => sum + text.length, 0) / documents.length
  const occurrences = (text: readonly string[], word: string) => text.filter((other) => other === word).length
  return documents
    .map((text, i) => ({ id: idOf(i), text }))
    .filter(({ text }) => asked.every((word) => text.includes(word)))
    .map(({ id, text }) => {
      const score = asked.reduce((sum, word) => {
        const holding = documents.filter((other) => other.includes(word)).length
        const idf = Math.log(1 + (documents.length - holding + 0.5) / (holding + 0.5))
        const count = occurrences(text, word)
        return sum + (idf * count * 2.2) / (count + 1.2 * (0.25 + (0.75 * text.length) / averageLength))
      }, 0)
      return { id, score }
    })
    .sort((a, b) => (Math.abs(a.score - b.score) < 1e-9 ? (a.id < b.id ? -1 : 1) : b.score - a.score))
}
