/** How the demo cuts text into sentences and terms, and measures it. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { analyzeText } from '../../../stories/documents/text/analysis.ts'
import { termFrequencies } from '../../../stories/documents/text/frequencies.ts'
import {
  countSyllables,
  describeReadingEase,
  fleschReadingEase,
} from '../../../stories/documents/text/readability.ts'
import { splitSentences } from '../../../stories/documents/text/sentences.ts'
import { isStopWord } from '../../../stories/documents/text/stop-words.ts'
import { findTokens, normalizeTerm, tokenize } from '../../../stories/documents/text/tokens.ts'

const prose = fc
  .array(
    fc.constantFrom(
      'Mr.',
      'The',
      'Union',
      'U.S.',
      'is',
      'strong',
      '.',
      '! ',
      '?"',
      '\n\n',
      ' ',
      '1,000',
      'we’re',
    ),
    {
      minLength: 1,
      maxLength: 60,
    },
  )
  .map((parts) => parts.join(' '))

describe('splitSentences', () => {
  it.each([
    ['One. Two! Three? Four', ['One.', 'Two!', 'Three?', 'Four']],
    ['Mr. Speaker, Gen. Grant is here. He rests.', ['Mr. Speaker, Gen. Grant is here.', 'He rests.']],
    ['Harry S. Truman spoke. We heard.', ['Harry S. Truman spoke.', 'We heard.']],
    ['The U.S. Army moved. It won.', ['The U.S. Army moved.', 'It won.']],
    ['He said "Go." Then he left.', ['He said "Go."', 'Then he left.']],
    ['It grew 3.5 percent. Good.', ['It grew 3.5 percent.', 'Good.']],
    ['Wait... what? No.', ['Wait... what?', 'No.']],
    ['A heading\n\nA paragraph', ['A heading', 'A paragraph']],
    ['   ', []],
  ])('splits %j', (text, sentences) => expect(splitSentences(text)).toEqual(sentences))

  it('loses nothing but white space, and makes no empty sentence', () => {
    const solid = (text: string) => text.replace(/\s+/g, '')
    fc.assert(
      fc.property(prose, (text) => {
        const sentences = splitSentences(text)
        expect(solid(sentences.join(''))).toBe(solid(text))
        expect(sentences.every((sentence) => sentence.trim() === sentence && sentence !== '')).toBe(true)
      }),
    )
  })
})

describe('tokenize', () => {
  it('keeps numbers and contractions whole, and parts words at hyphens', () => {
    const terms = tokenize('Don’t spend $1,000,000 on the 20th self-made cause, 98.6%.').map(
      ({ term }) => term,
    )
    expect(terms).toEqual([
      "don't",
      'spend',
      '1,000,000',
      'on',
      'the',
      '20th',
      'self',
      'made',
      'cause',
      '98.6',
    ])
  })

  it.each([
    ['America’s', 'america'],
    ["Washington's", 'washington'],
    ['Córdoba', 'cordoba'],
    ['ÉTATS', 'etats'],
    ["O'Neill", "o'neill"],
  ])('makes %s the term %s', (word, term) => expect(normalizeTerm(word)).toBe(term))

  it('points at the words: each lies where its offsets say, in order, without overlap', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        let end = 0
        for (const token of tokenize(text)) {
          expect(token.start).toBeGreaterThanOrEqual(end)
          expect(normalizeTerm(text.slice(token.start, token.end))).toBe(token.term)
          end = token.end
        }
      }),
    )
  })

  it('finds the first tokens that are wanted, and no more', () => {
    const found = findTokens('a b a b a', (term) => term === 'a', 2)
    expect(found.map(({ start }) => start)).toEqual([0, 4])
  })
})

describe('termFrequencies', () => {
  it('counts every word that is not a stop word, wherever it stands', () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray(['union', 'state', 'union', 'gold', 'the', 'of', 'gold', 'gold']),
        (words) => {
          const { terms, counts } = termFrequencies(tokenize(words.join(' ')))
          expect(terms.map((term, i) => [term, counts[i]])).toEqual(
            [...new Set(words)]
              .filter((word) => !isStopWord(word))
              .map((word) => [word, words.filter((other) => other === word).length]),
          )
        },
      ),
    )
  })
})

describe('readability', () => {
  it.each([
    ['state', 1],
    ['people', 2],
    ['congress', 2],
    ['government', 3],
    ['constitution', 4],
    ['asked', 1],
    ['wanted', 2],
    ['houses', 2],
    ['the', 1],
  ])('hears %s as %d syllables', (word, syllables) => expect(countSyllables(word)).toBe(syllables))

  it('is the formula of Flesch', () => {
    expect(fleschReadingEase({ sentences: 2, words: 20, syllables: 30 })).toBeCloseTo(206.835 - 10.15 - 126.9)
    expect(fleschReadingEase({ sentences: 0, words: 0, syllables: 0 })).toBe(0)
  })

  it('says the score in words, the easiest first', () => {
    expect([90, 65, 55, 40, 5].map(describeReadingEase)).toEqual([
      'Easy',
      'Fairly easy',
      'Fairly hard',
      'Hard',
      'Very hard',
    ])
  })
})

describe('analyzeText', () => {
  const text = 'The state of our Union is strong. Our Union of states is old. '.repeat(40).trim()
  const whole = analyze(text, text.length)

  it('measures the same whether it pauses or not', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), (length) => {
        expect(analyze(text, length)).toEqual(whole)
      }),
    )
  })

  it('tells how far it is, never backwards', () => {
    const shares = [...analyzeText(text, 100)]
    expect(shares.length).toBeGreaterThan(10)
    expect(shares).toEqual(shares.toSorted((a, b) => a - b))
    expect(shares.every((share) => share > 0 && share <= 1)).toBe(true)
  })

  it('counts sentences and words', () => {
    expect(whole.stats).toMatchObject({ sentences: 80, words: 520, distinctTerms: 5 })
  })
})

function analyze(text: string, length: number) {
  const steps = analyzeText(text, length)
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}
