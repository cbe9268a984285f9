/** How much work a busy worker is handed ahead: about two milliseconds, by the runs that were seen of each method. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AheadWindow } from '../../../src/pool/ahead-window.ts'

/** A window that has seen so many runs of a length. */
function seen(count: number, ms: number): AheadWindow {
  const window = new AheadWindow()
  for (let run = 0; run < count; run++) window.observeRun('method', ms)
  return window
}

describe('AheadWindow', () => {
  it('expects the longest that it holds of a method that it has not seen, and lets one wait', () => {
    const window = new AheadWindow()
    expect([window.expectedMs('method'), window.mostCalls('method')]).toEqual([50, 1])
  })

  it('expects of each method what that method took', () => {
    const window = seen(50, 0.1)
    for (let run = 0; run < 50; run++) window.observeRun('slow', 30)
    expect(window.expectedMs('method')).toBeCloseTo(0.1)
    expect(window.expectedMs('slow')).toBeCloseTo(30)
  })

  it('holds two milliseconds of work', () => {
    expect(new AheadWindow().budgetMs).toBe(2)
  })

  it('opens slowly: twice as many calls with each run, a thousand at most', () => {
    expect([1, 2, 3, 4].map((count) => seen(count, 0.001).mostCalls('method'))).toEqual([1, 2, 4, 8])
    expect(seen(50, 0.001).mostCalls('method')).toBe(1_023)
  })

  it('expects what it saw last after one run that took much longer, says so, and opens slowly again', () => {
    const window = seen(50, 0.01)
    expect(window.observeRun('method', 30)).toBe(true)
    expect([window.expectedMs('method'), window.mostCalls('method')]).toEqual([30, 2])
    for (let run = 0; run < 20; run++) expect(window.observeRun('method', 0.01)).toBe(false)
    expect(window.expectedMs('method')).toBeGreaterThan(2)
    for (let run = 0; run < 60; run++) window.observeRun('method', 0.01)
    expect(window.expectedMs('method')).toBeLessThan(0.1)
  })

  it('is wrong about a run that took more than four times as long, and not a short one', () => {
    const wrong = (known: number, ms: number) => seen(1, known).observeRun('method', ms)
    expect([wrong(1, 5), wrong(1, 4), wrong(0.1, 1.9), wrong(0.1, 2), wrong(0.1, 2.1)]).toEqual([
      true,
      false,
      false,
      false,
      true,
    ])
  })

  it('is not wrong about a method of which it knew nothing, nor about a time that is none', () => {
    const window = new AheadWindow()
    expect([window.observeRun('method', 500), window.observeRun('method', Number.NaN)]).toEqual([
      false,
      false,
    ])
  })

  it('learns from each run: all of a long one, a quarter of a longer one that is short, an eighth of a shorter one', () => {
    const after = (ms: number) => {
      const window = seen(1, 1)
      window.observeRun('method', ms)
      return window.expectedMs('method')
    }
    expect([after(3), after(2), after(1.4), after(0.2)].map((ms) => Number(ms.toFixed(6)))).toEqual([
      3, 1.25, 1.1, 0.9,
    ])
  })

  it('takes a run that measures as nothing for one of two microseconds', () => {
    expect(seen(9, 0).expectedMs('method')).toBe(0.002)
  })

  it('holds more while the page is slow to answer, by a quarter more than it takes, and fifty milliseconds at most', () => {
    const window = seen(50, 1)
    window.observeLatency(16, 0)
    expect(window.budgetMs).toBe(20)
    window.observeLatency(1_000, 0)
    expect(window.budgetMs).toBe(50)
  })

  it('remembers a page that was blocked for a quarter of a second, and forgets it within half a second', () => {
    const window = seen(50, 1)
    window.observeLatency(16, 1_000)
    for (let now = 1_000; now < 1_250; now += 5) window.observeLatency(0, now)
    expect(window.budgetMs).toBe(20)
    for (let now = 1_250; now < 1_500; now += 5) window.observeLatency(0, now)
    expect(window.budgetMs).toBe(20)
    window.observeLatency(0, 1_500)
    expect(window.budgetMs).toBe(2)
  })

  it('forgets a slow page at once after a rest of half a second', () => {
    const after = (rest: number) => {
      const window = seen(50, 1)
      window.observeLatency(16, 1_000)
      window.observeLatency(0, 1_000 + rest)
      return window.budgetMs
    }
    expect([after(499), after(500), after(600)]).toEqual([20, 2, 2])
  })

  it('expects a time, holds two to fifty milliseconds and one to a thousand calls, whatever was seen', () => {
    const time = fc.oneof(fc.double({ min: 0, max: 100_000, noNaN: true }), fc.constantFrom(0, 0.001, 5))
    const news = fc.array(fc.tuple(fc.boolean(), time), { maxLength: 60 })
    fc.assert(
      fc.property(news, (program) => {
        const window = new AheadWindow()
        let now = 0
        for (const [isRun, ms] of program) {
          if (isRun) window.observeRun('method', ms)
          else window.observeLatency(ms, now++)
          expect(window.budgetMs >= 2 && window.budgetMs <= 50).toBe(true)
          expect(window.expectedMs('method') > 0 && window.expectedMs('method') <= 50).toBe(true)
          expect(window.mostCalls('method') >= 1 && window.mostCalls('method') <= 1_023).toBe(true)
        }
      }),
    )
  })

  it('outlives times that are no times: they come from the worker', () => {
    const window = seen(50, 1)
    window.observeRun('method', Number.NaN)
    window.observeRun('method', Number.NEGATIVE_INFINITY)
    window.observeLatency(Number.NaN, 0)
    expect([window.expectedMs('method'), window.budgetMs]).toEqual([1, 2])
  })
})
