/** What the page does upon the news of a worker: who hears of it, what is asked of the worker, and what is learned. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { encodeThrown } from '../../../src/wire/error-codec.ts'
import * as wire from '../../../src/wire/protocol.ts'
import { ruleTime, watch } from '../support/lab.ts'
import { catchReports } from '../support/reported.ts'
import { fate, settled, speakFor as setUp } from '../support/spoken.ts'

let restore = () => {}
beforeEach(() => {
  vi.spyOn(Math, 'random').mockReturnValue(0.5)
  vi.spyOn(console, 'warn').mockImplementation(() => {})
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
  restore()
})

/** A task whose method is known to take a microsecond, with so many calls of which ten were answered. */
async function learned(calls: number, config: Parameters<typeof setUp>[0] = {}) {
  const kit = setUp({ maxQueueDepth: 999, ...config })
  await kit.start()
  const started: number[] = []
  const fates = Array.from({ length: calls }, (_, index) =>
    fate(kit.task.with({ onStart: () => started.push(index + 1) }).work()),
  )
  for (let id = 1; id <= 10; id++) {
    await settled()
    kit.answer(kit.workers[0], [id], wire.RESULT, 'ok', 1)
  }
  await settled()
  return { ...kit, fates, started, worker: kit.workers[0] }
}

describe('a call that had not started', () => {
  it('when it was given back is told of no start, counts for no attempt, and is sent again', async () => {
    const { worker, answer, sent, started, task, runtime } = await learned(14)
    expect([sent(worker).length, started.at(-1), task.control.getSnapshot().counts.dispatched]).toEqual([
      14, 11, 11,
    ])
    answer(worker, [13], wire.RETURNED, undefined, -1)
    await settled()
    expect([started.at(-1), task.control.getSnapshot().counts.dispatched]).toEqual([11, 11])
    expect(sent(worker).filter((id) => id === 13).length).toBe(2)
    runtime.dispose()
  })

  it('as far as the page knew, and is answered, has started: its caller is told, and it is counted', async () => {
    const { task, start, workers, answer, runtime } = setUp({ maxInFlight: 2 })
    await start()
    const started: string[] = []
    fate(task.work())
    const call = fate(task.with({ onStart: () => started.push('second') }).work())
    await settled()
    expect([started, task.control.getSnapshot().counts.dispatched]).toEqual([[], 1])
    answer(workers[0], [2])
    await settled()
    expect([started, task.control.getSnapshot().counts.dispatched, call()]).toEqual([['second'], 2, 'ok'])
    runtime.dispose()
  })
})

describe('what is ahead', () => {
  it('is asked back, the next excepted, when a run took much longer than was expected', async () => {
    const { worker, answer, posted, runtime } = await learned(16)
    answer(worker, [11], wire.RESULT, 'ok', 1)
    await settled()
    expect(posted(worker, wire.TAKE_BACK)).toEqual([])
    answer(worker, [12], wire.RESULT, 'ok', 30_000)
    await settled()
    expect(posted(worker, wire.TAKE_BACK)).toEqual([[wire.TAKE_BACK, 14, 15, 16]])
    runtime.dispose()
  })

  it('is more while the page is slow to read what its worker sends', async () => {
    const sentWith = async (latencyMs: number): Promise<number> => {
      const { task, start, workers, sent, runtime, clock } = setUp({ maxQueueDepth: 999 })
      restore = ruleTime(clock)
      await start()
      for (let call = 0; call < 60; call++) fate(task.work())
      for (let id = 1; id <= 8; id++) {
        await settled()
        const rows = [id, wire.RESULT, 1_000, 0]
        workers[0]?.says(wire.REPLIES, performance.now() - latencyMs, rows, ['ok'])
      }
      await settled()
      const count = sent(workers[0]).length
      runtime.dispose()
      return count
    }
    const [quick, slow] = [await sentWith(0), await sentWith(16)]
    // Two of a millisecond each, against twenty.
    expect([quick <= 12, slow >= 20]).toEqual([true, true])
  })
})

