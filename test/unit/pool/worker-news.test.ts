/** What the news of a worker mean for the calls that it holds: a test speaks for the worker, message by message. */
import { crashOptions } from '../../setup/crash-policies.ts'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { encodeThrown } from '../../../src/wire/error-codec.ts'
import * as wire from '../../../src/wire/protocol.ts'
import { watch } from '../support/lab.ts'
import { fate, settled, speakFor as setUp } from '../support/spoken.ts'

beforeEach(() => {
  vi.spyOn(Math, 'random').mockReturnValue(0.5)
  vi.spyOn(console, 'warn').mockImplementation(() => {})
})
afterEach(() => {
  vi.restoreAllMocks()
})

describe('a reply', () => {
  it.each([
    { status: wire.RESULT, value: 'fine', fate: 'fine', counts: { succeeded: 1, failed: 0 } },
    { status: wire.NO_METHOD, value: undefined, fate: 'no-method', counts: { succeeded: 0, failed: 1 } },
    {
      status: wire.UNCLONABLE,
      value: 'result.fn',
      fate: 'clone-result',
      counts: { succeeded: 0, failed: 1 },
    },
    { status: wire.STREAM_END, value: [0, 'end'], fate: 'end', counts: { succeeded: 1, failed: 0 } },
    { status: wire.STREAM_END, value: [2, 'end'], fate: 'clone-result', counts: { succeeded: 0, failed: 1 } },
    { status: wire.STREAM_END, value: 'junk', fate: undefined, counts: { succeeded: 1, failed: 0 } },
  ])('of status $status with $value is $fate', async ({ status, value, fate: expected, counts }) => {
    const { task, start, answer, workers, runtime } = setUp()
    await start()
    const call = fate(task.work())
    await settled()
    answer(workers[0], [1], status, value)
    await settled()
    expect(call()).toBe(expected)
    expect(task.control.getSnapshot()).toMatchObject({ counts, queue: { inFlight: 0, pending: 0 } })
    runtime.dispose()
  })

  it('of a handler that still closes settles its call, and the next reply frees the slot', async () => {
    const { task, start, answer, workers, runtime, posted } = setUp()
    await start()
    const call = watch(task.work())
    await settled()
    answer(workers[0], [1], wire.CLOSING, [wire.UNCLONABLE, 'result'])
    // A second one, and what is malformed, change nothing.
    for (const value of [[wire.THROWN, 'x'], 'junk', undefined]) answer(workers[0], [1], wire.CLOSING, value)
    await settled()
    expect(call()).toMatchObject({ reason: { code: 'clone-result', path: 'result', phase: 'running' } })
    expect(posted(workers[0], wire.CANCEL)).toHaveLength(1)
    const state = () => task.control.getSnapshot()
    expect(state()).toMatchObject({ counts: { failed: 1 }, queue: { inFlight: 1, pending: 0 } })
    answer(workers[0], [1], wire.UNCLONABLE, 'result')
    await settled()
    expect(state()).toMatchObject({ counts: { failed: 1 }, queue: { inFlight: 0, pending: 0 } })
    runtime.dispose()
  })

  it('that tells of more items than came names the result, of which one was lost', async () => {
    const { task, start, answer, workers, runtime } = setUp()
    await start()
    const call = watch(task.work())
    await settled()
    answer(workers[0], [1], wire.STREAM_END, [2, 'end'])
    await settled()
    expect(call()).toMatchObject({ reason: { code: 'clone-result', path: 'result' } })
    runtime.dispose()
  })

  it('with an error is that error', async () => {
    const { task, start, answer, workers, runtime } = setUp()
    await start()
    const call = watch(task.work())
    await settled()
    answer(workers[0], [1], wire.THROWN, encodeThrown(new RangeError('far')))
    await settled()
    expect(call()).toMatchObject({ status: 'rejected', reason: new RangeError('far') })
    expect(task.control.getSnapshot().counts).toMatchObject({ failed: 1, succeeded: 0, canceled: 0 })
    runtime.dispose()
  })

  it('frees the slot for the next, which is told of its start', async () => {
    const { task, start, answer, workers, sent, runtime } = setUp()
    await start()
    const started: number[] = []
    const calls = [1, 2, 3].map((id) => fate(task.with({ onStart: () => started.push(id) }).work()))
    await settled()
    expect(started).toEqual([1])
    answer(workers[0], [1])
    await settled()
    answer(workers[0], [2])
    await settled()
    expect([sent(workers[0]), started]).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ])
    answer(workers[0], [3])
    await settled()
    expect([calls.map((call) => call()), task.control.getSnapshot().queue.inFlight]).toEqual([
      ['ok', 'ok', 'ok'],
      0,
    ])
    runtime.dispose()
  })

  it('that says a call was returned puts it back in the queue, and it runs again', async () => {
    const { task, start, answer, workers, sent, runtime } = setUp()
    await start()
    const call = fate(task.work())
    await settled()
    answer(workers[0], [1], wire.RETURNED, undefined, -1)
    await settled()
    expect([sent(workers[0]), call()]).toEqual([[1, 1], 'open'])
    answer(workers[0], [1])
    await settled()
    expect(call()).toBe('ok')
    runtime.dispose()
  })

  it('that says a handler started starts the clock of its run, not before', async () => {
    const { task, start, answer, workers, clock, runtime } = setUp({ maxInFlight: 2 })
    await start()
    const started: string[] = []
    const first = fate(task.work())
    const second = fate(task.with({ timeoutMs: { run: 50 }, onStart: () => started.push('second') }).work())
    await settled()
    clock.advance(1_000)
    await settled()
    expect([second(), started, task.control.getSnapshot().queue.inFlight]).toEqual(['open', [], 2])
    answer(workers[0], [2], wire.STARTED, undefined)
    await settled()
    expect(started).toEqual(['second'])
    clock.advance(60)
    await settled()
    expect([first(), second()]).toEqual(['open', 'timeout-run'])
    runtime.dispose()
  })
})

