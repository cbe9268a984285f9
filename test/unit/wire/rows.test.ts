/** The numbers of many calls or replies, as they travel. */
import { describe, expect, it } from 'vitest'
import { isRows, packRows } from '../../../src/wire/batchable.ts'

const many = (last = 0) => [...Array.from({ length: 255 }, (_, index) => index - 1), last]

describe('the numbers of a message', () => {
  it('are one block of memory where they are many, and an array where they are few', () => {
    expect(packRows(many(7))).toEqual(Int32Array.from(many(7)))
    expect(packRows(many().slice(1))).toEqual(many().slice(1))
  })

  it.each([2 ** 31, -(2 ** 31) - 1, 0.5, Number.NaN])('stay an array where one of them is %d', (number) => {
    expect(packRows(many(number))).toEqual(many(number))
  })

  it('are read in both forms, from another realm as well, and nothing else is', () => {
    expect([[1], new Int32Array(1), structuredClone(new Int32Array(1))].map(isRows)).toEqual([
      true,
      true,
      true,
    ])
    expect([undefined, null, { length: 1 }, 'rows', new ArrayBuffer(4)].some(isRows)).toBe(false)
  })
})
