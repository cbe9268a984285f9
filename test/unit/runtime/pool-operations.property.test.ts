/** Random programs that also clear the queue, change priorities and close the task: the same must hold of every one of them. */
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { moreActs, programs, setups } from '../support/program.ts'
import { runProgram } from '../support/run-program.ts'

beforeEach(() => {
  // The jitter of restarts.
  vi.spyOn(Math, 'random').mockReturnValue(0.5)
})

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

describe.each([false, true])('a task that is asked for more (isolated: %s)', (isIsolated) => {
  it('settles each call once, keeps its bounds, leaks no slot, and counts right', async () => {
    vi.stubGlobal('crossOriginIsolated', isIsolated)
    const modes = ['parallel', 'parallel', 'serial', 'dedupe', 'latest'] as const
    await fc.assert(
      fc.asyncProperty(setups, programs(modes, false, 16, moreActs), async (setup, steps) => {
        expect(await runProgram(setup, steps)).toBe('in order')
      }),
      { numRuns: 800, interruptAfterTimeLimit: 30_000 },
    )
  }, 60_000)
})
