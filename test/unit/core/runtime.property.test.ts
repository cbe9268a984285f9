/** Random programs of calls, aborts, timeouts, crashes, stops and starts: what must hold of every one of them. */
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { drain, ruleTime } from './support/lab.ts'
import { checkEnd, checkStep } from './support/invariants.ts'
import { programs, type Setup, setups, type Step } from './support/program.ts'
import { World } from './support/world.ts'

/** Steps that are tasks of their own: the page's turn is over before them. */
const TASKS: ReadonlySet<Step['do']> = new Set([
  'toWorker',
  'toPage',
  'messages',
  'pass',
  'open',
  'refuse',
  'park',
])

const RUNS = { numRuns: 1_500, interruptAfterTimeLimit: 60_000 }

async function runProgram(setup: Setup, steps: readonly Step[]): Promise<'in order'> {
  const world = new World(setup)
  const restore = ruleTime(world.clock)
  try {
    let isFresh = true
    let before = world.mark()
    for (const [index, step] of steps.entries()) {
      const task = world.take(step, isFresh)
      if (task) await task
      const next = steps[index + 1]
      isFresh = !step.sameTurn || next === undefined || TASKS.has(step.do) || TASKS.has(next.do)
      if (!isFresh) continue
      await drain()
      checkStep(world, before)
      before = world.mark()
    }
    await world.finish()
    checkStep(world, before)
    await checkEnd(world)
    return 'in order'
  } finally {
    restore()
    world.runtime.dispose()
  }
}

beforeEach(() => {
  // The jitter of restarts.
  vi.spyOn(Math, 'random').mockReturnValue(0.5)
})

afterEach(() => {
  vi.restoreAllMocks()
})

describe('a task', () => {
  it('settles each call once, keeps its bounds and its order, leaks no slot, and counts right', async () => {
    await fc.assert(
      fc.asyncProperty(setups, programs(['parallel']), async (setup, steps) => {
        expect(await runProgram(setup, steps)).toBe('in order')
      }),
      RUNS,
    )
  }, 120_000)
})
