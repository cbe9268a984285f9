/** What consumers of the Performance API write, as the Performance design has it, on calls of real workers. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createObserver } from './consumers/observer.js'
import { percentiles } from './consumers/percentiles.js'
import { lab, rejection } from './fixtures/lab.ts'

beforeEach(() => {
  performance.clearMeasures()
  performance.clearMarks()
})

afterEach(() => {
  vi.restoreAllMocks()
})

describe('an observer', () => {
  function designObserver() {
    const log = vi.spyOn(console, 'log').mockImplementation(() => {})
    const logged = () => log.mock.calls.map(([entry]) => entry as PerformanceMeasure)
    return { observer: createObserver(), logged }
  }

  it('of measures sees every call and trace, buffered ones too', async () => {
    const { runtime, task } = lab({ taskId: 'resize-worker', taskName: 'Image Resize' })
    const traceId = await runtime.trace('process-image', async (trace) => {
      await task.add(1, 2)
      await rejection(task.throwTypeError())
      await task.add(3, 4)
      return trace.traceId
    })
    const { observer, logged } = designObserver()
    observer.observe({ type: 'measure', buffered: true })
    await expect.poll(() => logged().length).toBe(4)
    await task.add(5, 6)
    await expect.poll(() => logged().length).toBe(5)
    observer.disconnect()

    const trace = logged().find(({ name }) => name === `atelier:trace:${traceId}`)
    expect(trace?.detail).toMatchObject({ traceId, traceName: 'process-image', spanCount: 3 })
    const spans = logged().filter(({ name }) => name.startsWith('atelier:span:'))
    for (const { name, detail, duration, startTime } of spans) {
      expect(name).toBe(`atelier:span:${detail.spanId}`)
      expect(detail).toMatchObject({
        taskId: 'resize-worker',
        taskName: 'Image Resize',
        taskType: 'parallel',
      })
      expect(detail.queueWaitMs).toBeGreaterThanOrEqual(0)
      expect(duration).toBeGreaterThan(0)
      expect(startTime).toBeLessThan(performance.now())
    }
    expect(spans.map(({ detail }) => detail.status)).toEqual(['ok', 'error', 'ok', 'ok'])
    expect(spans.map(({ detail }) => detail.traceId === traceId)).toEqual([true, true, true, false])
    // It began after none, and ended before none, of its calls.
    for (const span of spans.slice(0, 3)) {
      expect(span.startTime).toBeGreaterThanOrEqual(trace?.startTime ?? Number.NaN)
      expect(span.startTime + span.duration).toBeLessThanOrEqual(
        (trace?.startTime ?? Number.NaN) + (trace?.duration ?? Number.NaN),
      )
    }
  })

  it('of marks and measures sees both where marks are asked for, and nothing of before: `entryTypes` ignores `buffered`', async () => {
    const { task } = lab({}, { performance: { marks: true } })
    await task.add(1, 1)
    const { observer, logged } = designObserver()
    observer.observe({ entryTypes: ['mark', 'measure'], buffered: true })
    await task.add(2, 2)
    await expect.poll(() => logged().length).toBe(3)
    observer.disconnect()
    const [start = '', measure = '', end = ''] = logged().map(({ name }) => name)
    expect(measure).toMatch(/^atelier:span:[0-9a-f]{16}$/)
    expect([start, end]).toEqual([`${measure}:start`, `${measure}:end`])
    // Cleared once they had been told.
    expect(performance.getEntriesByType('mark')).toEqual([])
    const [entry, ...others] = performance.getEntriesByName(measure) as PerformanceMeasure[]
    expect(others).toEqual([])
    // The browser leaves the detail out of an entry's JSON.
    expect(JSON.parse(JSON.stringify({ ...entry?.toJSON(), detail: entry?.detail }))).toMatchObject({
      name: measure,
      entryType: 'measure',
      duration: entry?.duration,
      detail: { method: 'add', status: 'ok' },
    })
  })
})

describe('the percentiles of a task', () => {
  it('come from the timeline, by hand and by d3', async () => {
    const { task } = lab({ taskId: 'resize', maxWorkers: 1 })
    const other = lab({ taskId: 'other' })
    // Known to be fast or slow: 18 short calls and two of 30 ms.
    for (let call = 0; call < 18; call++) await task.add(call, 1)
    await task.spin(30)
    await task.spin(30)
    await other.task.spin(60)

    const { durations, p50, p95, p95ByD3 } = percentiles()
    expect(durations).toHaveLength(20)
    expect(p50).toBeLessThan(30)
    expect(p95).toBeGreaterThanOrEqual(30)
    expect(p95ByD3).toBeGreaterThanOrEqual(30 * 0.9)
  })
})

describe('a named and an anonymous trace', () => {
  it('group the calls of a workflow that passes nothing on, while no other is open', async () => {
    const { runtime, task } = lab()
    // Option A: named trace; option B: anonymous trace.
    const named = await runtime.trace('process-image', async () => {
      const resized = await task.add(1, 1)
      const enhanced = await task.add(resized, 1)
      const analyzed = await task.add(enhanced, 1)
      return analyzed
    })
    const anonymous = await runtime.trace(async () => {
      const resized = await task.add(1, 1)
      const enhanced = await task.add(resized, 1)
      return enhanced
    })
    expect([named, anonymous]).toEqual([4, 3])
    const measures = performance.getEntriesByType('measure') as PerformanceMeasure[]
    const traces = measures.filter(({ name }) => name.startsWith('atelier:trace:'))
    expect(traces.map(({ detail }) => [detail.traceName, detail.spanCount])).toEqual([
      ['process-image', 3],
      [undefined, 2],
    ])
    for (const { detail } of traces) {
      const calls = measures.filter(
        (one) => one.name.startsWith('atelier:span:') && one.detail.traceId === detail.traceId,
      )
      expect(calls).toHaveLength(detail.spanCount)
    }
  })

  it('a trace whose function throws is measured as well, and the next call is outside of it', async () => {
    const { runtime, task } = lab()
    const failed = runtime.trace('broken', async () => {
      await task.throwTypeError()
    })
    expect((await rejection(failed)).name).toBe('TypeError')
    await task.add(1, 1)
    const measures = performance.getEntriesByType('measure') as PerformanceMeasure[]
    const [inside, trace, outside] = measures.toSorted(
      (a, b) => a.startTime + a.duration - b.startTime - b.duration,
    )
    expect([inside, trace, outside].map((one) => one?.name.split(':')[1])).toEqual(['span', 'trace', 'span'])
    expect(trace?.detail).toMatchObject({ status: 'error', error: 'not what I asked for' })
    expect(outside?.detail.traceId).not.toBe(trace?.detail.traceId)
  })
})
