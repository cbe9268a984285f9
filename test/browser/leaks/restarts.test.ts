/** Workers come and go, in every way there is, and leave nothing behind. */
import type { Task } from 'atelier-react/core'
import { expect, it, onTestFinished } from 'vitest'
import { CALLS, CLOSED, LOCKED, PROTOCOL, READY, REPLIES, RESULT } from '../../../src/wire/protocol.ts'
import { watchFootprint } from './footprint.ts'
import { growthByRound, lastingGrowth } from './growth.ts'
import { inWords, leakTask, uses } from './leak-task.ts'
import type { LeakApi } from './leaks.worker.ts'

/** Shakes hands, holds its lock, echoes, closes itself on `close`: the whole worker would spend the test on loading. */
const source = `
const name = 'leaks:' + crypto.randomUUID()
postMessage([${READY}, ${PROTOCOL}, ['echo', 'fail'], performance.timeOrigin, false])
navigator.locks.request(name, () => {
  postMessage([${LOCKED}, name])
  return new Promise(() => {})
})
onmessage = ({ data }) => {
  if (data === 'close') {
    postMessage([${CLOSED}])
    close()
  }
  if (data[0] !== ${CALLS}) return
  const now = performance.now()
  postMessage([${REPLIES}, now, [data[1][0], ${RESULT}, 0, 0], [data[2][0]]])
}
`

const poolSize = 5
const rounds = uses(200)

/**
 * Their locks are free: the browser has ended them. Chromium's measurement of memory waits a minute for a worker that is
 * being ended.
 */
async function workersEnded(): Promise<void> {
  const locks = async () => {
    const { held = [], pending = [] } = await navigator.locks.query()
    return [...held, ...pending].filter(({ name }) => name?.startsWith('leaks:'))
  }
  await expect.poll(locks, { interval: 20, timeout: 20_000 }).toEqual([])
}

/** Ends all workers; the task is in service again after it, or after start(). */
const endings: readonly ((task: Task<LeakApi>, workers: readonly Worker[]) => void)[] = [
  (task) => task.control.stop(),
  (_task, workers) => workers.forEach((worker) => worker.terminate()),
  (_task, workers) => workers.forEach((worker) => worker.postMessage('close')),
]

it(`${inWords(1000)} restarts of workers leave no memory, no timer, no listener, no lock and no worker behind`, {
  timeout: 240_000,
}, async () => {
  const footprint = watchFootprint()
  const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }))
  onTestFinished(() => URL.revokeObjectURL(url))
  const workers: Worker[] = []
  const { task, runtime } = leakTask({
    maxWorkers: poolSize,
    maxCrashes: Number.MAX_SAFE_INTEGER,
    worker: () => {
      const worker = new Worker(url)
      workers.push(worker)
      return worker
    },
  })
  let made = 0
  const restart = async (round: number): Promise<void> => {
    task.control.start()
    const calls = Array.from({ length: poolSize }, (_, n) => task.echo(n))
    expect(await Promise.all(calls)).toEqual([0, 1, 2, 3, 4])
    made += workers.length
    endings[round % endings.length]?.(task, workers.splice(0))
    await expect.poll(() => task.control.getSnapshot().workers.active, { interval: 1 }).toBe(0)
  }

  for (let round = 0; round < 15; round++) await restart(round)
  await workersEnded()
  const before = await footprint.measure()
  const restartAll = async () => {
    made = 0
    for (let round = 0; round < rounds; round++) await restart(round)
    expect(made).toBe(rounds * poolSize)
    await workersEnded()
  }
  expect(await growthByRound(footprint, { ...before, workers: 0 }, restartAll)).toEqual([])
  const after = await footprint.measure()

  runtime.dispose()
  await workersEnded()
  expect(await lastingGrowth(footprint, { ...after, listeners: 0, timers: 0, workers: 0 })).toEqual([])
})
