/** Calls of a few milliseconds: one waits on the busy worker while many wait, none while few do. */
import { afterEach, expect, it } from 'vitest'
import { CALL_STRIDE, CALLS } from '../../../src/wire/protocol.ts'
import { drain, makeLab, ruleTime } from './support/lab.ts'

let restore = () => {}
afterEach(() => restore())

/** How many calls are under way to a worker whose calls take so long, when so many are made at once. */
async function sentOf(made: number, runMs: number): Promise<number> {
  const lab = makeLab(() => ({ work: () => lab.clock.stall(runMs) }), { maxQueueDepth: 1_000 })
  restore = ruleTime(lab.clock)
  await Promise.all([lab.task.work(), lab.settle()])
  const calls = Array.from({ length: made }, () => lab.task.work())
  await drain()
  const rows = (lab.workers[0]?.toWorker ?? [])
    .filter((message): message is [number, number[]] => Array.isArray(message) && message[0] === CALLS)
    .flatMap(([, row]) => row)
  await Promise.all([...calls, lab.settle()])
  restore()
  return rows.length / CALL_STRIDE
}

it.each([
  { runMs: 5, made: 4, sent: 1 },
  { runMs: 5, made: 5, sent: 2 },
  { runMs: 5, made: 100, sent: 2 },
  { runMs: 16, made: 100, sent: 2 },
  { runMs: 17, made: 100, sent: 1 },
])('after a run of $runMs ms, $sent of $made calls are sent', async ({ runMs, made, sent }) => {
  expect(await sentOf(made, runMs)).toBe(sent)
})
