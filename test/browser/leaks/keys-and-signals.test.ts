/** Keys and abort signals are forgotten with the calls that used them. */
import { expect, it } from 'vitest'
import { isMeasuredByPage, type Watch, watchFootprint } from './footprint.ts'
import { growthByRound } from './growth.ts'
import { inChunks, inWords, leakTask, uses } from './leak-task.ts'

const timeout = 240_000
const MANY = 100_000
const quiet = { otel: false, performance: false } as const

it(`${inWords(MANY)} keys, used once each and some of them aborted, are forgotten`, { timeout }, async () => {
  const footprint = watchFootprint()
  const { task, runtime } = leakTask({}, quiet)
  const keys = runtime.keys
  const modes = ['parallel', 'serial', 'latest', 'dedupe', 'keep-last'] as const
  const use = (n: number) => {
    const key = `key ${n}`
    const call = task.with({ key, keyMode: modes[n % modes.length] }).echo(n)
    if (n % 4 === 0) keys.signal(key)
    if (n % 3 === 0) runtime.abort({ key })
    if (n % 7 === 0) {
      runtime.abort({ key, sticky: true }, 'gone')
      keys.clear(key)
    }
    return call
  }
  await inChunks(10_000, 2_000, use)
  const before = await footprint.measureWith(1)
  const round = () => inChunks(uses(MANY), 2_000, use)
  expect(await growthByRound(footprint, before, round)).toEqual([])
  expect(keys.isAborted('key 7')).toBe(false)
})

it(`${inWords(MANY)} abort signals are let go, whether they were aborted or not`, { timeout }, async () => {
  const footprint = watchFootprint()
  const { task } = leakTask({}, quiet)
  const forLife = new AbortController()
  const ofAll = (await keepsJoinedSignals(footprint)) ? task : task.with({ signal: forLife.signal })
  const use = (n: number) => {
    const controller = new AbortController()
    // Every second one is joined with a signal that lives on.
    const call = (n % 2 === 0 ? task : ofAll).with({ signal: controller.signal }).echo(n)
    if (n % 3 === 0) controller.abort()
    return call
  }
  await inChunks(10_000, 2_000, use)
  const before = await footprint.measureWith(1)
  const round = () => inChunks(uses(MANY), 2_000, use)
  expect(await growthByRound(footprint, before, round)).toEqual([])
})

it(`${inWords(MANY)} calls on one signal are one listener, and none when they have settled`, {
  timeout,
}, async () => {
  const footprint = watchFootprint()
  const { task } = leakTask({ maxQueueDepth: 100_000 }, quiet)
  const { signal } = new AbortController()
  await task.echo(0)
  const before = await footprint.measureWith(1)
  const round = async () => {
    // It keeps the worker, so that the others are open for as long as it takes to measure.
    const first = task.untilAborted()
    const calls = inChunks(uses(MANY), uses(MANY), (n) => task.with({ signal }).echo(n))
    expect((await footprint.measureWith(1)).listeners).toBe(before.listeners + 1)
    first.abort()
    await Promise.allSettled([first, calls])
  }
  expect(await growthByRound(footprint, before, round)).toEqual([])
})

/**
 * Whether the browser itself keeps what it joins with a signal that lives on: Firefox 153 keeps 340 bytes for each, without
 * any of Atelier.
 */
async function keepsJoinedSignals({ measure }: Watch): Promise<boolean> {
  // Found out where it takes no minute.
  if (isMeasuredByPage) return false
  const { signal } = new AbortController()
  const { bytes } = await measure()
  for (let n = 0; n < 10_000; n++) AbortSignal.any([signal, new AbortController().signal])
  return (await measure()).bytes > bytes + 1_000_000
}
