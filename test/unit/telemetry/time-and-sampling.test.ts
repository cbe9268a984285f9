import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'

import packageJson from '../../../package.json' with { type: 'json' }
import { newTraceId } from '../../../src/telemetry/trace/ids.ts'
import { isWithinRate } from '../../../src/telemetry/trace/span-starter.ts'
import { AnchorKeeper, toHrTime } from '../../../src/telemetry/trace/wall-clock.ts'
import { VERSION } from '../../../src/telemetry/otel/otel-spans.ts'

afterEach(() => {
  vi.useRealTimers()
})

describe('the anchor', () => {
  it('is where the monotonic clock read 0', () => {
    vi.useFakeTimers({ now: 1_700_000_010_000, toFake: ['Date'] })
    expect(new AnchorKeeper().at(10_000)).toEqual({ epoch: 1_700_000_000_000 })
  })

  it('stays while the clocks agree, and is replaced after a sleep', () => {
    vi.useFakeTimers({ now: 1_700_000_000_000, toFake: ['Date'] })
    const anchor = new AnchorKeeper()
    const first = anchor.at(0)
    vi.setSystemTime(1_700_000_000_040)
    expect(anchor.at(0)).toBe(first)
    // The machine slept for a minute, and the monotonic clock with it.
    vi.setSystemTime(1_700_000_060_000)
    expect(anchor.at(5)).toEqual({ epoch: 1_700_000_059_995 })
  })
})

describe('toHrTime', () => {
  it('is exact to the nanosecond and carries over', () => {
    expect(toHrTime({ epoch: 1_700_000_000_000 }, 12.345678)).toEqual([1_700_000_000, 12_345_678])
    expect(toHrTime({ epoch: 1_700_000_000_999 }, 0.9999999)).toEqual([1_700_000_001, 0])
    expect(toHrTime({ epoch: 1_700_000_000_500 }, 2_600)).toEqual([1_700_000_003, 100_000_000])
  })

  it('keeps the order and the distance of stamps', () => {
    const time = fc.double({ min: 0, max: 1e8, noNaN: true })
    fc.assert(
      fc.property(fc.integer({ min: 1e12, max: 2e12 }), time, time, (epoch, a, b) => {
        const [x, y] = [toHrTime({ epoch }, a), toHrTime({ epoch }, b)]
        const between = (y[0] - x[0]) * 1_000 + (y[1] - x[1]) / 1e6
        expect(Math.abs(between - (b - a))).toBeLessThan(2e-6)
        for (const [seconds, nanos] of [x, y]) {
          expect(Number.isInteger(seconds) && Number.isInteger(nanos)).toBe(true)
          expect(nanos >= 0 && nanos < 1e9).toBe(true)
        }
      }),
    )
  })
})

describe('sampling', () => {
  it('takes all, none, and about the share', () => {
    const ids = Array.from({ length: 20_000 }, newTraceId)
    expect(ids.every((id) => isWithinRate(id, 1))).toBe(true)
    expect(ids.some((id) => isWithinRate(id, 0))).toBe(false)
    const share = ids.filter((id) => isWithinRate(id, 0.2)).length / ids.length
    // Six standard deviations.
    expect(Math.abs(share - 0.2)).toBeLessThan(0.017)
  })

  it('decides by the id alone, and a higher rate keeps what a lower one kept', () => {
    for (let index = 0; index < 200; index++) {
      const id = newTraceId()
      expect(isWithinRate(id, 0.5)).toBe(isWithinRate(id, 0.5))
      if (isWithinRate(id, 0.3)) expect(isWithinRate(id, 0.6)).toBe(true)
    }
  })
})

it('the version of the instrumentation scope is that of the package', () => {
  expect(VERSION).toBe(packageJson.version)
})
