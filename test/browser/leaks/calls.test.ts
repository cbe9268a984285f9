/** Calls leave nothing behind: on the page, in the worker, on the timeline. */
import { expect, it } from 'vitest'
import { watchFootprint } from './footprint.ts'
import { growthByRound } from './growth.ts'
import { inChunks, inWords, leakTask, uses } from './leak-task.ts'

const timeout = 300_000
const MANY = 1_000_000
const MEASURED = 100_000

it(`${inWords(MANY)} calls leave no memory, no timer and no listener behind`, { timeout }, async () => {
  const footprint = watchFootprint()
  const { task } = leakTask({}, { otel: false, performance: false })
  const withTimeout = task.with({ timeoutMs: { queue: 600_000, run: 600_000 } })
  // One in a hundred fails, one in ten has timeouts.
  const call = (n: number) =>
    n % 100 === 0 ? task.fail(n) : n % 10 === 1 ? withTimeout.echo(n) : task.echo(n)
  await inChunks(30_000, 10_000, call)
  const before = await footprint.measureWith(1)
  let rounds = 0
  const round = async () => {
    await inChunks(uses(MANY), 10_000, call)
    rounds++
    expect(task.control.getSnapshot().counts).toMatchObject({
      succeeded: 29_700 + 0.99 * uses(MANY) * rounds,
      failed: 300 + 0.01 * uses(MANY) * rounds,
    })
  }
  expect(await growthByRound(footprint, before, round)).toEqual([])
})

it(`${inWords(MEASURED)} calls that are measured and listened to leave what is kept of the timeline`, {
  timeout,
}, async () => {
  const footprint = watchFootprint()
  const { task, runtime } = leakTask({}, { performance: { keepMeasures: 500 } })
  let events = 0
  runtime.subscribeEvents(() => void events++)
  runtime.subscribeRuntimeSnapshot(() => {})
  const call = (n: number) => task.with({ attributes: { n } }).echo(n)
  await inChunks(10_000, 1_000, call)
  const before = await footprint.measureWith(1)
  const measures = performance.getEntriesByType('measure').length
  const round = async () => {
    const heard = events
    await inChunks(uses(MEASURED), 1_000, call)
    expect(events - heard).toBeGreaterThan(uses(MEASURED))
    // They go in the page's spare time.
    await expect
      .poll(() => performance.getEntriesByType('measure').length, { timeout: 20_000 })
      .toBeLessThanOrEqual(measures)
  }
  expect(await growthByRound(footprint, before, round)).toEqual([])
})
