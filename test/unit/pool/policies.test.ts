/** Calls that find the queue full, the task stopped, failed, parked or disposed: who is turned away, how, and how it is counted. */
import { crashOptions } from '../../setup/crash-policies.ts'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import * as wire from '../../../src/wire/protocol.ts'
import { watch } from '../support/lab.ts'
import { fate, settled, speakFor as setUp } from '../support/spoken.ts'

beforeEach(() => {
  vi.spyOn(Math, 'random').mockReturnValue(0.5)
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

describe('a queue that is full', () => {
  it.each([
    { queuePolicy: 'reject', fates: ['open', 'open', 'queue-full'], text: 'maxQueueDepth 1' },
    { queuePolicy: 'drop-latest', fates: ['open', 'open', 'dropped-latest'], text: 'maxQueueDepth 1' },
    { queuePolicy: 'drop-oldest', fates: ['open', 'dropped-oldest', 'open'], text: 'maxQueueDepth 1' },
  ] as const)('under $queuePolicy: $fates', async ({ queuePolicy, fates, text }) => {
    const { task, start, runtime } = setUp({ queuePolicy, maxQueueDepth: 1 })
    await start()
    const calls = Array.from({ length: 3 }, () => task.work())
    const seen = calls.map((call) => [fate(call), watch(call)] as const)
    await settled()
    expect(seen.map(([word]) => word())).toEqual(fates)
    const turnedAway = seen.map(([, each]) => each()).filter(({ status }) => status === 'rejected')
    expect(turnedAway).toMatchObject([{ reason: { message: expect.stringContaining(text) } }])
    expect(task.control.getSnapshot().counts).toMatchObject({ rejected: 1, failed: 0, canceled: 0 })
    runtime.dispose()
  })

  it('under block, with as many callers waiting as may, turns the next away, and names that limit', async () => {
    const { task, start, runtime } = setUp({ maxQueueDepth: 1, maxBlocked: 2 })
    await start()
    const calls = Array.from({ length: 5 }, () => watch(task.work()))
    await settled()
    expect(calls.map((call) => call().status)).toEqual(['open', 'open', 'open', 'open', 'rejected'])
    expect(calls[4]?.()).toMatchObject({
      reason: { code: 'max-blocked', message: expect.stringContaining('maxBlocked 2') },
    })
    expect(task.control.getSnapshot().counts.rejected).toBe(1)
    runtime.dispose()
  })

  it('tells a caller that was blocked when its call is accepted', async () => {
    const { task, start, workers, answer, runtime } = setUp({ maxQueueDepth: 1 })
    await start()
    const calls = Array.from({ length: 3 }, () => task.work())
    for (const call of calls) fate(call)
    const admitted = calls.map(({ admitted: promise }) => watch(promise))
    await settled()
    expect(admitted.map((each) => each().status)).toEqual(['fulfilled', 'fulfilled', 'open'])
    answer(workers[0], [1])
    await settled()
    expect(admitted[2]?.().status).toBe('fulfilled')
    runtime.dispose()
  })

  it('drops the oldest of those that wait for their key as well', async () => {
    const { task, start, runtime } = setUp({ queuePolicy: 'drop-oldest', maxQueueDepth: 1, maxInFlight: 2 })
    await start()
    const serial = task.with({ key: 'k', keyMode: 'serial' })
    const calls = [serial.work(), serial.work(), task.work(), task.work()].map(fate)
    await settled()
    expect(calls.map((call) => call())).toEqual(['open', 'dropped-oldest', 'open', 'open'])
    runtime.dispose()
  })

  it('of no depth lets a call through to a worker that is to be had, and to none while the task is stopped or waits after a death', async () => {
    const { task, start, workers, ready, clock, runtime } = setUp({ queuePolicy: 'reject', maxQueueDepth: 0 })
    await start()
    const through = fate(task.work())
    await settled()
    task.control.stop()
    const stopped = fate(task.work())
    task.control.start()
    await settled()
    ready()
    workers[1]?.says(wire.CLOSED)
    await settled()
    const waiting = fate(task.work())
    clock.advance(500)
    const after = fate(task.work())
    await settled()
    expect([through(), stopped(), waiting(), after()]).toEqual([
      'aborted',
      'queue-full',
      'queue-full',
      'open',
    ])
    runtime.dispose()
  })
})

describe('a key', () => {
  it('keeps a call that would have to wait for it out of a queue that is full, and others pass', async () => {
    const { task, start, workers, sent, runtime } = setUp({ maxQueueDepth: 1, maxInFlight: 2 })
    await start()
    const serial = task.with({ key: 'k', keyMode: 'serial' })
    for (let call = 0; call < 3; call++) fate(serial.work())
    await settled()
    expect(task.control.getSnapshot().queue).toMatchObject({ inFlight: 1, pending: 1, blocked: 1 })
    fate(task.work())
    await settled()
    expect([sent(workers[0]), task.control.getSnapshot().queue]).toMatchObject([
      [1, 4],
      { inFlight: 2, pending: 1, blocked: 1 },
    ])
    runtime.dispose()
  })

  it('gives the newest the room of one that was on its way to a worker', async () => {
    vi.stubGlobal('crossOriginIsolated', true)
    const { task, start, workers, answer, runtime } = setUp()
    await start()
    const keyed = task.with({ key: 'k', keyMode: 'latest' })
    const calls = [fate(task.work()), fate(keyed.work())]
    await settled()
    expect(task.control.getSnapshot().queue.ahead).toBe(1)
    calls.push(fate(keyed.work()))
    await settled()
    answer(workers[0], [1])
    await settled()
    answer(workers[0], [3])
    await settled()
    expect(calls.map((call) => call())).toEqual(['ok', 'superseded', 'ok'])
    expect(task.control.getSnapshot().counts).toMatchObject({ succeeded: 2, canceled: 1, failed: 0 })
    runtime.dispose()
  })
})

describe('a timeout', () => {
  it('is a failure, not an abort', async () => {
    const { task, start, clock, runtime } = setUp()
    await start()
    const call = fate(task.with({ timeoutMs: 50 }).work())
    await settled()
    clock.advance(50)
    await settled()
    expect([call(), task.control.getSnapshot().counts]).toMatchObject([
      'timeout-total',
      { failed: 1, canceled: 0 },
    ])
    runtime.dispose()
  })
})

describe('the end of the workers', () => {
  /** Ends a task in some way; what its events and its calls say about it. */
  const ended = async (end: (kit: ReturnType<typeof setUp>) => void | Promise<void>) => {
    const kit = setUp({ maxInFlight: 1 })
    const reasons: unknown[] = []
    kit.runtime.subscribeEvents((event) => {
      if (event.kind === 'worker' && event.action === 'terminate') reasons.push(event.reason)
    })
    await kit.start()
    const calls = [kit.task.work(), kit.task.work()].map((call) => watch(call))
    await settled()
    await end(kit)
    await settled()
    const seen = calls.map((call) => call())
    const { counts, queue } = kit.task.control.getSnapshot()
    kit.runtime.dispose()
    return { reasons, seen, counts, queue }
  }

  it('says why: the task was stopped', async () => {
    const { reasons, seen, counts } = await ended(({ task }) => task.control.stop())
    expect(reasons[0]).toBe('stopped')
    expect(seen).toMatchObject([
      { reason: { code: 'aborted', message: expect.stringContaining('stopped') } },
      { status: 'open' },
    ])
    expect(counts.canceled).toBe(1)
  })

  it('says why: nobody uses the task, and all its calls are aborted', async () => {
    const { reasons, seen, counts, queue } = await ended(({ runtime, clock }) => {
      runtime.retain({ graceMs: 0 })()
      clock.advance(1)
    })
    expect(reasons).toEqual(['parked'])
    for (const each of seen)
      expect(each).toMatchObject({ reason: { code: 'aborted', message: expect.stringContaining('parked') } })
    expect([counts, queue]).toMatchObject([
      { canceled: 2, failed: 0 },
      { inFlight: 0, pending: 0 },
    ])
  })

  it('says why: the task was disposed', async () => {
    const { reasons, seen } = await ended(({ task }) => task.control.dispose())
    expect(reasons).toEqual(['disposed'])
    expect(seen).toMatchObject([{ reason: { code: 'disposed' } }, { reason: { code: 'disposed' } }])
  })
})

describe('a task that has failed', () => {
  it.each([
    { crashPolicy: 'fail-task' as const, isTriedAgain: false },
    { crashPolicy: 'restart' as const, isTriedAgain: true },
  ] as const)(
    'under $crashPolicy has no workers, counts what it refuses as failed, and is tried again: $isTriedAgain',
    async ({ crashPolicy, isTriedAgain }) => {
      const { task, start, workers, ready, clock, runtime } = setUp({
        ...crashOptions(crashPolicy),
        maxCrashes: 0,
        maxWorkers: 2,
      })
      const ends: unknown[] = []
      runtime.subscribeEvents((event) => {
        if (event.kind === 'worker' && event.action === 'terminate')
          ends.push([event.workerIndex, event.reason])
      })
      await start()
      const calls = [task.work(), task.work(), task.work()].map(fate)
      await settled()
      workers[0]?.says(wire.CLOSED)
      await settled()
      expect(calls.map((call) => call())).toEqual(['crashed', 'crashed', 'crashed'])
      expect([workers[1]?.terminations, task.control.getSnapshot()]).toMatchObject([
        1,
        {
          status: 'failed',
          counts: { failed: 3 },
          queue: { inFlight: 0, pending: 0 },
          workers: { active: 0 },
        },
      ])
      expect(ends).toEqual([[1, 'stopped']])
      const refused = fate(task.work())
      await settled()
      expect([refused(), task.control.getSnapshot().counts]).toMatchObject([
        'crashed',
        { failed: 4, canceled: 0 },
      ])
      clock.advance(600_000)
      const later = fate(task.work())
      await settled()
      fate(task.work())
      await settled()
      expect([later(), workers.length]).toEqual(isTriedAgain ? ['open', 3] : ['crashed', 2])
      if (isTriedAgain) ready()
      await settled()
      // The start that was tried is done: there may be two workers again.
      expect(workers.length).toBe(isTriedAgain ? 4 : 2)
      runtime.dispose()
    },
  )
})
