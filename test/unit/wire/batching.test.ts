/** Which values may share a message: what is let in can be cloned, arrives as it is, and shares nothing. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fitsBatch } from '../../../src/wire/batchable.ts'

const primitive = fc.oneof(
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.string({ maxLength: 20 }),
  fc.constant(null),
  fc.constant(undefined),
  fc.bigInt({ min: -(2n ** 60n), max: 2n ** 60n }),
)
const flat = fc.oneof(
  fc.array(primitive, { maxLength: 8 }),
  fc.dictionary(
    fc.string({ maxLength: 5 }).filter((name) => name !== '__proto__'),
    primitive,
    {
      maxKeys: 8,
      noNullPrototype: true,
    },
  ),
)

class Point {
  readonly x = 1
}
class List extends Array<number> {}

const lets = (value: unknown): boolean => fitsBatch(value, new Set())

describe('fitsBatch', () => {
  it('lets in primitives, and small flat objects and arrays of them', () => {
    fc.assert(
      fc.property(fc.oneof(primitive, flat), (value) => {
        expect(lets(value)).toBe(true)
      }),
    )
  })

  it('lets in nothing that clones to something else, or has parts of its own', () => {
    const odd = fc.oneof(
      fc.anything({
        withNullPrototype: true,
        withTypedArray: true,
        withMap: true,
        withSet: true,
        withDate: true,
      }),
      fc.anything({ withSparseArray: true, withBigInt: true, withObjectString: true, withBoxedValues: true }),
    )
    fc.assert(
      fc.property(odd, (value) => {
        if (!lets(value)) return
        const copy = structuredClone(value)
        expect(copy).toEqual(value)
        if (typeof value !== 'object' || value === null) return
        expect(Object.values(value).every((part) => typeof part !== 'object' || part === null)).toBe(true)
        expect(Object.getPrototypeOf(copy)).toBe(Object.getPrototypeOf(value))
      }),
      { numRuns: 1_000 },
    )
  })

  it('lets an object in once a message, so that no two calls share it', () => {
    const objects = new Set<object>()
    const shared = { a: 1 }
    expect([fitsBatch(shared, objects), fitsBatch({ a: 1 }, objects), fitsBatch(shared, objects)]).toEqual([
      true,
      true,
      false,
    ])
  })

  const largest: readonly [what: string, value: unknown][] = [
    ['a string of 512 characters', 'x'.repeat(512)],
    ['the largest bigint of 64 bits', 0xffff_ffff_ffff_ffffn],
    ['the smallest bigint of 64 bits', -0xffff_ffff_ffff_ffffn],
    ['an object of eight fields', Object.fromEntries([...'abcdefgh'].map((name) => [name, 1]))],
    ['an array of eight', Array(8).fill(1)],
  ]
  it.each(largest)('lets %s in', (_what, value) => {
    expect(lets(value)).toBe(true)
  })

  const large: readonly [what: string, value: unknown][] = [
    ['a long string', 'x'.repeat(513)],
    ['a bigint of more than 64 bits', 2n ** 64n],
    ['a negative bigint of more than 64 bits', -(2n ** 64n)],
    [
      'an object of nine fields',
      Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`f${index}`, 1])),
    ],
    ['an array of nine', Array(9).fill(1)],
    ['an object with a long string', { text: 'x'.repeat(513) }],
    ['a nested object', { a: {} }],
    ['a nested array', [[1]]],
  ]
  const strange: readonly [what: string, value: unknown][] = [
    ['an instance of a class', new Point()],
    ['an array of a subclass', new List()],
    ['an object without a prototype', Object.create(null)],
    ['a date', new Date()],
    ['an error', new Error('x')],
    ['a buffer', new ArrayBuffer(1)],
    ['a typed array', new Uint8Array(1)],
    ['a map', new Map()],
    ['a function', () => {}],
    ['a function that looks like a plain object', Object.setPrototypeOf(() => {}, Object.prototype)],
    ['a symbol', Symbol('s')],
    ['an object with a method', { run() {} }],
    ['a sparse array', Array(3)],
    ['a long and empty array', Array(100_000)],
    ['an array with further properties', Object.assign([1], { f: () => {} })],
    ['a sparse array with as many other properties as holes', Object.assign(Array(1), { f: () => {} })],
    ['a sparse array with as many other fields as holes', Object.assign(Array(1), { name: 5 })],
    [
      'an object whose field is a getter',
      {
        get a() {
          return expect.unreachable()
        },
      },
    ],
    ['an array whose item is a getter', Object.defineProperty([1], 0, { get: () => expect.unreachable() })],
    [
      'a proxy whose traps throw',
      new Proxy(
        {},
        {
          getPrototypeOf: () => {
            throw new Error('x')
          },
        },
      ),
    ],
  ]
  it.each([...large, ...strange])('lets %s travel alone', (_what, value) => {
    expect(lets(value)).toBe(false)
  })
})
