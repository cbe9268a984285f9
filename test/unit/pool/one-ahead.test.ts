/** One call waits on a busy worker, whatever its length, where it could be had back; where it could not, behind a short run. */
import { afterEach, expect, it, vi } from 'vitest'
import { CALL_STRIDE, CALLS } from '../../../src/wire/protocol.ts'
import { drain, makeLab, ruleTime } from '../support/lab.ts'

let restore = () => {}
afterEach(() => {
  restore()
  vi.unstubAllGlobals()
})

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
  { runMs: 5, made: 2, isIsolated: true, sent: 2 },
  { runMs: 500, made: 2, isIsolated: true, sent: 2 },
  { runMs: 500, made: 100, isIsolated: true, sent: 2 },
  { runMs: 5, made: 100, isIsolated: false, sent: 1 },
  { runMs: 1, made: 100, isIsolated: false, sent: 2 },
])('after a run of $runMs ms, $sent of $made calls are sent (isolated: $isIsolated)', async (given) => {
  vi.stubGlobal('crossOriginIsolated', given.isIsolated)
  expect(await sentOf(given.made, given.runMs)).toBe(given.sent)
})
