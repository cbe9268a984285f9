/** Random programs on pools that breathe, with sessions and other sizes between the calls: the same must hold of each. */
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { breathing, poolActs, programs } from '../support/program.ts'
import { runProgram } from '../support/run-program.ts'

beforeEach(() => {
  // The jitter of restarts.
  vi.spyOn(Math, 'random').mockReturnValue(0.5)
})

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

describe.each([false, true])('a pool that breathes, and has sessions (isolated: %s)', (isIsolated) => {
  it('settles each call once, leaks no slot, counts right, and keeps a session on one worker', async () => {
    vi.stubGlobal('crossOriginIsolated', isIsolated)
    await fc.assert(
      fc.asyncProperty(breathing, programs(['parallel'], false, 16, poolActs), async (setup, steps) => {
        expect(await runProgram(setup, steps)).toBe('in order')
      }),
      { numRuns: 800, interruptAfterTimeLimit: 30_000 },
    )
  }, 60_000)
})
