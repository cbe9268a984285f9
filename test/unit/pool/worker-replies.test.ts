/** News of workers at the edge: what a call is told that was lost, what is learned from a reply, and what a forged one does. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { RuntimeEvent, SpanEvent } from '../../../src/types/telemetry.ts'
import * as wire from '../../../src/wire/protocol.ts'
import { shown, watch } from '../support/lab.ts'
import { fate, settled, speakFor as setUp } from '../support/spoken.ts'

beforeEach(() => {
  vi.spyOn(Math, 'random').mockReturnValue(0.5)
  vi.spyOn(console, 'warn').mockImplementation(() => {})
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

describe('calls that a worker could not read', () => {
  const lose = (kit: ReturnType<typeof setUp>): void => {
    const [worker] = kit.workers
    worker?.says(wire.UNREADABLE)
    worker?.says(wire.AUDITED, kit.posted(worker, wire.AUDIT).at(-1)?.[1])
  }

  it('fail, wherever they were, and leave nothing behind in the queue', async () => {
    vi.stubGlobal('crossOriginIsolated', true)
    const kit = setUp()
    const { task, start, runtime, answer, workers } = kit
    await start()
    const calls = [task.work(), task.work()].map((call) => watch(call))
    await settled()
    expect(task.control.getSnapshot().queue).toMatchObject({ inFlight: 1, ahead: 1 })
    lose(kit)
    await settled()
    expect(calls.map((call) => shown(call()))).toEqual(['clone-args', 'clone-args'])
    const [first] = calls.map((call) => call())
    // They had not begun: no handler ever had them.
    expect(first).toMatchObject({ reason: { phase: 'starting', path: 'args' } })
    expect(task.control.getSnapshot()).toMatchObject({
      queue: { inFlight: 0, pending: 0, ahead: 0 },
      counts: { failed: 2 },
    })
    const next = fate(task.work())
    await settled()
    answer(workers[0], [3])
    await settled()
    expect(next()).toBe('ok')
    runtime.dispose()
  })

  it('settle once where they were aborted before', async () => {
    const kit = setUp()
    const { task, start, runtime } = kit
    await start()
    const call = task.work()
    const aborted = fate(call)
    await settled()
    call.abort()
    lose(kit)
    await settled()
    expect([aborted(), task.control.getSnapshot()]).toMatchObject([
      'aborted',
      { counts: { canceled: 1, failed: 0 }, queue: { inFlight: 0 } },
    ])
    runtime.dispose()
  })

  it('of a result that could not be read here fail with that, and what had been read stays read', async () => {
    const { task, start, runtime, workers, posted } = setUp()
    await start()
    const call = watch(task.work())
    await settled()
    workers[0]?.emit('messageerror', {})
    workers[0]?.says(wire.AUDITED, posted(workers[0], wire.AUDIT)[0]?.[1])
    await settled()
    expect(call()).toMatchObject({
      reason: { code: 'clone-result', phase: 'running', path: 'result' },
    })
    runtime.dispose()
  })
})

describe('a reply that does not come from a handler', () => {
  it('teaches nothing about how long its method runs', async () => {
    const { task, start, workers, answer, sent, runtime } = setUp()
    await start()
    const make = (count: number) => Array.from({ length: count }, () => fate(task.work()))
    const calls = make(20)
    for (let id = 1; id <= 10; id++) {
      await settled()
      answer(workers[0], [id], wire.RESULT, 'ok', 1)
    }
    await settled()
    answer(workers[0], [11], wire.NO_METHOD, undefined, -1)
    for (let id = 12; id <= 20; id++) answer(workers[0], [id], wire.RESULT, 'ok', 1)
    await settled()
    expect([sent(workers[0]).length, calls[10]?.()]).toEqual([20, 'no-method'])
    make(20)
    await settled()
    // They are known to be short, and so they are all on their way.
    expect(sent(workers[0]).length).toBe(40)
    runtime.dispose()
  })

  it('has no time of a run for telemetry', async () => {
    const { task, start, workers, answer, runtime } = setUp()
    const spans: SpanEvent[] = []
    runtime.subscribeEvents((event: RuntimeEvent) => {
      if (event.kind === 'span') spans.push(event)
    })
    await start()
    fate(task.work())
    await settled()
    answer(workers[0], [1], wire.NO_METHOD, undefined, -1)
    await settled()
    expect(spans).toMatchObject([{ outcome: 'failure', runMs: undefined, runStartTime: undefined }])
    runtime.dispose()
  })
})

describe('the news of a start', () => {
  it('of a handler that runs already, or has been answered, changes nothing', async () => {
    const { task, start, workers, answer, clock, runtime } = setUp({ abortGraceMs: 100 })
    await start()
    const started: string[] = []
    const call = fate(task.with({ onStart: () => started.push('started') }).work())
    await settled()
    answer(workers[0], [1], wire.STARTED, undefined)
    answer(workers[0], [1], wire.STARTED, undefined)
    clock.advance(10_000)
    await settled()
    expect([call(), started, workers[0]?.terminations]).toEqual(['open', ['started'], 0])
    answer(workers[0], [1])
    answer(workers[0], [1], wire.STARTED, undefined)
    clock.advance(10_000)
    await settled()
    expect([call(), workers[0]?.terminations, task.control.getSnapshot().queue.inFlight]).toEqual([
      'ok',
      0,
      0,
    ])
    runtime.dispose()
  })

  it('of a call that was handed ahead gives it a slot: the one before it may have been answered since', async () => {
    vi.stubGlobal('crossOriginIsolated', true)
    const { task, start, workers, answer, runtime } = setUp()
    await start()
    const started: number[] = []
    const calls = [1, 2].map((id) => fate(task.with({ onStart: () => started.push(id) }).work()))
    await settled()
    expect(started).toEqual([1])
    answer(workers[0], [2], wire.STARTED, undefined)
    await settled()
    expect([started, task.control.getSnapshot().queue]).toMatchObject([[1, 2], { ahead: 0 }])
    answer(workers[0], [1, 2])
    await settled()
    expect([calls.map((call) => call()), task.control.getSnapshot().queue]).toMatchObject([
      ['ok', 'ok'],
      { inFlight: 0, pending: 0 },
    ])
    runtime.dispose()
  })
})

describe('an abort that comes too late', () => {
  it('of a call that was handed ahead and had run leaves nothing behind', async () => {
    vi.stubGlobal('crossOriginIsolated', true)
    const { task, start, workers, answer, claim, runtime } = setUp()
    await start()
    const first = fate(task.work())
    const call = task.work()
    const aborted = fate(call)
    await settled()
    claim(workers[0], 2)
    call.abort()
    answer(workers[0], [2])
    answer(workers[0], [1])
    await settled()
    expect([first(), aborted(), task.control.getSnapshot()]).toMatchObject([
      'ok',
      'aborted',
      { counts: { succeeded: 1, canceled: 1 }, queue: { inFlight: 0, pending: 0, ahead: 0 } },
    ])
    const next = fate(task.work())
    await settled()
    answer(workers[0], [3])
    await settled()
    expect(next()).toBe('ok')
    runtime.dispose()
  })
})

describe('what is ahead on a worker that runs long', () => {
  it('goes to one that has nothing to do, though the worker was handed it not long ago', async () => {
    vi.stubGlobal('crossOriginIsolated', true)
    const { task, start, workers, answer, sent, clock, runtime } = setUp({ maxWorkers: 2 })
    await start()
    for (let call = 0; call < 2; call++) fate(task.work())
    await settled()
    expect(workers.map(sent)).toEqual([[1], [2]])
    clock.advance(10)
    fate(task.work())
    await settled()
    const holder = workers.findIndex((worker) => sent(worker).includes(3))
    expect([holder, workers.map(sent)]).toEqual([0, [[1, 3], [2]]])
    answer(workers[1], [2])
    await settled()
    clock.advance(3)
    await settled()
    expect(sent(workers[1])).toEqual([2])
    clock.advance(1)
    await settled()
    expect(sent(workers[1])).toEqual([2, 3])
    runtime.dispose()
  })
})