describe('an abort', () => {
  it('of a call that runs keeps its slot until the worker replies, or is replaced after the grace', async () => {
    const { task, start, answer, workers, clock, runtime, sent } = setUp({ abortGraceMs: 100 })
    await start()
    const call = task.work()
    const aborted = fate(call)
    const next = fate(task.work())
    await settled()
    call.abort('enough')
    await settled()
    expect([aborted(), task.control.getSnapshot().queue.inFlight]).toEqual(['aborted', 1])
    expect(workers[0]?.posted.at(-1)?.slice(0, 2)).toEqual([wire.CANCEL, 1])
    answer(workers[0], [1])
    await settled()
    clock.advance(500)
    await settled()
    expect([workers.length, sent(workers[0]).at(-1), next()]).toEqual([1, 2, 'open'])
    answer(workers[0], [2])
    await settled()
    expect(next()).toBe('ok')
    runtime.dispose()
  })

  it('of a call that goes on ends its worker, and what waited runs on the next', async () => {
    const { task, start, workers, clock, runtime, ready, sent } = setUp({ abortGraceMs: 100 })
    await start()
    const call = task.work()
    void call.catch(() => {})
    const next = fate(task.work())
    await settled()
    call.abort()
    clock.advance(99)
    await settled()
    expect(workers[0]?.terminations).toBe(0)
    clock.advance(2)
    await settled()
    expect([workers[0]?.terminations, workers.length]).toEqual([1, 2])
    ready()
    await settled()
    expect([sent(workers[1]), next()]).toEqual([[2], 'open'])
    runtime.dispose()
  })

  it('of a call that has not started arms no grace until its worker says that it runs', async () => {
    const { task, start, answer, workers, clock, runtime } = setUp({ maxInFlight: 2, abortGraceMs: 100 })
    await start()
    const first = fate(task.work())
    const call = task.work()
    void call.catch(() => {})
    await settled()
    call.abort()
    clock.advance(5_000)
    await settled()
    expect([workers[0]?.terminations, first()]).toEqual([0, 'open'])
    answer(workers[0], [2], wire.STARTED, undefined)
    clock.advance(101)
    await settled()
    expect(workers[0]?.terminations).toBe(1)
    runtime.dispose()
  })
})

describe('progress', () => {
  it('is told once a frame, the newest, and the last before the result', async () => {
    const { task, start, answer, workers, clock, runtime } = setUp()
    await start()
    const told: unknown[] = []
    const call = fate(task.with({ onProgress: (value) => told.push(value) }).work())
    await settled()
    workers[0]?.says(wire.PROGRESS, 1, 'a')
    workers[0]?.says(wire.PROGRESS, 1, 'b')
    clock.advance(1)
    expect(told).toEqual(['b'])
    workers[0]?.says(wire.PROGRESS, 1, 'c')
    clock.advance(10)
    expect(told).toEqual(['b'])
    clock.advance(10)
    expect(told).toEqual(['b', 'c'])
    workers[0]?.says(wire.PROGRESS, 1, 'd')
    answer(workers[0], [1])
    await settled()
    expect([told, call()]).toEqual([['b', 'c', 'd'], 'ok'])
    runtime.dispose()
  })

  it('is not told to who has aborted', async () => {
    const { task, start, workers, clock, runtime } = setUp()
    await start()
    const told: unknown[] = []
    const call = task.with({ onProgress: (value) => told.push(value) }).work()
    void call.catch(() => {})
    await settled()
    workers[0]?.says(wire.PROGRESS, 1, 'a')
    call.abort()
    workers[0]?.says(wire.PROGRESS, 1, 'b')
    clock.advance(100)
    expect(told).toEqual([])
    runtime.dispose()
  })
})

