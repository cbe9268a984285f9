import fc from 'fast-check'
import { afterEach, expect, it, vi } from 'vitest'
import { isSpanId, isTraceId, newSpanId, newTraceId } from '../../../src/telemetry/trace/ids.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

it('makes ids as the W3C defines them, none twice', () => {
  const traceIds = Array.from({ length: 5_000 }, newTraceId)
  const spanIds = Array.from({ length: 5_000 }, newSpanId)
  expect(traceIds.filter((id) => !/^[0-9a-f]{32}$/.test(id))).toEqual([])
  expect(spanIds.filter((id) => !/^[0-9a-f]{16}$/.test(id))).toEqual([])
  expect(new Set([...traceIds, ...spanIds]).size).toBe(10_000)
})

it('asks for randomness in blocks', () => {
  const getRandomValues = vi.spyOn(crypto, 'getRandomValues')
  for (let index = 0; index < 1_000; index++) newTraceId()
  expect(getRandomValues.mock.calls.length).toBeGreaterThan(0)
  expect(getRandomValues.mock.calls.length).toBeLessThan(10)
})

it('uses every bit: each digit takes each value', () => {
  const seen = Array.from({ length: 16 }, () => new Set<string>())
  for (let index = 0; index < 2_000; index++) [...newSpanId()].forEach((digit, at) => seen[at]?.add(digit))
  expect(seen.map((digits) => digits.size)).toEqual(Array.from({ length: 16 }, () => 16))
})

it('never gives an id of zeros, even when the randomness is', () => {
  let zeros = true
  vi.spyOn(crypto, 'getRandomValues').mockImplementation((array) => {
    if (array instanceof Uint8Array) array.fill(zeros ? 0 : 7)
    zeros = false
    return array
  })
  // Uses up the block that is there, then meets the zeros.
  const ids = Array.from({ length: 600 }, newTraceId)
  expect(ids).not.toContain('0'.repeat(32))
  expect(ids).toContain('07'.repeat(16))
})

it('takes what it made for an id, and nothing else', () => {
  expect(isTraceId(newTraceId())).toBe(true)
  expect(isSpanId(newSpanId())).toBe(true)
  expect(isTraceId('0'.repeat(32))).toBe(false)
  expect(isSpanId('0'.repeat(16))).toBe(false)
  expect(isTraceId(crypto.randomUUID())).toBe(false)
  expect(isTraceId('A'.repeat(32))).toBe(false)
  expect(isTraceId(undefined)).toBe(false)
})

it('agrees with the definition on any string', () => {
  const almost = fc.string({
    unit: fc.constantFrom(...'0123456789abcdefABCDEFg-x'),
    minLength: 14,
    maxLength: 34,
  })
  fc.assert(
    fc.property(almost, (text) => {
      expect(isSpanId(text)).toBe(/^(?!0+$)[0-9a-f]{16}$/.test(text))
      expect(isTraceId(text)).toBe(/^(?!0+$)[0-9a-f]{32}$/.test(text))
    }),
    { numRuns: 500 },
  )
})
