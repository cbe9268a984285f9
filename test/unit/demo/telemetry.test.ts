/** What the demo, as a consumer, makes of span measures. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addressName } from '../../../stories/documents/corpus/address-name.ts'
import { failureReason, isCancel } from '../../../stories/documents/failure-reason.ts'
import { formatMs, formatPercent, plural } from '../../../stories/documents/format.ts'
import { wallOf } from '../../../stories/documents/telemetry/span-log.ts'
import type { SpanRecord } from '../../../stories/documents/telemetry/span-record.ts'
import { toSpanRecord } from '../../../stories/documents/telemetry/span-record.ts'
import {
  largest,
  percentile,
  statsByTask,
  statsByTrace,
  statsByWorker,
} from '../../../stories/documents/telemetry/span-stats.ts'

const base: SpanRecord = {
  spanId: 'a',
  traceId: 't1',
  traceName: 'One',
  taskName: 'parse',
  method: 'parse',
  workerIndex: 0,
  queueWaitMs: 10,
  runMs: 20,
  status: 'ok',
  start: 0,
  duration: 32,
}

describe('toSpanRecord', () => {
  it('reads a span measure and nothing else', () => {
    const detail = {
      spanId: 'ab',
      traceId: 'cd',
      taskName: 'parse',
      method: 'parse',
      workerIndex: 1,
      runMs: 3,
    }
    expect(toSpanRecord(entry('atelier:span:ab', detail))).toMatchObject({
      ...detail,
      queueWaitMs: 0,
      status: 'ok',
    })
    expect(toSpanRecord(entry('atelier:trace:cd', detail))).toBeUndefined()
    expect(toSpanRecord(entry('someone-elses', null))).toBeUndefined()
  })

  it('survives a measure without details', () => {
    expect(toSpanRecord(entry('atelier:span:ab', null))).toMatchObject({ spanId: 'ab', taskName: 'unnamed' })
  })
})

describe('percentile', () => {
  it('is the smallest value that the share of all values does not exceed', () => {
    const values = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 1 })
    fc.assert(
      fc.property(values, fc.double({ min: 0.01, max: 1, noNaN: true }), (numbers, share) => {
        const sorted = numbers.toSorted((a, b) => a - b)
        const value = percentile(sorted, share)
        const atMost = sorted.filter((other) => other <= value).length
        const below = sorted.filter((other) => other < value).length
        expect(atMost / sorted.length).toBeGreaterThanOrEqual(share - 1e-9)
        expect(below / sorted.length).toBeLessThan(share + 1e-9)
      }),
    )
    expect(percentile([], 0.5)).toBe(0)
  })
})

describe('statistics', () => {
  const spans: SpanRecord[] = [
    base,
    { ...base, spanId: 'b', start: 40, duration: 60, runMs: 50, workerIndex: 1 },
    { ...base, spanId: 'c', taskName: 'index', traceId: 't2', traceName: 'Two', status: 'error', start: 100 },
    {
      ...base,
      spanId: 'd',
      traceId: undefined,
      traceName: undefined,
      workerIndex: undefined,
      status: 'canceled',
    },
  ]

  it('count spans and failures per task; run times are those of calls that succeeded', () => {
    expect(statsByTask(spans)).toEqual([
      { taskName: 'parse', spans: 3, failures: 0, p50: 32, p95: 60, runP50: 20, runP95: 50 },
      { taskName: 'index', spans: 1, failures: 1, p50: 32, p95: 32, runP50: 0, runP95: 0 },
    ])
  })

  it('give each worker the share of the time in which it ran something', () => {
    expect(statsByWorker(spans, 100)).toEqual([
      { taskName: 'index', index: 0, calls: 1, busyShare: 0.2 },
      { taskName: 'parse', index: 0, calls: 1, busyShare: 0.2 },
      { taskName: 'parse', index: 1, calls: 1, busyShare: 0.5 },
    ])
  })

  it('sum up what a trace waited and ran, and rank by either', () => {
    const traces = statsByTrace(spans)
    expect(traces).toEqual([
      { traceId: 't1', name: 'One', totalMs: 100, waitedMs: 20, ranMs: 70 },
      { traceId: 't2', name: 'Two', totalMs: 32, waitedMs: 10, ranMs: 20 },
    ])
    expect(largest(traces, 'ranMs', 1).map(({ name }) => name)).toEqual(['One'])
  })

  it('leave out a trace that was canceled: it is not slow, it was stopped', () => {
    expect(statsByTrace([base, { ...base, spanId: 'e', status: 'canceled' }])).toEqual([])
  })

  it('measure the time in which anything was open, not the pauses between', () => {
    const at = (start: number, duration: number): SpanRecord => ({ ...base, start, duration })
    expect(wallOf([])).toBe(0)
    expect(wallOf([at(0, 10), at(5, 10), at(1000, 5), at(1001, 1)])).toBe(20)
  })
})

describe('words for people', () => {
  it.each([
    ['1862_abraham_lincoln_r.txt', '1862 Abraham Lincoln', 'Republican'],
    ['1869_ulysses_s_grant_r.txt', '1869 Ulysses S. Grant', 'Republican'],
    ['1897_william_mc_kinley_r.txt', '1897 William McKinley', 'Republican'],
    ['1790_george_washington_n.txt', '1790 George Washington', 'No party'],
    ['1801_thomas_jefferson_dr.txt', '1801 Thomas Jefferson', 'Democratic-Republican'],
  ])('names %s', (fileName, title, party) => expect(addressName(fileName)).toEqual({ title, party }))

  it('say why a document failed, by what kind of error it was', () => {
    expect(failureReason(new DOMException('…', 'NotFoundError'))).toMatch(/^The file is gone/)
    expect(failureReason(new DOMException('…', 'NotReadableError'))).toMatch(/^The file cannot be read/)
    expect(failureReason(new Error('As it is.'))).toBe('As it is.')
    expect(failureReason('odd')).toBe('odd')
    expect([new DOMException('', 'AbortError'), new Error('x'), undefined].map(isCancel)).toEqual([
      true,
      false,
      false,
    ])
  })

  it('write numbers as short as they can be compared', () => {
    expect([0.42, 9.96, 38.4, 994, 999, 12_345].map(formatMs)).toEqual([
      '0.4 ms',
      '10 ms',
      '38 ms',
      '994 ms',
      '1.00 s',
      '12.3 s',
    ])
    expect([0, 0.001, 0.5, 1].map(formatPercent)).toEqual(['0 %', '< 1 %', '50 %', '100 %'])
    expect([plural(1, 'call'), plural(2000, 'call'), plural(2, 'search', 'searches')]).toEqual([
      '1 call',
      '2,000 calls',
      '2 searches',
    ])
  })
})

function entry(name: string, detail: unknown): PerformanceEntry {
  return { name, startTime: 1, duration: 2, entryType: 'measure', detail } as unknown as PerformanceEntry
}
