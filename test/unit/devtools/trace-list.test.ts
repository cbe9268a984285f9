/** The list of traces against a look at each call: also while calls come, settle and make room, and whatever of it is on the screen. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CallRow, RootRow } from '../../../devtools/model/types.ts'
import { summaryOf } from '../../../devtools/model/traces.ts'
import { columnsOf as sortedColumns } from '../../../devtools/model/columns.ts'
import { TraceList, type TraceSource } from '../../../devtools/panel/trace-list.ts'
import { CallStore } from '../../../devtools/recorder/call-store.ts'
import type { CallEvent, SpanEvent } from '../../../src/index.ts'
import { ran } from './rows.ts'

const hex = (number: number, digits: number) => number.toString(16).padStart(digits, '0')

const step = (number: number, trace: number, phase: CallEvent['phase'], time: number): CallEvent => ({
  kind: 'call',
  phase,
  callId: `call-${number}`,
  taskId: 'parse',
  taskType: 'parallel',
  method: 'process',
  traceId: hex(trace, 32),
  spanId: hex(number, 16),
  attempt: 1,
  time,
})

const span = (number: number, trace: number, start: number, time: number): SpanEvent => {
  const { kind: _, phase: __, time: ___, attempt, ...labels } = step(number, trace, 'settled', time)
  const times = { startTime: start, endTime: time, runStartTime: start, runMs: time - start }
  const outcome = number % 3 === 0 ? 'failure' : 'success'
  return {
    ...{ ...labels, ...times, outcome, kind: 'span', name: 'atelier.task', attemptCount: attempt },
    status: outcome === 'success' ? 'ok' : 'error',
  } as const
}

/** What a look at each call says, in an order that ties do not change. */
function expected(calls: readonly CallRow[], roots: readonly RootRow[], now: number) {
  const ids = [...new Set(calls.map(({ traceId }) => traceId))]
  return sorted(
    ids.map((id) =>
      summaryOf(
        calls.filter(({ traceId }) => traceId === id),
        roots.find(({ traceId }) => traceId === id),
        now,
      ),
    ),
  )
}

const sorted = <Summary extends { readonly totalMs: number; readonly traceId: string }>(
  all: readonly Summary[],
) => [...all].sort((a, b) => b.totalMs - a.totalMs || a.traceId.localeCompare(b.traceId))

const sourceOf = (calls: readonly CallRow[]): TraceSource => {
  const { columns, sorted: rows } = sortedColumns(calls)
  return { version: 0, openCount: 0, columns, callAt: (slot) => rows[slot] as CallRow, roots: () => [] }
}

describe('the list of traces', () => {
  const steps = fc.array(
    fc.oneof(
      fc.record({ kind: fc.constant('call' as const), trace: fc.integer({ min: 1, max: 5 }) }),
      fc.record({ kind: fc.constant('settle' as const), which: fc.nat(20) }),
      fc.record({ kind: fc.constant('root' as const), trace: fc.integer({ min: 1, max: 5 }) }),
    ),
    { maxLength: 40 },
  )

  it('is that of a look at each call, after each step of a recording', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const store = new CallStore(8)
        const roots: RootRow[] = []
        const open: [number: number, trace: number, start: number][] = []
        let version = 0
        const list = new TraceList({
          get version() {
            return version
          },
          get openCount() {
            return store.openCount
          },
          columns: store,
          callAt: (slot) => store.rowAt(slot),
          roots: () => roots,
        })
        for (const [index, each] of all.entries()) {
          const now = 10 * (index + 1)
          version++
          if (each.kind === 'call') {
            store.step(1, step(index, each.trace, 'created', now))
            store.step(1, step(index, each.trace, 'started', now))
            open.push([index, each.trace, now])
          } else if (each.kind === 'settle') {
            const [call] = open.splice(each.which % Math.max(1, open.length), 1)
            if (call) store.finish(1, span(...call, now))
          } else if (!roots.some(({ traceId }) => traceId === hex(each.trace, 32))) {
            const traceId = hex(each.trace, 32)
            roots.push({
              runtimeId: 1,
              traceId,
              spanId: 'f',
              name: traceId,
              startTime: now - 15,
              endTime: now,
            })
          }
          const calls = Array.from({ length: store.length }, (_, rank) => store.rowAt(store.slotAt(rank)))
          const { rows, total, listed } = list.windowOf(
            { firstRow: 0, rowCount: 40, traceId: undefined },
            undefined,
            now + 5,
          )
          expect(sorted(rows)).toEqual(expected(calls, roots, now + 5))
          expect([total, listed]).toEqual([rows.length, rows.length])
          expect(rows.map(({ totalMs }) => totalMs)).toEqual(
            rows.map(({ totalMs }) => totalMs).toSorted((a, b) => b - a),
          )
        }
      }),
      { numRuns: 300 },
    )
  })

  it('holds the 500 slowest, gives of them what is on the screen, and knows the next', () => {
    const calls = Array.from({ length: 600 }, (_, index) =>
      ran(index, index, index + 1 + ((index * 7) % 600), { traceId: hex(index + 1, 32) }),
    )
    const list = new TraceList(sourceOf(calls))
    const at = (firstRow: number, traceId?: string) =>
      list.windowOf({ firstRow, rowCount: 3, traceId }, undefined, 2_000)
    expect(at(0)).toMatchObject({ total: 600, listed: 500, first: 0, next: undefined })
    expect(at(0).rows.map(({ totalMs }) => totalMs)).toEqual([600, 599, 598])
    expect(at(100).rows.map(({ totalMs }) => totalMs)).toEqual([500, 499, 498])
    // A list that has become shorter is shown to its end.
    expect(at(10_000)).toMatchObject({
      first: 497,
      rows: [{ totalMs: 103 }, { totalMs: 102 }, { totalMs: 101 }],
    })
    const [first, second] = at(0).rows
    expect(at(0, first?.traceId).next).toBe(second?.traceId)
    expect(at(0, at(10_000).rows.at(-1)?.traceId).next).toBeUndefined()
  })

  it('is that of one runtime where one is chosen', () => {
    const calls = [ran(0, 1, 5), ran(0, 1, 9, { runtimeId: 2, traceId: 'b'.repeat(32) })]
    const list = new TraceList(sourceOf(calls))
    const of = (runtimeId: number | undefined) =>
      list
        .windowOf({ firstRow: 0, rowCount: 9, traceId: undefined }, runtimeId, 20)
        .rows.map(({ totalMs }) => totalMs)
    expect([of(undefined), of(1), of(2)]).toEqual([[9, 5], [5], [9]])
  })

  it('walks the path of a trace with 20,000 calls one after the other', () => {
    const calls = Array.from({ length: 20_000 }, (_, index) => ran(index, index, index + 1))
    expect(summaryOf(calls, undefined, 30_000)).toMatchObject({ ranMs: 20_000, pageMs: 0, calls: 20_000 })
  })
})