describe('the end of a worker', () => {
  it.each([
    ['restart', 'crashed', [2]],
    ['retry', 'open', [1]],
    ['fail-task', 'crashed', []],
  ] as const)(
    '%s: what ran is %s, and what had not started waits again',
    async (crashPolicy, ran, resent) => {
      const { task, start, workers, clock, runtime, ready, sent } = setUp(crashOptions(crashPolicy))
      await start()
      const calls = [fate(task.work()), fate(task.work())]
      await settled()
      workers[0]?.says(wire.CLOSED)
      await settled()
      expect(calls[0]?.()).toBe(ran)
      clock.advance(200)
      await settled()
      ready(workers[1])
      await settled()
      expect(sent(workers[1])).toEqual(resent)
      expect(calls[1]?.()).toBe(crashPolicy === 'fail-task' ? 'crashed' : 'open')
      expect(workers.length).toBe(crashPolicy === 'fail-task' ? 1 : 2)
      runtime.dispose()
    },
  )

  it('with an item of a stream that was read cannot run it again', async () => {
    const { task, start, workers, runtime } = setUp({ retry: { crash: 3 } })
    await start()
    const items: unknown[] = []
    const stream = task.letters()
    const read = (async () => {
      for await (const item of stream as AsyncIterable<string>) items.push(item)
    })().then(
      () => 'done',
      (error: { code?: string }) => error.code,
    )
    await settled()
    workers[0]?.says(wire.ITEMS, 1, 'a')
    await settled()
    workers[0]?.says(wire.CLOSED)
    expect([await read, items]).toEqual(['not-replayable', ['a']])
    runtime.dispose()
  })

  it('that does not start fails the calls that wait for it, with what was seen', async () => {
    const { task, workers, runtime } = setUp()
    const call = watch(task.work())
    await settled()
    workers[0]?.says(wire.FAILED, encodeThrown(new RangeError('no database')))
    await settled()
    expect(call()).toMatchObject({ status: 'rejected', reason: { code: 'start-failed' } })
    expect((call() as { reason: Error }).reason.message).toContain('no database')
    runtime.dispose()
  })

  it('that does not start fails nobody while another is up: its calls run there', async () => {
    const { task, workers, runtime, ready, answer, sent } = setUp({ maxWorkers: 2 })
    const calls = [fate(task.work()), fate(task.work())]
    await settled()
    ready(workers[0])
    workers[1]?.says(wire.FAILED, encodeThrown(new Error('bad luck')))
    await settled()
    expect(calls.map((call) => call())).toEqual(['open', 'open'])
    answer(workers[0], [1])
    await settled()
    expect(sent(workers[0])).toContain(2)
    runtime.dispose()
  })
})

describe('a heartbeat', () => {
  it('is missed by a handler that is silent for too long, not by one that beats, nor one that waits for its reader', async () => {
    const { task, start, workers, clock, runtime } = setUp({ heartbeatMs: 100 })
    await start()
    const call = fate(task.work())
    await settled()
    for (let beat = 0; beat < 5; beat++) {
      clock.advance(80)
      workers[0]?.says(wire.BEAT, 1)
    }
    await settled()
    expect(call()).toBe('open')
    clock.advance(200)
    await settled()
    expect([call(), workers[0]?.terminations]).toEqual(['hang', 1])
    runtime.dispose()
    const waiting = setUp({ heartbeatMs: 100 })
    await waiting.start()
    const stream = waiting.task.letters()
    void (stream as unknown as Promise<unknown>).catch(() => {})
    await settled()
    waiting.workers[0]?.says(wire.ITEMS, 1)
    waiting.clock.advance(5_000)
    await settled()
    expect(waiting.workers[0]?.terminations).toBe(0)
    waiting.runtime.dispose()
  })
})

describe('an error that nobody caught', () => {
  it('is an event and a warning, and costs no call', async () => {
    const { task, start, workers, runtime, answer } = setUp()
    const events: unknown[] = []
    runtime.subscribeEvents((event) => events.push(event))
    await start()
    const call = fate(task.work())
    await settled()
    workers[0]?.says(wire.UNCAUGHT, encodeThrown(new Error('nobody')))
    answer(workers[0], [1])
    await settled()
    expect(call()).toBe('ok')
    expect(JSON.stringify(events)).toContain('nobody')
    expect(vi.mocked(console.warn).mock.calls.flat().map(String).join(' ')).toContain('was not caught')
    runtime.dispose()
  })
})
