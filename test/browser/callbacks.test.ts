/** Functions of the page that handlers call, over real threads, and everything that can go wrong meanwhile. */
import { callback } from 'atelier-react/core'
import { expect, it } from 'vitest'
import type { CallbacksApi } from './fixtures/callbacks.worker.ts'
import { rejection, testRuntime } from './fixtures/lab.ts'

const asking = () =>
  testRuntime().defineTask<CallbacksApi>({
    type: 'parallel',
    maxWorkers: 1,
    taskId: 'asking',
    worker: () => new Worker(new URL('./fixtures/callbacks.worker.ts', import.meta.url), { type: 'module' }),
  })

it('calls the page in order, and is given what it returns and throws', async () => {
  const task = asking()
  const seen: number[] = []
  const ask = callback(async (n: number) => {
    seen.push(n)
    await Promise.resolve()
    return n * 2
  })
  expect(await task.sum(5, ask)).toBe(30)
  expect(seen).toEqual([1, 2, 3, 4, 5])
  const refuse = callback((n: number): number => {
    throw new RangeError(`no ${n}`)
  })
  const error = await rejection(task.sum(5, refuse))
  expect(error).toBeInstanceOf(RangeError)
  expect(error.message).toBe('no 1')
})

it('moves what the worker transfers', async () => {
  const frames: Uint8Array[] = []
  expect(await asking().frame(callback((pixels: Uint8Array) => void frames.push(pixels)))).toBe(0)
  expect(frames).toEqual([new Uint8Array(1_000).fill(7)])
})

it('settles once when the worker dies in a callback, or the call is aborted in one', async () => {
  const task = asking()
  const never = callback(() => new Promise<number>(() => {}))
  expect((await rejection(task.dieIn(never)))['code']).toBe('crashed')
  let calls = 0
  const call = task.sum(
    5,
    callback((n: number) => {
      calls++
      call.abort('seen')
      return n
    }),
  )
  expect(await rejection(call)).toMatchObject({ code: 'aborted', cause: 'seen' })
  expect(
    await task.sum(
      2,
      callback((n: number) => n),
    ),
  ).toBe(3)
  expect(calls).toBe(1)
  expect(task.control.getSnapshot().counts).toMatchObject({ failed: 1, canceled: 1, succeeded: 1 })
})

it('is over for a handler that goes on after its abort', async () => {
  const task = asking()
  let calls = 0
  const call = task.stubborn(callback(() => ++calls))
  await expect.poll(() => task.control.getSnapshot().workers.list[0]?.status).toBe('busy')
  call.abort('over')
  await rejection(call)
  expect(
    await task.sum(
      1,
      callback((n: number) => n),
    ),
  ).toBe(1)
  expect(calls).toBe(0)
})

it('bounds a handler that awaits nothing', async () => {
  const task = asking()
  expect(
    await task.burst(
      500,
      callback((n: number) => n),
    ),
  ).toBe(500)
  expect(
    await task.burst(
      5_000,
      callback((n: number) => n, { credit: 4 }),
    ),
  ).toBe(4 + 1_024)
})
