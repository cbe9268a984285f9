/** Random programs of calls, aborts, timeouts, crashes, stops and starts: what must hold of every one of them. */
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { programs, setups } from '../support/program.ts'
import { runProgram } from '../support/run-program.ts'

const RUNS = { numRuns: 2_000, interruptAfterTimeLimit: 60_000 }

beforeEach(() => {
  // The jitter of restarts.
  vi.spyOn(Math, 'random').mockReturnValue(0.5)
})

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

// Where memory is shared, what was handed ahead is claimed; elsewhere it is asked back by message.
describe.each([false, true])('a task (isolated: %s)', (isIsolated) => {
  beforeEach(() => {
    vi.stubGlobal('crossOriginIsolated', isIsolated)
  })

  it('settles each call once, keeps its bounds and its order, leaks no slot, and counts right', async () => {
    await fc.assert(
      fc.asyncProperty(setups, programs(['parallel']), async (setup, steps) => {
        expect(await runProgram(setup, steps)).toBe('in order')
      }),
      RUNS,
    )
  }, 120_000)
})
