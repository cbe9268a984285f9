import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { QueueFullError, TaskAbortError } from '../../../src/errors/errors.ts'
import { Driver, makeTask, measures, resetOtel, Sdk } from './support.ts'

beforeEach(() => {
  performance.clearMeasures()
  performance.clearMarks()
})

afterEach(() => {
  resetOtel()
  vi.restoreAllMocks()
  performance.clearMeasures()
  performance.clearMarks()
})

const quiet = { devtools: false }

describe('a call', () => {
  it('is one measure under its span id, from enqueue to settlement, with what is known of it', () => {
    const driver = new Driver({ performance: quiet })
    const doc = driver.telemetry.createTrace('doc')
    const call = driver.run(
      { key: 'photo-7', options: { trace: doc, attributes: { 'atelier.batch.id': 'b', sizes: [1, 2] } } },
      { run: [1_003, 1_009] },
    )
    const entries = performance.getEntriesByName(
      `atelier:span:${call.telemetry?.spanId}`,
    ) as PerformanceMeasure[]
    expect(entries).toHaveLength(1)
    expect(entries[0]).toMatchObject({ startTime: 1_000, duration: 10 })
    expect(entries[0]?.detail).toEqual({
      spanId: call.telemetry?.spanId,
      traceId: doc.traceId,
      traceName: 'doc',
      parentSpanId: doc.spanContext.spanId,
      callId: call.callId,
      taskId: 'resize',
      taskName: 'Resize',
      taskType: 'parallel',
      method: 'process',
      workerIndex: 0,
      queueWaitMs: 2,
      runStartTime: 1_003,
      runMs: 6,
      attemptCount: 1,
      status: 'ok',
      key: 'photo-7',
      attributes: { 'atelier.batch.id': 'b', sizes: [1, 2] },
    })
    doc.end()
  })

  it('agrees with the OpenTelemetry span in ids and times, to the digit', () => {
    // The clock of the calls is made up: with the wall clock running on, they would drift apart.
    vi.spyOn(Date, 'now').mockReturnValue(1_700_000_000_000)
    const sdk = new Sdk().register()
    const driver = new Driver({ otel: {}, performance: quiet })
    driver.clock.time = 1_234.567_89
    driver.run()
    driver.run()
    const spans = sdk.calls
    const entries = measures()
    expect(entries.map(({ detail }) => [detail.traceId, detail.spanId])).toEqual(
      spans.map((span) => [span.spanContext().traceId, span.spanContext().spanId]),
    )
    const [first, second] = spans
    if (!first || !second) throw new Error('two spans')
    const between =
      (second.startTime[0] - first.startTime[0]) * 1e9 + (second.startTime[1] - first.startTime[1])
    expect(between).toBe(Math.round(((entries[1]?.startTime ?? 0) - (entries[0]?.startTime ?? 0)) * 1e6))
    expect(first.duration).toEqual([0, Math.round((entries[0]?.duration ?? 0) * 1e6)])
  })

  it('that failed says how, in words: never an Error, never more than 500 characters', () => {
    const driver = new Driver({ performance: quiet })
    driver.run({}, { outcome: 'failure', error: new RangeError('x'.repeat(10_000)) })
    driver.run(
      {},
      { outcome: 'canceled', error: new TaskAbortError('x', { code: 'aborted', cause: 'left' }) },
    )
    driver.settle(driver.enqueue(), {
      outcome: 'rejected',
      error: new QueueFullError('full', { code: 'queue-full' }),
    })
    const [failed, canceled, rejected] = measures().map(({ detail }) => detail)
    expect(failed).toMatchObject({ status: 'error', errorType: 'RangeError', error: 'x'.repeat(500) })
    expect(canceled).toMatchObject({ status: 'canceled', error: 'left' })
    expect(canceled).not.toHaveProperty('errorType')
    expect(rejected).toMatchObject({ status: 'error', errorType: 'queue-full', attemptCount: 0 })
    expect(rejected).not.toHaveProperty('queueWaitMs')
    expect(rejected).not.toHaveProperty('workerIndex')
  })

  it('is measured whatever its attributes are: what cannot be cloned is left out', () => {
    const driver = new Driver({ performance: quiet })
    const attributes = {
      fn: () => {},
      node: new WeakMap(),
      nested: { a: 1 },
      list: ['a', () => {}],
      fine: 'yes',
    }
    driver.run({ options: { attributes: attributes as never } })
    expect(measures()[0]?.detail.attributes).toEqual({ fine: 'yes', list: ['a'] })
    expect(driver.telemetry.failures).toBe(0)
  })

  it('is one of as many measures as there were calls', () => {
    const driver = new Driver({ performance: quiet })
    for (let index = 0; index < 50; index++) driver.run()
    expect(measures('atelier:span:')).toHaveLength(50)
  })

  it('leaves no measure with performance: false', () => {
    new Driver({ otel: {} }).run()
    expect(measures()).toEqual([])
  })

  it('settles as ever when the timeline throws', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const sdk = new Sdk().register()
    vi.spyOn(performance, 'measure').mockImplementation(() => {
      throw new DOMException('full', 'QuotaExceededError')
    })
    const driver = new Driver({ otel: {}, performance: quiet })
    driver.listen()
    driver.run()
    driver.run()
    expect(sdk.calls).toHaveLength(2)
    expect(driver.events.filter(({ kind }) => kind === 'span')).toHaveLength(2)
    expect(driver.telemetry.failures).toBe(2)
    expect(warn).toHaveBeenCalledOnce()
  })
})

