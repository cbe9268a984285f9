/** Timers of any length on hosts whose timers hold 2^31 - 1 ms. */
import { createTestClock } from 'atelier-react/testing'
import { describe, expect, it } from 'vitest'
import { setLongTimer } from '../../../src/lib/clock.ts'

describe('setLongTimer', () => {
  it.each([0, 1, 500, 2 ** 31 - 1, 2 ** 31, 2 ** 31 + 1, 5 * 2 ** 31 + 3])('fires once after %s ms', (ms) => {
    const clock = createTestClock()
    const begun = clock.now()
    const fired: number[] = []
    setLongTimer(clock, () => fired.push(clock.now() - begun), ms)
    clock.advance(ms)
    clock.advance(2 ** 33)
    expect(fired).toEqual([ms])
    expect(clock.pending).toBe(0)
  })

  it('never fires after an infinite time, and sets no timer for that', () => {
    const clock = createTestClock()
    const cancel = setLongTimer(clock, () => expect.unreachable(), Number.POSITIVE_INFINITY)
    expect(clock.pending).toBe(0)
    expect(cancel).not.toThrow()
  })

  it.each([0, 1, 2])('is cancelled after %s of its steps', (steps) => {
    const clock = createTestClock()
    const cancel = setLongTimer(clock, () => expect.unreachable(), 2 ** 33)
    for (let step = 0; step < steps; step++) clock.next()
    cancel()
    cancel()
    expect(clock.pending).toBe(0)
  })
})
