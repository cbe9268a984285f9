/** What workers say outside a call, over real threads. */
import { expect, it, vi } from 'vitest'
import type { EventsApi } from './fixtures/events.worker.ts'
import { rejection, testRuntime } from './fixtures/lab.ts'

function engine() {
  const workers: Worker[] = []
  const task = testRuntime().defineTask<EventsApi>({
    type: 'singleton',
    taskId: 'engine',
    worker: () => {
      const worker = new Worker(new URL('./fixtures/events.worker.ts', import.meta.url), { type: 'module' })
      workers.push(worker)
      return worker
    },
  })
  return { task, workers }
}

it('hears events of setup, of handlers before their reply, and after a restart', async () => {
  const { task, workers } = engine()
  const said: unknown[] = []
  task.control.on('changed', ({ rows }) => said.push(rows))
  expect(workers).toHaveLength(0)
  said.push(`result ${await task.insert(1)}`)
  expect(said).toEqual([0, 1, 'result 1'])
  expect((await rejection(task.die()))['code']).toBe('crashed')
  said.push(`result ${await task.insert(2)}`)
  expect(said).toEqual([0, 1, 'result 1', -1, 0, 2, 'result 2'])
  expect(workers).toHaveLength(2)
})

it('hears a worker that speaks when no call is open, until it is told to stop listening', async () => {
  const { task } = engine()
  const ticks: number[] = []
  const third = new Promise<void>((resolve) => {
    const off = task.control.on('tick', (n) => {
      ticks.push(n)
      if (n === 3) off()
      if (n === 3) resolve()
    })
  })
  await task.start(1)
  await third
  const last = new Promise((resolve) => void task.control.on('tick', resolve))
  await last
  expect(ticks).toEqual([1, 2, 3])
})

it('moves what is transferred, and names what cannot be cloned', async () => {
  const { task } = engine()
  const frames: Uint8Array[] = []
  task.control.on('frame', ({ pixels }) => frames.push(pixels))
  expect(await task.frame(1_000)).toBe(0)
  expect(frames).toEqual([new Uint8Array(1_000).fill(7)])
  const error = await rejection(task.refuse())
  expect(error.name).toBe('DataCloneError')
  expect(error.message).toContain('emit("changed", payload): payload.on.click')
})

it('keeps a flood within bounds while the page does not read, and says how much it has lost', async () => {
  const warned = vi.spyOn(console, 'warn').mockImplementation(() => {})
  const { task } = engine()
  await task.insert(1)
  let heard = 0
  let dropped = 0
  let last = -1
  task.control.on('changed', ({ rows }, info) => {
    heard++
    dropped += info.dropped
    expect(rows).toBeGreaterThan(last)
    last = rows
  })
  const flood = task.flood(50_000, 1_000)
  // The page is busy: nothing is read meanwhile.
  const end = performance.now() + 300
  while (performance.now() < end);
  await flood
  await expect.poll(() => last).toBe(49_999)
  expect(heard + dropped).toBe(50_000)
  expect(heard).toBeLessThan(20_000)
  expect(dropped).toBeGreaterThan(1_000)
  expect(warned).toHaveBeenCalledOnce()
  warned.mockRestore()
})

it('gives each value of progress where the caller asks for it', async () => {
  const { task } = engine()
  const every: number[] = []
  const newest: number[] = []
  await task.control.call('count', [100], { progressEvery: true, onProgress: (n) => every.push(n) })
  await task.control.call('count', [100], { onProgress: (n) => newest.push(n) })
  expect(every).toEqual(Array.from({ length: 100 }, (_, n) => n + 1))
  expect(newest.length).toBeLessThan(50)
  expect(newest.at(-1)).toBe(100)
})
