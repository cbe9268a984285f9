/** Takes a program step by step, and checks after each what must hold. */
import { drain, ruleTime } from './lab.ts'
import { checkEnd, checkStep } from './invariants.ts'
import type { Setup, Step } from './program.ts'
import { World } from './world.ts'

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

/** `alsoCheck` is called after each step as well. */
export async function runProgram(
  setup: Setup,
  steps: readonly Step[],
  alsoCheck: (world: World) => void = () => {},
): Promise<'in order'> {
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
      alsoCheck(world)
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
