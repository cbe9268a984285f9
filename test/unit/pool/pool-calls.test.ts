/** What a pool makes of a call before and after its time on a worker: keys that fail, readers that leave, ends that come twice. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import * as wire from '../../../src/wire/protocol.ts'
import type { SpanEvent } from '../../../src/types/telemetry.ts'
import { ruleTime, watch } from '../support/lab.ts'
import { SilentWorker } from '../support/silent-worker.ts'
import { fate, settled, speakFor as setUp } from '../support/spoken.ts'

beforeEach(() => {
  vi.spyOn(Math, 'random').mockReturnValue(0.5)
})
afterEach(() => {
  vi.restoreAllMocks()
})

describe('a call', () => {
  it('whose key cannot be made fails with that error, and no worker hears of it', async () => {
    const { task, start, workers, sent, runtime } = setUp({
      methods: {
        work: {
          keyOf: () => {
            throw new RangeError('no key')
          },
        },
        letters: {
          keyOf: () => {
            throw new RangeError('no key')
          },
        },
      },
    })
    await start()
    const call = watch(task.work())
    await settled()
    expect(call()).toMatchObject({ status: 'rejected', reason: new RangeError('no key') })
    expect([sent(workers[0]), task.control.getSnapshot()]).toMatchObject([
      [],
      { counts: { failed: 1, dispatched: 0 }, queue: { inFlight: 0, pending: 0 } },
    ])
    runtime.dispose()
  })

  it('that was answered hears of no abort, and neither does its worker', async () => {
    const { task, start, workers, answer, posted, runtime } = setUp()
    await start()
    const call = task.work()
    const answered = fate(call)
    await settled()
    answer(workers[0], [1])
    call.abort('late')
    await settled()
    expect([answered(), posted(workers[0], wire.CANCEL), task.control.getSnapshot().counts]).toMatchObject([
      'ok',
      [],
      { succeeded: 1, canceled: 0 },
    ])
    runtime.dispose()
  })

  it('is refused with the reason of a signal or of a key that was aborted before, without a slot', async () => {
    const { task, runtime } = setUp()
    const reason = new Error('before')
    runtime.abort({ key: 'k', sticky: true }, reason)
    const calls = [task.with({ signal: AbortSignal.abort(reason) }).work(), task.with({ key: 'k' }).work()]
    const fates = calls.map((call) => watch(call))
    await settled()
    for (const each of fates) expect(each()).toMatchObject({ reason: { code: 'aborted', cause: reason } })
    expect(task.control.getSnapshot()).toMatchObject({
      counts: { canceled: 2, dispatched: 0 },
      queue: { inFlight: 0, pending: 0 },
      status: 'idle',
    })
    runtime.dispose()
  })
})

describe('who reads a stream', () => {
  it('and leaves it stops the handler, and asks for no more items', async () => {
    const { task, start, workers, posted, runtime } = setUp()
    await start()
    const items = (task.letters() as AsyncIterable<string>)[Symbol.asyncIterator]()
    const first = items.next()
    await settled()
    workers[0]?.says(wire.ITEMS, 1, 'a')
    expect(await first).toEqual({ done: false, value: 'a' })
    const before = posted(workers[0], wire.CREDIT).length
    await items.return?.()
    await settled()
    expect([posted(workers[0], wire.CREDIT).length, posted(workers[0], wire.CANCEL).length]).toEqual([
      before,
      1,
    ])
    expect(task.control.getSnapshot().counts).toMatchObject({ canceled: 1 })
    runtime.dispose()
  })

  it('makes room by itself once the call is with its worker, and together with the call before', async () => {
    const { task, start, workers, posted, runtime } = setUp()
    await start()
    const early = task.letters() as AsyncIterable<string>
    const reading = early[Symbol.asyncIterator]()
    const first = reading.next()
    await settled()
    // The room is the fifth field of what travels beyond the arguments.
    expect(posted(workers[0], wire.CALLS)[0]?.[3]).toEqual([undefined, 1, undefined, undefined, 2])
    expect(posted(workers[0], wire.CREDIT)).toEqual([])
    workers[0]?.says(wire.ITEMS, 1, 'a', 'b')
    expect(await first).toEqual({ done: false, value: 'a' })
    await reading.next()
    void reading.next().catch(() => {})
    expect(posted(workers[0], wire.CREDIT).every(([, id, room]) => id === 1 && (room as number) > 0)).toBe(
      true,
    )
    expect(posted(workers[0], wire.CREDIT).length).toBeGreaterThan(0)
    runtime.dispose()
  })
})

describe('a task', () => {
  it('is idle, active, stopped, and active again as its workers and calls come and go', async () => {
    const { task, start, workers, answer, runtime } = setUp()
    const states = [task.control.getSnapshot().status]
    const note = () => states.push(task.control.getSnapshot().status)
    const waits = fate(task.work())
    note()
    task.control.stop()
    note()
    task.control.start()
    note()
    await start()
    answer(workers[0], [1])
    await settled()
    note()
    expect([waits(), states]).toEqual(['ok', ['idle', 'active', 'stopped', 'active', 'active']])
    runtime.dispose()
  })

  it('is active while calls wait though no worker may be started yet', async () => {
    const { task, start, workers, clock, ready, sent, runtime } = setUp({ maxQueueDepth: 1 })
    await start()
    workers[0]?.says(wire.CLOSED)
    expect([task.control.getSnapshot().status, task.control.getSnapshot().workers.active]).toEqual([
      'idle',
      0,
    ])
    fate(task.work())
    expect([task.control.getSnapshot().status, task.control.getSnapshot().queue.pending]).toEqual([
      'active',
      1,
    ])
    fate(task.work())
    expect([task.control.getSnapshot().status, task.control.getSnapshot().queue]).toMatchObject([
      'active',
      { pending: 1, blocked: 1 },
    ])
    clock.advance(200)
    await settled()
    ready()
    await settled()
    expect(sent(workers[1])[0]).toBe(1)
    runtime.dispose()
  })

  it('gives its workers its name, or its id where it has none, and their index', async () => {
    for (const [config, name] of [
      [{ taskName: 'Resize' }, 'Resize'],
      [{}, 'lab'],
    ] as const) {
      const asked: unknown[] = []
      const { task, runtime } = setUp({
        ...config,
        maxWorkers: 2,
        worker: (info) => {
          asked.push(info)
          return new SilentWorker() as unknown as Worker
        },
      })
      task.control.start()
      await settled()
      expect(asked).toEqual([
        { index: 0, name },
        { index: 1, name },
      ])
      runtime.dispose()
    }
  })

  it('asks for progress where it counts as a sign of life, and where a caller wants it', async () => {
    for (const [config, wanted] of [
      [{ heartbeatMs: 1_000 }, [true, true]],
      [{}, [false, true]],
    ] as const) {
      const { task, start, workers, posted, runtime } = setUp({ ...config, maxInFlight: 2 })
      await start()
      fate(task.work())
      fate(task.with({ onProgress() {} }).work())
      await settled()
      const flags = posted(workers[0], wire.CALLS).flatMap(([, rows]) =>
        (rows as number[]).filter((_, at) => at % wire.CALL_STRIDE === 2),
      )
      expect(flags.map((each) => (each & wire.WANTS_PROGRESS) > 0)).toEqual(wanted)
      runtime.dispose()
    }
  })

  it('that is stopped by who hears that a worker is being made makes none', async () => {
    const { task, workers, runtime } = setUp()
    const heard: string[] = []
    runtime.subscribeEvents((event) => {
      if (event.kind !== 'worker') return
      heard.push(event.action)
      if (event.action === 'spawn') task.control.stop()
    })
    const call = fate(task.work())
    await settled()
    expect([workers.length, heard, call(), task.control.getSnapshot().status]).toEqual([
      0,
      ['spawn', 'terminate'],
      'open',
      'stopped',
    ])
    runtime.dispose()
  })

  it('that is disposed stays so, whatever it is asked for, and ends its calls once', async () => {
    const { task, start, workers, runtime } = setUp()
    await start()
    const call = fate(task.work())
    await settled()
    task.control.dispose()
    task.control.dispose()
    task.control.start()
    task.control.stop()
    await settled()
    const late = fate(task.work())
    await settled()
    expect([call(), late(), workers.length, workers[0]?.terminations]).toEqual(['disposed', 'disposed', 1, 1])
    expect(task.control.getSnapshot()).toMatchObject({
      counts: { canceled: 2 },
      queue: { inFlight: 0, pending: 0 },
    })
    runtime.dispose()
  })

  it('that is stopped keeps what waits, and aborts what had started', async () => {
    const { task, start, workers, sent, ready, runtime } = setUp({ maxWorkers: 1 })
    await start()
    const calls = [task.work(), task.work()].map(fate)
    await settled()
    task.control.stop()
    await settled()
    expect([calls.map((call) => call()), task.control.getSnapshot().queue]).toMatchObject([
      ['aborted', 'open'],
      { inFlight: 0, pending: 1 },
    ])
    task.control.start()
    await settled()
    ready()
    await settled()
    expect(sent(workers[1])).toEqual([2])
    runtime.dispose()
  })
})

describe('those who share a run', () => {
  const keyed = { key: 'k', keyMode: 'dedupe' } as const

  it('are told of its start when it starts, and at once where it runs already', async () => {
    const { task, start, runtime } = setUp()
    await start()
    const told: string[] = []
    const call = (name: string) => fate(task.with({ ...keyed, onStart: () => told.push(name) }).work())
    call('first')
    call('second')
    expect(told).toEqual([])
    await settled()
    expect(told).toEqual(['first', 'second'])
    call('third')
    expect(told).toEqual(['first', 'second', 'third'])
    runtime.dispose()
  })

  it('have of it what came after they joined, in their spans', async () => {
    const { task, start, clock, answer, workers, runtime } = setUp()
    const restore = ruleTime(clock)
    const spans: SpanEvent[] = []
    runtime.subscribeEvents((event) => event.kind === 'span' && spans.push(event), { kinds: ['span'] })
    await start()
    const first = task.with(keyed).work()
    const fates = [fate(first)]
    await settled()
    clock.advance(60)
    fates.push(fate(task.with(keyed).work()))
    first.abort()
    await settled()
    clock.advance(50)
    // As the worker has it, the handler has run since the first call.
    answer(workers[0], [1], wire.RESULT, 'ok', 110_000)
    await settled()
    restore()
    expect(fates.map((each) => each())).toEqual(['aborted', 'ok'])
    const { startTime = 0, endTime = 0, queueWaitMs, runMs } = spans.at(-1) ?? {}
    expect({ length: endTime - startTime, queueWaitMs, runMs }).toEqual({
      length: 50,
      queueWaitMs: 0,
      runMs: 50,
    })
    runtime.dispose()
  })

  it('have their own timeouts of it, from when they join', async () => {
    const { task, start, clock, runtime } = setUp()
    await start()
    const first = fate(task.with({ ...keyed, timeoutMs: { run: 100 } }).work())
    await settled()
    clock.advance(60)
    const second = fate(task.with({ ...keyed, timeoutMs: { run: 100, queue: 10 } }).work())
    clock.advance(50)
    await settled()
    expect([first(), second()]).toEqual(['timeout-run', 'open'])
    clock.advance(50)
    await settled()
    expect(second()).toBe('timeout-run')
    runtime.dispose()
  })
})