describe('marks', () => {
  it('are not made, since numbers cost a third', () => {
    const mark = vi.spyOn(performance, 'mark')
    new Driver({ performance: quiet }).run()
    expect(mark).not.toHaveBeenCalled()
  })

  it('are made, and cleared, when asked for', () => {
    const marks: [string, number][] = []
    const mark = vi.spyOn(performance, 'mark')
    const driver = new Driver({ performance: { ...quiet, marks: true } })
    const call = driver.run()
    for (const [name, options] of mark.mock.calls) marks.push([name, options?.startTime ?? -1])
    const name = `atelier:span:${call.telemetry?.spanId}`
    expect(marks).toEqual([
      [`${name}:start`, 1_000],
      [`${name}:end`, 1_010],
    ])
    expect(performance.getEntriesByType('mark')).toEqual([])
    expect(measures()[0]).toMatchObject({ name, startTime: 1_000, duration: 10 })
  })
})

describe('retention', () => {
  const run = (driver: Driver, calls: number) => {
    for (let index = 0; index < calls; index++) driver.run()
  }

  it('keeps the newest 1,000, and clears the others when no call waits for it', () => {
    const driver = new Driver({ performance: quiet })
    const clear = vi.spyOn(performance, 'clearMeasures')
    const call = driver.enqueue()
    run(driver, 1_400)
    // The clock turned with the calls and its timers ran; this turn is one without.
    driver.clock.advance(1)
    driver.clock.advance(1)
    clear.mockClear()
    driver.settle(call)
    expect(clear).not.toHaveBeenCalled()
    expect(measures().length).toBeLessThanOrEqual(1_000 + 250 + 1)
    expect(measures().at(-1)?.detail.callId).toBe('call-1401')
  })

  it('is never exceeded by more than the slack, however long it goes on', () => {
    const driver = new Driver({ performance: { ...quiet, keepMeasures: 100 } })
    let most = 0
    for (let round = 0; round < 40; round++) {
      run(driver, 50)
      most = Math.max(most, measures().length)
    }
    expect(most).toBeLessThanOrEqual(100 + 251)
    for (let turn = 0; turn < 20; turn++) driver.clock.advance(1)
    expect(measures().length).toBeLessThanOrEqual(350)
  })

  it('keeps up with a burst in which no timer can run, and goes down to the bound after it', () => {
    const driver = new Driver({ performance: { ...quiet, keepMeasures: 100 } })
    const calls = Array.from({ length: 2_000 }, () => driver.enqueue())
    for (const call of calls) driver.settle(call)
    expect(measures().length).toBeLessThanOrEqual(600)
    for (let turn = 0; turn < 20; turn++) driver.clock.advance(1)
    expect(measures()).toHaveLength(100)
    expect(measures()[0]?.detail.callId).toBe('call-1901')
  })

  it('0 leaves entries to observers alone', async () => {
    const driver = new Driver({ performance: { ...quiet, keepMeasures: 0 } })
    const seen: string[] = []
    const observed = new Promise<void>((resolve) => {
      const observer = new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) seen.push(entry.name)
        observer.disconnect()
        resolve()
      })
      observer.observe({ type: 'measure' })
    })
    const call = driver.run()
    driver.clock.advance(1)
    expect(measures()).toEqual([])
    await observed
    expect(seen).toEqual([`atelier:span:${call.telemetry?.spanId}`])
  })

  it('Infinity leaves them to the application', () => {
    const driver = new Driver({ performance: { ...quiet, keepMeasures: Number.POSITIVE_INFINITY } })
    run(driver, 3_000)
    driver.clock.advance(1_000)
    expect(measures()).toHaveLength(3_000)
    expect(driver.clock.pendingTimers).toBe(0)
  })

  it('clearMeasures clears this runtime’s entries and nobody else’s', () => {
    const driver = new Driver({ performance: quiet })
    const other = new Driver({ performance: quiet })
    performance.measure('mine', { start: 1, end: 2 })
    run(driver, 3)
    run(other, 2)
    driver.telemetry.clearMeasures()
    expect(measures()).toHaveLength(2)
    expect(performance.getEntriesByName('mine')).toHaveLength(1)
    run(driver, 1)
    expect(measures()).toHaveLength(3)
  })
})

describe('the consumers of the Performance design', () => {
  it('observe entries by type, buffered ones too', async () => {
    const driver = new Driver({ performance: quiet })
    const logged: Record<string, unknown>[] = []
    driver.run({ task: makeTask('resize') })
    await new Promise<void>((resolve) => {
      const observer = new PerformanceObserver((list) => {
        for (const entry of list.getEntries() as PerformanceMeasure[]) {
          if (entry.name.startsWith('atelier:')) {
            logged.push({
              name: entry.name,
              duration: entry.duration,
              startTime: entry.startTime,
              detail: entry.detail,
            })
          }
        }
        observer.disconnect()
        resolve()
      })
      observer.observe({ type: 'measure', buffered: true })
    })
    expect(logged).toEqual([
      {
        name: expect.stringMatching(/^atelier:span:[0-9a-f]{16}$/),
        duration: 10,
        startTime: 1_000,
        detail: expect.objectContaining({ taskId: 'resize', queueWaitMs: 2 }),
      },
    ])
  })

  it('compute percentiles of a task from the timeline', () => {
    const driver = new Driver({ performance: quiet })
    for (let length = 1; length <= 100; length++) {
      const call = driver.enqueue({ task: makeTask('resize') })
      driver.clock.advance(length)
      driver.settle(call)
    }
    driver.run({ task: makeTask('other') })
    const durations = (performance.getEntriesByType('measure') as PerformanceMeasure[])
      .filter((e) => e.name.startsWith('atelier:span:') && e.detail?.taskId === 'resize')
      .map((e) => e.duration)
      .sort((a, b) => a - b)
    const p50 = durations[Math.floor(durations.length * 0.5)]
    const p95 = durations[Math.floor(durations.length * 0.95)]
    expect([p50, p95]).toEqual([51, 96])
  })
})
