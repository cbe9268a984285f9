/** Structural sharing: what is equal stays the same object, and all else is as it was given. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { shareEqual } from '../../../src/lib/share-equal.ts'

it('gives the old value for an equal one, whatever the order of names', () => {
  const old = { list: [1, { at: new Date(5) }], none: null, text: 'a' }
  expect(shareEqual(old, { text: 'a', none: null, list: [1, { at: new Date(5) }] })).toBe(old)
})

it('keeps the equal parts of what is not', () => {
  const old = { hits: [{ id: 1 }, { id: 2 }], total: 2 }
  const value = { hits: [{ id: 1 }, { id: 3 }], total: 2 }
  const shared = shareEqual(old, value)
  expect(shared).toEqual(value)
  expect(shared.hits[0]).toBe(old.hits[0])
  expect(shared.hits[1]).not.toBe(old.hits[1])
  expect(old.hits[1]).toEqual({ id: 2 })
})

it.each([
  ['what is no plain data', new Map([[1, 1]]), new Map([[1, 1]])],
  ['an instance', new URL('a:b'), new URL('a:b')],
  ['a hole', [undefined], Object.assign([], { length: 1 })],
  ['a name more', { a: 1 }, { a: 1, b: undefined }],
  ['a list for an object', {}, []],
])('tells %s', (_what, old: unknown, value: unknown) => {
  expect(shareEqual(old, value)).not.toBe(old)
})

it('shares data of the name __proto__, and never the prototype', () => {
  const parsed = (text: string) => JSON.parse(text) as { __proto__: object; a: number }
  const value = parsed('{"__proto__":{},"a":1}')
  const own = Object.getOwnPropertyDescriptor(shareEqual({ a: 1 } as never, value), '__proto__')
  expect(own?.value).toBe(Object.getOwnPropertyDescriptor(value, '__proto__')?.value)
  const old = parsed('{"__proto__":{"b":1},"a":1}')
  expect(shareEqual(old, parsed('{"a":1,"__proto__":{"b":1}}'))).toBe(old)
})

it('leaves a circle as it is', () => {
  const ring = () => {
    const made: { self?: unknown; id: number } = { id: 1 }
    made.self = made
    return made
  }
  const value = ring()
  expect(shareEqual(ring(), value)).toBe(value)
})

it('shares nothing but what is equal: for any data, the result equals the new value', () => {
  const data = fc.jsonValue({ maxDepth: 4 })
  fc.assert(
    fc.property(data, data, (old, value) => {
      const before = structuredClone(old)
      expect(shareEqual(old, value)).toStrictEqual(value)
      expect(shareEqual(old, structuredClone(old))).toBe(old)
      expect(old).toStrictEqual(before)
    }),
  )
})
