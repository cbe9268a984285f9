/** Spans on the worker: bounded from within, always sendable, and never the reason why a handler fails. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { WireSpan } from '../../../src/wire/protocol.ts'
import { runSpan, type SpanLog, type SpanPlace, TOP } from '../../../src/worker/worker-spans.ts'
import { errorTypeOf, messageOf } from '../../../src/telemetry/record/outcome-words.ts'
import { hostileValues } from '../support/hostile-values.ts'

interface Owner {
  spans: SpanLog | undefined
  readonly meta: readonly [string]
}
const owner = (): Owner => ({ spans: undefined, meta: ['00-1-1-01'] })

function taken(from: Owner): { readonly spans: readonly WireSpan[]; readonly dropped: number } {
  const all = structuredClone(from.spans?.take() ?? [])
  const spans = all.filter((each) => typeof each !== 'number')
  const [dropped = 0] = all.filter((each) => typeof each === 'number')
  return { spans, dropped }
}
const namesOf = (from: Owner): string[] => taken(from).spans.map((span) => span[2])

/** A span in a span in a span, named by how deep it stands. */
function nest(from: Owner, depth: number, at: SpanPlace = TOP, level = 1): void {
  if (level > depth) return
  runSpan(from, at, `${level}`, undefined, (place) => nest(from, depth, place, level + 1))
}
const levelsOf = (depths: readonly number[]): string[] =>
  depths.flatMap((depth) => Array.from({ length: depth }, (_, index) => `${index + 1}`)).toSorted()

describe('the spans of a call', () => {
  it('are kept whole up to a thousand, parents first', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 150 }), (depths) => {
        const from = owner()
        for (const depth of depths) nest(from, depth)
        const { spans, dropped } = taken(from)
        expect([spans.map((span) => span[2]).toSorted(), dropped]).toEqual([levelsOf(depths), 0])
        const ids = ['', ...spans.map(([id]) => id)]
        for (const [at, [, parentId]] of spans.entries()) expect(ids.slice(0, at + 1)).toContain(parentId)
      }),
    )
  })

  it.each([
    ['a text', 'text'],
    ['a number', 5],
    ['what looks like an error', { name: 'ExitStatus', message: 'exit(1)' }],
    ['a message alone', { message: 'only' }],
    ['nothing', undefined],
    ['an error', new TypeError('t')],
  ])('fail in the words that the call itself would have: %s', (_what, thrown) => {
    const from = owner()
    const fails = () => {
      throw thrown
    }
    try {
      runSpan(from, TOP, 'fails', undefined, fails)
    } catch {
      // As it was thrown.
    }
    const error = taken(from).spans[0]?.[6]
    expect([errorTypeOf(error), messageOf(error)]).toEqual([errorTypeOf(thrown), messageOf(thrown)])
  })

  it('lose the inner ones beyond that, and say how many', () => {
    const from = owner()
    runSpan(from, TOP, 'outer', undefined, (outer) => {
      for (let n = 0; n < 1_500; n++) {
        runSpan(from, outer, `step ${n}`, undefined, (step) => {
          if (n < 600) runSpan(from, step, 'inner', undefined, () => n)
        })
      }
    })
    runSpan(from, TOP, 'second', undefined, () => 1)
    const { spans, dropped } = taken(from)
    const names = spans.map((span) => span[2])
    expect(spans).toHaveLength(1_000)
    expect(dropped).toBe(2 + 1_500 + 600 - 1_000)
    expect(names).toEqual(expect.arrayContaining(['outer', 'second', 'step 0', 'step 997']))
    expect(names).not.toContain('inner')
  })

  it('lose none that is less deep than one that is kept', () => {
    const depths = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 300, maxLength: 1_400, size: 'max' })
    fc.assert(
      fc.property(depths, (all) => {
        const from = owner()
        for (const depth of all) nest(from, depth)
        expect(namesOf(from).toSorted()).toEqual(levelsOf(all).slice(0, 1_000))
      }),
      { numRuns: 20, endOnFailure: true },
    )
  })

  it.each(hostileValues)(
    'can be sent whatever they are given, and change nothing: %s',
    async (_what, make) => {
      const from = owner()
      const value = make()
      const given = runSpan(
        from,
        TOP,
        value as string,
        { attributes: { value, list: [value, 1], plain: 'kept' } },
        () => value,
      )
      expect(given).toBe(value)
      const throwIt = (): never => throwing(value)
      const outcomes = [
        caught(() => runSpan(from, TOP, 'throws', { attributes: value }, throwIt)),
        await runSpan(from, TOP, 'rejects', undefined, async () => throwIt()).catch(first),
      ]
      expect(outcomes.map(([error]) => error === value)).toEqual([true, true])
      const { spans } = taken(from)
      expect(spans).toHaveLength(3)
      expect(spans[0]?.[5]).toMatchObject({ plain: 'kept' })
      expect(spans.map(([, , name, , , , error]) => [typeof name, typeof (error?.message ?? '')])).toEqual(
        spans.map(() => ['string', 'string']),
      )
    },
  )

  it('reject as the promise would whose constructor throws', async () => {
    const from = owner()
    const promise = Object.defineProperty(Promise.resolve(1), 'constructor', {
      get: () => throwing(new Error('no constructor')),
    })
    await expect(runSpan(from, TOP, 'odd', undefined, () => promise)).rejects.toThrow('no constructor')
    expect(namesOf(from)).toEqual(['odd'])
  })

  it('hold copies of their attributes', () => {
    const from = owner()
    const list: unknown[] = [1]
    runSpan(from, TOP, 'list', { attributes: { list } }, () => 1)
    list.push(() => {})
    expect(taken(from).spans[0]?.[5]).toEqual({ list: [1] })
  })
})

const first = (error: unknown): [unknown] => [error]

function caught(fn: () => unknown): [unknown?] {
  try {
    fn()
    return []
  } catch (error) {
    return [error]
  }
}

function throwing(value: unknown): never {
  throw value
}
