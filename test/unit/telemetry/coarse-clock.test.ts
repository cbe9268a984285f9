/** A browser that rounds its clock to 1 ms: what the guide says of short runs, under "Coarse clocks". */
import { expect, it, onTestFinished } from 'vitest'
import { createTestClock, type TestClock } from 'atelier-react/testing'
import type { SpanEvent } from '../../../src/types/telemetry.ts'
import { makeLab, ruleTime } from '../support/lab.ts'

const CALLS = 400
const RUN_MS = 0.25
const BETWEEN_MS = 0.625

/** The same time, read in whole milliseconds; timers are not rounded. */
function coarse(clock: TestClock): TestClock {
  return {
    now: () => Math.floor(clock.now()),
    setTimeout: clock.setTimeout,
    clearTimeout: clock.clearTimeout,
    get pending() {
      return clock.pending
    },
    advance: (ms) => clock.advance(ms),
    advanceAsync: (ms) => clock.advanceAsync(ms),
    next: (ms) => clock.next(ms),
    stall: (ms) => clock.stall(ms),
    settle: () => clock.settle(),
  }
}

it('gives short runs 0 or a whole step, so that percentiles are 0, and their sum is right', async () => {
  const time = createTestClock()
  const clock = coarse(time)
  const handlers = () => ({ short: () => time.stall(RUN_MS) })
  const { task, runtime, settle } = makeLab(handlers, {}, { runtime: { clock } as object })
  onTestFinished(ruleTime(clock))
  const runs: number[] = []
  const listener = ({ runMs = Number.NaN }: SpanEvent) => runs.push(runMs)
  runtime.subscribeEvents((event) => listener(event as SpanEvent), { kinds: ['span'] })
  for (let call = 0; call < CALLS; call++) {
    const done = task.short()
    await settle()
    await done
    time.stall(BETWEEN_MS)
  }
  runtime.flush()
  expect(runs).toHaveLength(CALLS)
  expect(new Set(runs)).toEqual(new Set([0, 1]))
  expect(runs.toSorted((a, b) => a - b)[CALLS / 2]).toBe(0)
  const sum = runs.reduce((all, ms) => all + ms, 0)
  expect(Math.abs(sum - CALLS * RUN_MS)).toBeLessThan(0.05 * CALLS * RUN_MS)
})
