import { expect, it } from 'vitest'
import { deferred, lab, rejection } from './fixtures/lab.ts'

const queueOf = (runtime: ReturnType<typeof lab>['runtime']) => runtime.getRuntimeSnapshot().tasks[0]?.queue

it("aborts a running call with the caller's reason, which the handler sees", async () => {
  const { task } = lab({ type: 'singleton', maxWorkers: undefined })
  const controller = new AbortController()
  const started = deferred()
  const call = task.with({ signal: controller.signal, onProgress: started.resolve }).abortReason()
  await started.promise
  controller.abort(new Error('the user left'))
  const error = await rejection(call)
  expect(error).toMatchObject({
    name: 'AbortError',
    code: 'aborted',
    phase: 'running',
    taskId: 'lab',
    method: 'abortReason',
  })
  expect(error.cause).toBe(controller.signal.reason)
  expect(await task.noted()).toContain('aborted: Error the user left')
})

it('aborts queued and blocked calls without a worker ever seeing them', async () => {
  const { task, runtime } = lab({ maxWorkers: 1, maxQueueDepth: 1 })
  const running = task.wait('gate')
  const controller = new AbortController()
  const aborted = Array.from({ length: 5 }, () => task.with({ signal: controller.signal }).note('never'))
  expect(queueOf(runtime)).toMatchObject({ pending: 1, blocked: 4 })
  const settled = Promise.allSettled(aborted)
  controller.abort()
  expect((await settled).every((result) => result.status === 'rejected')).toBe(true)
  expect(queueOf(runtime)).toMatchObject({ pending: 0, blocked: 0 })
  running.abort()
  await rejection(running)
  expect(await task.noted()).toEqual([])
})

it('aborts by key across methods, and lets a later call with the key run', async () => {
  const { task, runtime } = lab()
  const first = task.with({ key: 'doc' }).wait('a')
  const second = task.with({ key: 'doc' }).abortReason()
  const other = task.with({ key: 'other' }).add(1, 1)
  runtime.abort({ key: 'doc' })
  expect((await rejection(first)).name).toBe('AbortError')
  expect((await rejection(second)).name).toBe('AbortError')
  expect(await other).toBe(2)
  expect(await task.with({ key: 'doc' }).add(1, 2)).toBe(3)
})

it('settles the caller at once but counts the slot until the handler has ended', async () => {
  const { task, runtime } = lab({ maxWorkers: 1, maxInFlight: 2 })
  const stubborn = task.waitStubbornly('gate')
  await task.add(1, 1)
  stubborn.abort()
  await rejection(stubborn)
  expect(queueOf(runtime)?.inFlight).toBe(1)
  expect(await task.open('gate')).toBe(1)
  await expect.poll(() => queueOf(runtime)?.inFlight).toBe(0)
})

it('replaces a worker whose aborted handler goes on after the grace', async () => {
  const { task, workers } = lab({ maxWorkers: 1, abortGraceMs: 20 })
  const spinning = task.spin(60_000)
  await expect.poll(() => task.control.getSnapshot().counts.dispatched).toBe(1)
  const next = task.add(1, 1)
  spinning.abort()
  await rejection(spinning)
  expect(await next).toBe(2)
  expect(workers).toHaveLength(2)
})

it('reaches a synchronous loop through shared memory', async () => {
  expect(crossOriginIsolated).toBe(true)
  const { task, workers } = lab({ maxWorkers: 1 })
  const started = deferred()
  const call = task.with({ onProgress: started.resolve }).spinUntilAborted(60_000)
  await started.promise
  call.abort()
  await rejection(call)
  expect(await task.add(1, 1)).toBe(2)
  expect(workers).toHaveLength(1)
})

it('lets a cancel in where a loop yields', async () => {
  const { task, workers } = lab({ maxWorkers: 1 })
  const started = deferred()
  const call = task.with({ onProgress: started.resolve }).yieldUntilAborted()
  await started.promise
  call.abort()
  await rejection(call)
  expect(await task.add(1, 1)).toBe(2)
  expect(workers).toHaveLength(1)
})

it('names the timeout that ran out', async () => {
  const { task } = lab({ maxWorkers: 1, maxInFlight: 1 })
  expect(await rejection(task.with({ timeoutMs: 30 }).wait('a'))).toMatchObject({
    name: 'TimeoutError',
    code: 'timeout-total',
  })
  expect(await rejection(task.with({ timeoutMs: { run: 30 } }).wait('b'))).toMatchObject({
    code: 'timeout-run',
    phase: 'running',
  })
  const blocker = task.wait('c')
  expect(await rejection(task.with({ timeoutMs: { queue: 30 } }).add(1, 1))).toMatchObject({
    code: 'timeout-queue',
    phase: 'pending',
  })
  blocker.abort()
  await rejection(blocker)
})
