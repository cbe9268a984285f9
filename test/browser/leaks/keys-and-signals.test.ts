/** Keys and abort signals are forgotten with the calls that used them. */
import { expect, it } from 'vitest'
import { lastingGrowth, watchFootprint } from './footprint.ts'
import { inChunks, leakTask } from './leak-task.ts'

const timeout = 120_000
const quiet = { otel: false, performance: false } as const

it('100,000 abort signals are let go, whether they were aborted or not', { timeout }, async () => {
  const footprint = watchFootprint()
  const { task } = leakTask({}, quiet)
  const forLife = new AbortController()
  const ofAll = task.with({ signal: forLife.signal })
  const use = (n: number) => {
    const controller = new AbortController()
    // Every second one is joined with a signal that lives on.
    const call = (n % 2 === 0 ? task : ofAll).with({ signal: controller.signal }).echo(n)
    if (n % 3 === 0) controller.abort()
    return call
  }
  await inChunks(10_000, 2_000, use)
  const before = await footprint.measure()
  await inChunks(100_000, 2_000, use)
  expect(await lastingGrowth(footprint, before)).toEqual([])
})

it('100,000 calls on one signal are one listener, and none when they have settled', { timeout }, async () => {
  const footprint = watchFootprint()
  const { task } = leakTask({ maxQueueDepth: 100_000 }, quiet)
  const { signal } = new AbortController()
  await task.echo(0)
  const before = await footprint.measure()
  const calls = inChunks(100_000, 100_000, (n) => task.with({ signal }).echo(n))
  expect((await footprint.measure()).listeners).toBe(before.listeners + 1)
  await calls
  expect(await lastingGrowth(footprint, before)).toEqual([])
})