describe('progress', () => {
  it('is told to each of those who share the run', async () => {
    const { task, start, workers, clock, runtime } = setUp()
    await start()
    const told: string[] = []
    for (const name of ['first', 'second', 'third']) {
      const onProgress = (value: unknown) => told.push(`${name} ${String(value)}`)
      fate(task.with({ key: 'k', keyMode: 'dedupe', ...(name !== 'third' && { onProgress }) }).work())
    }
    await settled()
    workers[0]?.says(wire.PROGRESS, 1, 'half')
    clock.advance(20)
    expect(told).toEqual(['first half', 'second half'])
    runtime.dispose()
  })
})

describe('a stream', () => {
  it('that has lost an item fails at once, and its worker is told; the slot is free when that has stopped', async () => {
    const { task, start, workers, answer, posted, runtime } = setUp()
    await start()
    const call = watch(task.letters() as unknown as Promise<unknown>)
    await settled()
    workers[0]?.says(wire.ITEMS, 1, 'a')
    workers[0]?.emit('messageerror', {})
    workers[0]?.says(wire.AUDITED, posted(workers[0], wire.AUDIT)[0]?.[1], 1, 3)
    await settled()
    expect(call()).toMatchObject({ reason: { code: 'clone-result' } })
    expect([posted(workers[0], wire.CANCEL).length, task.control.getSnapshot()]).toMatchObject([
      1,
      { counts: { failed: 1, canceled: 0 }, queue: { inFlight: 1 } },
    ])
    answer(workers[0], [1], wire.RETURNED, undefined, -1)
    await settled()
    expect(task.control.getSnapshot().queue.inFlight).toBe(0)
    runtime.dispose()
  })

  it('that nobody reads may send items all the same: they are dropped', async () => {
    const { task, start, workers, answer, runtime } = setUp()
    await start()
    const call = fate(task.letters() as unknown as Promise<unknown>)
    await settled()
    workers[0]?.says(wire.ITEMS, 1, 'a', 'b')
    answer(workers[0], [1], wire.STREAM_END, [2, 'end'])
    await settled()
    expect(call()).toBe('end')
    runtime.dispose()
  })
})

describe('a worker with nothing to do', () => {
  it('is stopped in time after the last stream of a result was left', async () => {
    const { task, start, workers, clock, runtime } = setUp({ idleTimeoutMs: 100 })
    await start()
    const call = task.work()
    await settled()
    const body = new ReadableStream({}, { highWaterMark: 0 })
    workers[0]?.says(wire.REPLIES, performance.now(), [1, wire.RESULT, 0, 0], [body], undefined, true)
    const stream = (await call) as ReadableStream
    clock.advance(500)
    await settled()
    expect(workers[0]?.terminations).toBe(0)
    await stream.cancel()
    clock.advance(100)
    await settled()
    expect(workers[0]?.terminations).toBe(1)
    runtime.dispose()
  })

  it('is stopped in time after a call that was never sent', async () => {
    const { task, start, workers, clock, runtime } = setUp({ idleTimeoutMs: 100 })
    await start()
    clock.advance(60)
    const call = fate(task.work(() => {}))
    await settled()
    expect(call()).toBe('clone-args')
    clock.advance(99)
    await settled()
    expect(workers[0]?.terminations).toBe(0)
    clock.advance(1)
    await settled()
    expect(workers[0]?.terminations).toBe(1)
    runtime.dispose()
  })
})

describe('an error that nobody caught', () => {
  it('is a warning alone where nobody listens to telemetry', async () => {
    const reported = catchReports()
    const { start, workers, runtime } = setUp()
    await start()
    workers[0]?.says(wire.UNCAUGHT, encodeThrown(new Error('nobody listens')))
    await settled()
    expect(reported).toEqual([])
    expect(vi.mocked(console.warn).mock.calls.flat().map(String).join(' ')).toContain('nobody listens')
    runtime.dispose()
  })
})

describe('an abort of a call that its worker is about to start', () => {
  it('is seen by a loop that runs when the worker tells of the start', async () => {
    vi.stubGlobal('crossOriginIsolated', true)
    const { task, start, workers, answer, claim, posted, runtime } = setUp({ maxInFlight: 2 })
    await start()
    fate(task.work())
    const call = task.work()
    fate(call)
    await settled()
    const flags = posted(workers[0], wire.OPEN)[0]?.[2] as Int32Array
    claim(workers[0], 2)
    call.abort()
    const before = [...flags].filter((flag) => flag === 2).length
    answer(workers[0], [2], wire.STARTED, undefined)
    await settled()
    expect([before, [...flags].filter((flag) => flag === 2).length]).toEqual([1, 2])
    runtime.dispose()
  })
})

