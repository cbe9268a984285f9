/** Keys of arguments: equal for equal plain data, different for all else. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { keyOfArgs, sameArgs } from '../../../src/lib/args-key.ts'

const plain = fc.anything({
  maxDepth: 3,
  withBigInt: true,
  withDate: true,
  withNullPrototype: true,
  withSparseArray: false,
})

/** A list with nothing in it. */
function holes(length: number): unknown[] {
  const list: unknown[] = []
  list.length = length
  return list
}

it('a copy of plain data has its key, whatever the order of the properties', () => {
  const reversed = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(reversed)
    if (typeof value !== 'object' || value === null || value instanceof Date) return value
    return Object.fromEntries(
      Object.entries(value)
        .toReversed()
        .map(([name, item]) => [name, reversed(item)]),
    )
  }
  fc.assert(
    fc.property(fc.array(plain), (args) => {
      expect(keyOfArgs(args)).toBe(keyOfArgs(reversed(args) as unknown[]))
    }),
  )
})

it('different values have different keys', () => {
  const values: unknown[][] = [
    [],
    [undefined],
    [null],
    [0],
    [-0],
    [Number.NaN],
    ['0'],
    [0n],
    [true],
    ['true'],
    [[]],
    [[], []],
    [[[]]],
    [{}],
    [{ a: 1 }],
    [{ a: '1' }],
    [{ 'a:1,b': 1 }],
    [{ a: 1, b: 1 }],
    ['a', 'b'],
    ['a,b'],
    ['"a","b"'],
    [new Date(0)],
    [new Date(1)],
    [{ a: undefined }],
    // Lists with holes.
    [holes(1)],
    [holes(2)],
    [holes(100_000_000)],
    [[undefined, undefined]],
    [Object.assign(holes(2), { 0: 1 })],
    [Object.assign(holes(2), { 1: 1 })],
    [{ 1: 1 }],
    // Fields of a list, which are cloned with it.
    [Object.assign([1], { unit: 'mm' })],
    [Object.assign([1], { unit: 'cm' })],
    [Object.assign([], { unit: 'cm' })],
    [[1]],
    [Object.assign(holes(2), { 1: 1, unit: 'cm' })],
  ]
  expect(new Set(values.map(keyOfArgs)).size).toBe(values.length)
})

it('buffers, blobs, maps and instances are known by identity', () => {
  class Point {
    x = 1
  }
  for (const make of [
    () => new ArrayBuffer(1),
    () => new Uint8Array(1),
    () => new Blob(['x']),
    () => new Map(),
    () => new Point(),
    () => () => {},
  ]) {
    const one = make()
    expect(keyOfArgs([one])).toBe(keyOfArgs([one]))
    expect(keyOfArgs([one])).not.toBe(keyOfArgs([make()]))
    expect(keyOfArgs([{ in: one }])).toBe(keyOfArgs([{ in: one }]))
  }
})

it('a circle ends', () => {
  const circle: { self?: unknown } = {}
  circle.self = circle
  expect(keyOfArgs([circle])).toBe(keyOfArgs([circle]))
})

it('the very same values need no key', () => {
  const list = [1]
  expect(sameArgs([list, Number.NaN], [list, Number.NaN])).toBe(true)
  expect(sameArgs([list], [[1]])).toBe(false)
  expect(sameArgs([1], [1, undefined])).toBe(false)
})

it('whatever an argument is, it has a key, and soon', () => {
  const nested = (depth: number) => {
    let value: object = {}
    for (let i = 0; i < depth; i++) value = { value, list: [i] }
    return value
  }
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  const hostile = {
    get value() {
      throw new Error('not to be read')
    },
  }
  const start = performance.now()
  const deep = nested(100_000)
  for (const value of [deep, proxy, hostile, [hostile], Symbol('s'), () => {}]) {
    expect(keyOfArgs([value])).toBe(keyOfArgs([value]))
  }
  expect(keyOfArgs([deep])).not.toBe(keyOfArgs([nested(100_000)]))
  expect(keyOfArgs([proxy])).not.toBe(keyOfArgs([hostile]))
  expect(performance.now() - start).toBeLessThan(1_000)
})
