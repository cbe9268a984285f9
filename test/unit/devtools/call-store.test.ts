/** The columns of a recording against a list of objects, its bounds, and what 20,000 calls take. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CallOrder } from '../../../devtools/recorder/call-order.ts'
import { CallStore } from '../../../devtools/recorder/call-store.ts'
import { StringTable } from '../../../devtools/recorder/string-table.ts'
import type { CallEvent, SpanEvent } from '../../../src/index.ts'

const hex = (number: number, digits: number): string => number.toString(16).padStart(digits, '0')

const step = (
  number: number,
  phase: CallEvent['phase'],
  time: number,
  more: Partial<CallEvent> = {},
): CallEvent => ({
  kind: 'call',
  phase,
  callId: `call-${number}`,
  taskId: `task-${number % 3}`,
  taskName: undefined,
  taskType: 'parallel',
  method: `method-${number % 5}`,
  key: number % 2 === 0 ? undefined : `key-${number}`,
  traceId: hex(number + 1, 32),
  spanId: hex(number + 1, 16),
  parentSpanId: number % 3 === 0 ? undefined : hex(number, 16),
  attempt: 0,
  time,
  ...more,
})

const span = (number: number, endTime: number, more: Partial<SpanEvent> = {}): SpanEvent => {
  const { kind: _, phase: __, time, attempt, ...labels } = step(number, 'settled', endTime)
  return {
    ...labels,
    kind: 'span',
    name: 'atelier.task',
    startTime: time,
    endTime,
    attemptCount: attempt,
    status: 'ok',
    outcome: 'success',
    ...more,
  }
}

const rowsOf = (store: CallStore) =>
  Array.from({ length: store.length }, (_, rank) => store.rowAt(store.slotAt(rank)))

describe('a store of calls', () => {
  it('keeps of a call what its steps and its span tell', () => {
    const store = new CallStore(4)
    store.step(1, step(7, 'created', 10, { taskName: 'Seven', traceName: 'doc' }))
    store.step(1, step(7, 'admitted', 11))
    store.step(1, step(7, 'sent', 12, { workerIndex: 2 }))
    expect(rowsOf(store)).toMatchObject([{ status: 'pending', sentTime: 12, workerIndex: 2 }])
    store.step(1, step(7, 'started', 13, { workerIndex: 2, attempt: 1 }))
    expect(rowsOf(store)).toMatchObject([{ status: 'running', attempt: 1 }])
    store.step(1, step(7, 'settled', 20, { workerIndex: 2, attempt: 1, outcome: 'failure' }))
    store.finish(
      1,
      span(7, 20, {
        outcome: 'failure',
        error: 'no',
        errorType: 'Error',
        admittedTime: 11,
        runStartTime: 14,
        runMs: 5,
        workerIndex: 2,
        attemptCount: 1,
        attributes: { size: 3 },
      }),
    )
    expect(rowsOf(store)).toEqual([
      {
        row: 1,
        runtimeId: 1,
        callId: 'call-7',
        taskId: 'task-1',
        taskName: 'Seven',
        method: 'method-2',
        key: 'key-7',
        traceId: hex(8, 32),
        traceName: 'doc',
        spanId: hex(8, 16),
        parentSpanId: hex(7, 16),
        status: 'failed',
        createdTime: 10,
        admittedTime: 11,
        sentTime: 12,
        startedTime: 14,
        runEndTime: 19,
        settledTime: 20,
        workerIndex: 2,
        attempt: 1,
        errorType: 'Error',
        error: 'no',
        attributes: { size: 3 },
      },
    ])
    expect(store.slotsOfTrace(hex(8, 32))).toEqual([store.slotAt(0)])
    expect(store.slotsOfTrace(hex(9, 32))).toEqual([])
  })

  it('never drops a call that is open while one that is over is there', () => {
    const store = new CallStore(3)
    for (let number = 1; number <= 10; number++) {
      store.step(1, step(number, 'created', number))
      if (number !== 1) {
        store.step(1, step(number, 'settled', number + 0.5, { outcome: 'success' }))
        store.finish(1, span(number, number + 0.5))
      }
    }
    expect(rowsOf(store).map(({ callId }) => callId)).toEqual(['call-1', 'call-9', 'call-10'])
    expect(store.openSlots().map((slot) => store.rowAt(slot).callId)).toEqual(['call-1'])
    expect(store.dropped).toBe(7)
  })

  it('is what a list of the same calls is, whatever happens in whatever order', () => {
    const actions = fc.array(
      fc.record({
        kind: fc.constantFrom('make', 'settle', 'clear', 'late'),
        which: fc.nat(30),
        by: fc.nat(5),
      }),
      { maxLength: 120 },
    )
    fc.assert(
      fc.property(actions, fc.integer({ min: 1, max: 8 }), (program, capacity) => {
        const store = new CallStore(capacity)
        const model: { number: number; created: number; isOpen: boolean; isOver: boolean }[] = []
        /** The oldest that is over goes; those that were passed over are older than all that come. */
        const evict = () => {
          const over = model.findIndex(({ isOpen }) => !isOpen)
          for (const call of over < 0 ? model : model.slice(0, over)) call.isOver = true
          model.splice(Math.max(0, over), 1)
        }
        let dropped = 0
        let time = 100
        let last = 0
        for (const { kind, which, by } of program) {
          time += by
          if (kind === 'make' || kind === 'late') {
            const number = ++last
            const created = kind === 'late' ? time - which : time
            if (model.length === capacity) {
              evict()
              dropped++
            }
            store.step(2, step(number, 'created', created))
            const before = model.findLastIndex((call) => call.isOver || call.created <= created)
            model.splice(before + 1, 0, { number, created, isOpen: true, isOver: false })
          } else if (kind === 'settle') {
            const call = model[which % Math.max(1, model.length)]
            if (call === undefined || !call.isOpen) continue
            call.isOpen = false
            store.step(2, step(call.number, 'settled', time, { outcome: 'canceled' }))
            store.finish(2, span(call.number, time, { outcome: 'canceled' }))
          } else {
            while (model.some(({ isOpen }) => !isOpen)) evict()
            store.clear()
            dropped = 0
          }
          const rows = rowsOf(store)
          expect(rows.map(({ callId }) => callId)).toEqual(model.map(({ number }) => `call-${number}`))
          for (const row of rows) {
            const call = model.find(({ number }) => row.callId === `call-${number}`)
            expect([row.createdTime, row.settledTime === undefined]).toEqual([call?.created, call?.isOpen])
            expect(row.key).toBe(step(call?.number ?? 0, 'created', 0).key)
            expect(row.traceId).toBe(hex((call?.number ?? 0) + 1, 32))
            const slot = store.slotOfRow(row.row)
            expect(slot !== undefined && store.rowAt(slot)).toEqual(row)
          }
          expect(store.dropped).toBe(dropped)
          expect(store.openSlots()).toHaveLength(model.filter(({ isOpen }) => isOpen).length)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('takes less than 25 MB for 20,000 calls, and as many strings as are in use', () => {
    const store = new CallStore(20_000)
    expect(store.byteLength).toBeLessThan(25 * 2 ** 20)
    expect(store.byteLength).toBeLessThan(4 * 2 ** 20)
    const strings = new StringTable()
    for (let round = 0; round < 1_000; round++) strings.release(strings.take(`key-${round}`))
    const kept = strings.take('kept')
    expect([strings.size, strings.textOf(kept), strings.take('kept') === kept]).toEqual([1, 'kept', true])
    strings.release(kept)
    expect(strings.textOf(kept)).toBe('kept')
    strings.release(kept)
    expect([strings.size, strings.textOf(kept)]).toEqual([0, undefined])
  })
})

describe('the order of calls', () => {
  it('is that of their making, also for one that is told of late', () => {
    const order = new CallOrder(4)
    const made = [5, 1, 3, 2]
    for (const slot of made.keys()) order.add(slot, (other) => (made[slot] ?? 0) < (made[other] ?? 0))
    expect(Array.from({ length: 4 }, (_, rank) => made[order.slotAt(rank)])).toEqual([1, 2, 3, 5])
  })
})
