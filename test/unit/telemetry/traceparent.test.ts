import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { newSpanId, newTraceId } from '../../../src/telemetry/trace/ids.ts'
import { formatTraceparent, parseTraceparent } from '../../../src/telemetry/trace/traceparent.ts'

const hex = (length: number) =>
  fc
    .string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length })
    .filter((text) => !/^0+$/.test(text))

describe('formatTraceparent', () => {
  it('writes version 00', () => {
    expect(formatTraceparent('4bf92f3577b34da6a3ce929d0e0e4736', '00f067aa0ba902b7', 1)).toBe(
      '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    )
    expect(formatTraceparent('4bf92f3577b34da6a3ce929d0e0e4736', '00f067aa0ba902b7', 0)).toMatch(/-00$/)
  })

  it('is read back as it was written, whatever the flags', () => {
    fc.assert(
      fc.property(hex(32), hex(16), fc.integer({ min: 0, max: 255 }), (traceId, spanId, traceFlags) => {
        expect(parseTraceparent(formatTraceparent(traceId, spanId, traceFlags))).toEqual({
          traceId,
          spanId,
          traceFlags,
          isRemote: true,
        })
      }),
    )
  })
})

describe('parseTraceparent', () => {
  const traceId = newTraceId()
  const spanId = newSpanId()

  it('takes a later version with more fields, as the standard asks', () => {
    expect(parseTraceparent(`cc-${traceId}-${spanId}-01-what-the-future-brings`)).toMatchObject({
      traceId,
      spanId,
    })
    expect(parseTraceparent(`cc-${traceId}-${spanId}-01`)).toMatchObject({ traceFlags: 1 })
  })

  it.each([
    ['', 'empty'],
    [`ff-${traceId}-${spanId}-01`, 'the forbidden version'],
    [`00-${traceId}-${spanId}-01-more`, 'more than version 00 has'],
    [`cc-${traceId}-${spanId}-01more`, 'no dash after the flags'],
    [`00-${'0'.repeat(32)}-${spanId}-01`, 'a trace id of zeros'],
    [`00-${traceId}-${'0'.repeat(16)}-01`, 'a span id of zeros'],
    [`00-${traceId.toUpperCase()}X-${spanId}-01`, 'capitals'],
    [`00-${crypto.randomUUID()}-${spanId}-01`, 'a UUID'],
    [`00-${traceId}-${spanId}-1`, 'one digit of flags'],
    [`0-${traceId}-${spanId}-01`, 'one digit of version'],
  ])('refuses %s (%s)', (header) => {
    expect(parseTraceparent(header)).toBeNull()
  })

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(() => parseTraceparent(text)).not.toThrow()
      }),
    )
  })
})
