/** How many calls a busy worker is handed ahead: about two milliseconds of work, by the runs that were seen. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RunWindow } from '../../../src/pool/run-window.ts'

/** A window that has seen so many runs of a length. */
function seen(count: number, ms: number): RunWindow {
  const window = new RunWindow()
  for (let run = 0; run < count; run++) window.observeRun(ms)
  return window
}

describe('RunWindow', () => {
  it('is closed until a run was seen', () => {
    expect(new RunWindow().calls).toBe(0)
  })

  it('holds two milliseconds of work', () => {
    expect(seen(50, 0.1).calls).toBe(20)
    expect(seen(50, 1).calls).toBe(2)
  })

  it('allows one call of up to a frame where none fits, of a longer one none', () => {
    expect([seen(50, 3).calls, seen(50, 3).allowsOne]).toEqual([0, true])
    expect([seen(50, 16).calls, seen(50, 16).allowsOne]).toEqual([0, true])
    expect([seen(50, 16.1).calls, seen(50, 16.1).allowsOne]).toEqual([0, false])
    expect(new RunWindow().allowsOne).toBe(false)
  })

  it('opens slowly: twice as far with each run', () => {
    expect([1, 2, 3, 4].map((count) => seen(count, 0.001).calls)).toEqual([1, 2, 4, 8])
  })

  it('closes with one long run, and opens slowly again', () => {
    const window = seen(50, 0.01)
    expect(window.calls).toBe(200)
    window.observeRun(30)
    expect(window.calls).toBe(0)
    for (let run = 0; run < 20; run++) window.observeRun(0.01)
    expect(window.calls).toBe(0)
    for (let run = 0; run < 60; run++) window.observeRun(0.01)
    expect(window.calls).toBeGreaterThan(20)
  })

  it('holds more while the page is slow to answer, by a quarter more than it takes, and fifty milliseconds at most', () => {
    const window = seen(50, 1)
    window.observeLatency(16, 0)
    expect(window.calls).toBe(20)
    window.observeLatency(1_000, 0)
    expect(window.calls).toBe(50)
  })

  it('remembers a page that was blocked for a quarter of a second, and forgets it within half a second', () => {
    const window = seen(50, 1)
    window.observeLatency(16, 1_000)
    for (let now = 1_000; now < 1_250; now += 5) window.observeLatency(0, now)
    expect(window.calls).toBe(20)
    for (let now = 1_250; now <= 1_500; now += 5) window.observeLatency(0, now)
    expect(window.calls).toBe(2)
  })

  it('forgets a slow page at once after a rest', () => {
    const window = seen(50, 1)
    window.observeLatency(16, 1_000)
    window.observeLatency(0, 1_600)
    expect(window.calls).toBe(2)
  })

  it('is a whole number from nothing to a thousand, whatever was seen', () => {
    const time = fc.oneof(fc.double({ min: 0, max: 100_000, noNaN: true }), fc.constantFrom(0, 0.001, 5))
    const news = fc.array(fc.tuple(fc.boolean(), time), { maxLength: 60 })
    fc.assert(
      fc.property(news, (program) => {
        const window = new RunWindow()
        let now = 0
        for (const [isRun, ms] of program) {
          if (isRun) window.observeRun(ms)
          else window.observeLatency(ms, now++)
          expect(Number.isInteger(window.calls) && window.calls >= 0 && window.calls <= 1_000).toBe(true)
        }
      }),
    )
  })

  it('outlives times that are no times: they come from the worker', () => {
    const window = seen(50, 1)
    window.observeRun(Number.NaN)
    window.observeRun(Number.NEGATIVE_INFINITY)
    window.observeLatency(Number.NaN, 0)
    for (let run = 0; run < 50; run++) window.observeRun(1)
    expect(window.calls).toBe(2)
  })
})
