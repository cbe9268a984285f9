import { expect, it } from 'vitest'
import { lab, rejection } from './fixtures/lab.ts'

async function started(task: ReturnType<typeof lab>['task'], dispatched: number): Promise<void> {
  await expect.poll(() => task.control.getSnapshot().counts.dispatched).toBe(dispatched)
}

it('runs calls of one key one after another under serial, and others beside them', async () => {
  const { task } = lab({ maxWorkers: 3, maxQueueDepth: 20, defaults: { keyMode: 'serial' } })
  const first = task.with({ key: 'a' }).wait('a1')
  const second = task.with({ key: 'a' }).wait('a2')
  const other = task.with({ key: 'b' }).wait('b1')
  await started(task, 2)
  expect(task.control.getSnapshot().queue).toMatchObject({ inFlight: 2, pending: 1 })
  first.abort()
  await rejection(first)
  await started(task, 3)
  second.abort()
  other.abort()
  await Promise.all([rejection(second), rejection(other)])
  await expect.poll(() => task.control.getSnapshot().queue).toMatchObject({ inFlight: 0, pending: 0 })
})

it('keeps the order of a key under serial', async () => {
  const { task } = lab({
    maxWorkers: 2,
    maxQueueDepth: 500,
    defaults: { keyMode: 'serial' },
    methods: {
      add: { keyOf: () => 'one' },
      wait: { keyOf: () => 'one' },
    },
  })
  const done: number[] = []
  await Promise.all(Array.from({ length: 100 }, (_, n) => task.add(n, 0).then((result) => done.push(result))))
  expect(done).toEqual(Array.from({ length: 100 }, (_, n) => n))
})

it('lets only the latest call of a key go on under latest', async () => {
  const { task } = lab({ maxWorkers: 2, defaults: { keyMode: 'latest' } })
  const search = task.with({ key: 'search' })
  const first = search.wait('s1')
  await started(task, 1)
  const second = search.wait('s2')
  expect(await rejection(first)).toMatchObject({ name: 'AbortError', code: 'superseded' })
  const third = search.wait('s3')
  const error = await rejection(second)
  expect(error).toMatchObject({ code: 'superseded' })
  expect(error.message).toContain(third.callId)
  third.abort()
  await rejection(third)
  expect(task.control.getSnapshot().counts).toMatchObject({ canceled: 3 })
})

it('supersedes by method and key together', async () => {
  const { task } = lab({ maxWorkers: 2, defaults: { keyMode: 'latest' } })
  const waiting = task.with({ key: 'k' }).wait('gate')
  expect(await task.with({ key: 'k' }).add(1, 1)).toBe(2)
  expect(await task.with({ key: 'other' }).add(1, 1)).toBe(2)
  waiting.abort()
  expect(await rejection(waiting)).toMatchObject({ code: 'aborted' })
})

it('finishes the running call and keeps the newest waiter under keep-last', async () => {
  const { task } = lab({
    type: 'parallel',
    maxWorkers: 2,
    maxInFlight: 2,
    defaults: { keyMode: 'keep-last' },
  })
  const save = task.with({ key: 'doc' })
  const running = save.note('first')
  const dropped = save.note('second')
  const newest = save.note('third')
  expect(await rejection(dropped)).toMatchObject({ code: 'superseded' })
  expect(await running).toBe('first')
  expect(await newest).toBe('third')
})

it('runs once for many callers under dedupe', async () => {
  const { task } = lab({
    maxWorkers: 1,
    defaults: { keyMode: 'dedupe' },
    methods: {
      note: { keyOf: (value) => String(value) },
    },
  })
  const calls = Array.from({ length: 10 }, () => task.note('shared'))
  expect(new Set(await Promise.all(calls)).size).toBe(1)
  expect(task.control.getSnapshot().counts).toMatchObject({ dispatched: 1, succeeded: 10 })
  expect(await task.note('shared')).toBe('shared')
  expect(task.control.getSnapshot().counts).toMatchObject({ dispatched: 2, succeeded: 11 })
})

it('goes on for those who stay when others leave, and aborts when the last has left', async () => {
  const { task } = lab({
    maxWorkers: 1,
    maxInFlight: 2,
    defaults: { keyMode: 'dedupe' },
    methods: {
      note: { keyOf: (value) => String(value) },
      wait: { keyOf: (value) => String(value) },
      open: { keyOf: (value) => String(value) },
    },
  })
  const [first, second, third] = [task.wait('gate'), task.wait('gate'), task.wait('gate')] as const
  await started(task, 1)
  first.abort()
  second.abort()
  await Promise.all([rejection(first), rejection(second)])
  expect(await task.with({ keyMode: 'parallel' }).open('gate')).toBe(1)
  expect(await third).toBe('gate')
  const lonely = [task.wait('again'), task.wait('again')] as const
  await started(task, 3)
  for (const call of lonely) call.abort()
  await Promise.all(lonely.map(rejection))
  await expect.poll(() => task.control.getSnapshot().queue.inFlight).toBe(0)
  expect(task.control.getSnapshot().counts).toMatchObject({ canceled: 4 })
})

it('passes a queued run on to another caller when its own leaves', async () => {
  const { task } = lab({ maxWorkers: 1, defaults: { keyMode: 'dedupe' } })
  const blocker = task.wait('gate')
  const shared = task.with({ key: 'shared' })
  const [first, second] = [shared.note('once'), shared.note('once')] as const
  first.abort()
  await rejection(first)
  blocker.abort()
  await rejection(blocker)
  expect(await second).toBe('once')
})

it('gives a crashed run to all who joined it, or runs it again for all', async () => {
  const failing = lab({
    maxWorkers: 1,
    defaults: { keyMode: 'dedupe' },
    methods: {
      die: { keyOf: () => 'k' },
    },
  }).task
  const lost = [failing.die(), failing.die()]
  for (const call of lost) expect(await rejection(call)).toMatchObject({ code: 'crashed' })
  const retrying = lab({
    maxWorkers: 1,
    retry: { crash: 3 },
    defaults: { keyMode: 'dedupe' },
    methods: {
      dieUntilAttempt: { keyOf: () => 'k' },
    },
  }).task
  expect(await Promise.all([retrying.dieUntilAttempt(2), retrying.dieUntilAttempt(2)])).toEqual([2, 2])
  const left = lab({
    maxWorkers: 1,
    retry: { crash: 3 },
    defaults: { keyMode: 'dedupe' },
    methods: {
      add: { keyOf: () => 'k' },
      dieUntilAttempt: { keyOf: () => 'k' },
    },
  })
  const [gone, stays] = [left.task.dieUntilAttempt(2), left.task.dieUntilAttempt(2)] as const
  gone.abort()
  await rejection(gone)
  expect(await stays).toBe(2)
})

it('rejects calls of a key that was aborted for good, until it is cleared', async () => {
  const { task, runtime } = lab()
  runtime.abort({ key: 'doc', sticky: true }, new Error('closed'))
  expect(await rejection(task.with({ key: 'doc' }).add(1, 1))).toMatchObject({ code: 'aborted' })
  runtime.keys.clear('doc')
  expect(await task.with({ key: 'doc' }).add(1, 1)).toBe(2)
})