describe('a worker that does not start', () => {
  it('fails its calls though another one is still starting, and says what was seen of it', async () => {
    const { task, workers, runtime } = setUp({ maxWorkers: 2 })
    const calls = [fate(task.work()), fate(task.work())]
    await settled()
    workers[0]?.says(wire.FAILED, encodeThrown(new Error('no database')))
    await settled()
    expect(calls.map((call) => call())).toEqual(['start-failed', 'open'])
    expect(task.control.getSnapshot().lastCrash).toMatchObject({
      workerIndex: 0,
      message: expect.stringContaining('no database'),
    })
    runtime.dispose()
  })
})

describe('a worker that does not start while another is up', () => {
  it('passes its calls on at once where that has a slot', async () => {
    const { task, workers, ready, sent, runtime } = setUp({ maxWorkers: 2, maxInFlight: 4 })
    for (let call = 0; call < 2; call++) fate(task.work())
    await settled()
    ready(workers[0])
    await settled()
    expect(sent(workers[0])).toEqual([1])
    workers[1]?.says(wire.FAILED, encodeThrown(new Error('bad luck')))
    await settled()
    expect(sent(workers[0])).toEqual([1, 2])
    runtime.dispose()
  })
})

describe('a worker that dies', () => {
  it('is told of, with its index and what was seen', async () => {
    const { task, start, workers, runtime } = setUp()
    const events: unknown[] = []
    runtime.subscribeEvents((event) => {
      if (event.kind === 'worker' && event.action === 'crash') events.push([event.workerIndex, event.error])
    })
    await start()
    workers[0]?.says(wire.CLOSED)
    await settled()
    expect(task.control.getSnapshot().lastCrash).toMatchObject({
      workerIndex: 0,
      message: 'worker #0 closed itself',
    })
    expect(events).toEqual([[0, expect.stringContaining('closed itself')]])
    runtime.dispose()
  })

  it('by a poison call is replaced at once: its deaths were that call’s doing', async () => {
    const { task, start, workers, ready, clock, runtime } = setUp({ retry: { crash: 1 }, maxCrashes: 1 })
    await start()
    const call = fate(task.work())
    await settled()
    workers[0]?.says(wire.CLOSED)
    clock.advance(200)
    await settled()
    ready()
    await settled()
    workers[1]?.says(wire.CLOSED)
    await settled()
    expect([call(), workers.length]).toEqual(['poison', 2])
    const next = fate(task.work())
    await settled()
    expect(workers.length).toBe(3)
    ready()
    await settled()
    // The next death is the first again, and not one too many.
    workers[2]?.says(wire.CLOSED)
    await settled()
    expect([next(), task.control.getSnapshot().status]).toEqual(['open', 'active'])
    runtime.dispose()
  })

  it('twice waits longer the second time, though a call was aborted and answered between', async () => {
    const { task, start, workers, ready, answer, clock, runtime } = setUp()
    await start()
    workers[0]?.says(wire.CLOSED)
    const call = task.work()
    fate(call)
    clock.advance(75)
    await settled()
    ready()
    await settled()
    call.abort()
    answer(workers[1], [1])
    await settled()
    workers[1]?.says(wire.CLOSED)
    fate(task.work())
    clock.advance(149)
    await settled()
    expect(workers.length).toBe(2)
    clock.advance(1)
    await settled()
    expect(workers.length).toBe(3)
    runtime.dispose()
  })

  it('twice waits longer the second time, though a call failed between', async () => {
    const { task, start, workers, ready, answer, clock, runtime } = setUp()
    await start()
    workers[0]?.says(wire.CLOSED)
    const failed = fate(task.work())
    clock.advance(75)
    await settled()
    ready()
    await settled()
    answer(workers[1], [1], wire.THROWN, encodeThrown(new Error('mine')))
    await settled()
    expect(failed()).toMatchObject({ message: 'mine' })
    workers[1]?.says(wire.CLOSED)
    fate(task.work())
    clock.advance(149)
    await settled()
    expect(workers.length).toBe(2)
    clock.advance(1)
    await settled()
    expect(workers.length).toBe(3)
    runtime.dispose()
  })
})
