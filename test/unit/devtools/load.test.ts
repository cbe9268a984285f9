/** What the model says of load: ranges, density, queues, utilisation, the verdict. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { densityOf } from '../../../devtools/model/density.ts'
import { queueSeries, waitingTimes } from '../../../devtools/model/queue-series.ts'
import { eachOverlapping, madeBy } from '../../../devtools/model/ranges.ts'
import { noteOwnWork, withoutOwnWork } from '../../../devtools/recorder/own-work.ts'
import type { CallRow, FrameRow } from '../../../devtools/model/types.ts'
import { intersect, lengthOf, subtract, union, utilisationOf } from '../../../devtools/model/utilisation.ts'
import { verdictOf, type VerdictFacts } from '../../../devtools/model/verdict.ts'
import { call, columnsOf, ran, task, worker } from './rows.ts'

const timesOfCalls = fc.array(
  fc
    .tuple(fc.nat(100), fc.nat(30), fc.nat(30), fc.nat(2), fc.boolean())
    .map(
      ([created, wait, run, workerIndex, isOpen]): CallRow =>
        isOpen
          ? call({ createdTime: created, startedTime: created + wait, status: 'running', workerIndex })
          : ran(created, created + wait, created + wait + run, { workerIndex }),
    ),
  { maxLength: 40 },
)

describe('calls in a range', () => {
  it('are those that a look at each of them finds', () => {
    fc.assert(
      fc.property(timesOfCalls, fc.nat(120), fc.nat(40), (calls, start, length) => {
        const columns = columnsOf(calls)
        const range = { start, end: start + length }
        const found: number[] = []
        eachOverlapping(columns, range, (slot) => found.push(slot))
        const expected = Array.from({ length: columns.length }, (_, slot) => slot).filter(
          (slot) =>
            (columns.created[slot] ?? 0) <= range.end && !((columns.settled[slot] ?? 0) < range.start),
        )
        expect(found).toEqual(expected)
        expect(madeBy(columns, start)).toBe(calls.filter(({ createdTime }) => createdTime <= start).length)
      }),
    )
  })
})

describe('density', () => {
  it('adds up to what the calls have run in the range', () => {
    fc.assert(
      fc.property(timesOfCalls, fc.integer({ min: 1, max: 50 }), (calls, count) => {
        const range = { start: 20, end: 90 }
        const now = 150
        const slots = 1_000
        const density = densityOf(columnsOf(calls), { lane: 0, slots }, range, count, now)
        const width = (range.end - range.start) / count
        const busy = density.reduce((sum, column) => sum + column.busy * width * slots, 0)
        const expected = calls.reduce((sum, each) => {
          const end = each.runEndTime ?? now
          return sum + Math.max(0, Math.min(end, range.end) - Math.max(each.startedTime ?? end, range.start))
        }, 0)
        expect(busy).toBeCloseTo(expected, 6)
      }),
    )
  })

  it('is that of one worker where it is asked for, counts failures where they end, and never exceeds 1', () => {
    const calls = [
      ran(0, 10, 30, { workerIndex: 0 }),
      ran(0, 10, 30, { workerIndex: 0 }),
      ran(0, 20, 40, { workerIndex: 1, status: 'failed' }),
      ran(0, 10, 30, { taskId: 'other' }),
    ]
    const columns = columnsOf(calls)
    const range = { start: 0, end: 40 }
    expect(densityOf(columns, { lane: 0, workerIndex: 0 }, range, 4, 40)).toEqual([
      { busy: 0, calls: 0, failed: 0 },
      { busy: 1, calls: 2, failed: 0 },
      { busy: 1, calls: 2, failed: 0 },
      { busy: 0, calls: 0, failed: 0 },
    ])
    expect(densityOf(columns, { lane: 0, workerIndex: 1 }, range, 2, 40)).toEqual([
      { busy: 0, calls: 0, failed: 0 },
      { busy: 1, calls: 1, failed: 1 },
    ])
    expect(densityOf(columns, { lane: 0 }, { start: 5, end: 5 }, 4, 40)).toEqual([])
  })
})

describe('the queue', () => {
  it('is a step at each change, blocked apart from pending', () => {
    const columns = columnsOf([
      ran(0, 10, 20),
      ran(5, 20, 30, { admittedTime: 10 }),
      call({ createdTime: 6, admittedTime: undefined, status: 'blocked' }),
      ran(0, 5, 9, { taskId: 'other' }),
    ])
    const lane = columns.lanes.findIndex(({ taskId }) => taskId === 'parse')
    const series = queueSeries(columns, lane, { start: 0, end: 40 })
    expect(series).toEqual([
      { time: 0, blocked: 0, pending: 1 },
      { time: 5, blocked: 1, pending: 1 },
      { time: 6, blocked: 2, pending: 1 },
      { time: 10, blocked: 1, pending: 1 },
      { time: 20, blocked: 1, pending: 0 },
    ])
    expect(waitingTimes(series, 40)).toEqual([{ start: 0, end: 40 }])
    expect(queueSeries(columns, lane, { start: 15, end: 18 })).toEqual([{ time: 15, blocked: 1, pending: 1 }])
  })

  it('holds at each time what a look at each call finds', () => {
    fc.assert(
      fc.property(timesOfCalls, fc.nat(150), (calls, time) => {
        const series = queueSeries(columnsOf(calls), 0, { start: 0, end: 200 })
        const point = series.findLast((each) => each.time <= time)
        const waiting = calls.filter(
          (each) => each.createdTime <= time && (each.startedTime ?? Number.POSITIVE_INFINITY) > time,
        )
        expect((point?.blocked ?? 0) + (point?.pending ?? 0)).toBe(waiting.length)
      }),
    )
  })
})

describe('ranges', () => {
  const ranges = fc.array(
    fc.tuple(fc.nat(40), fc.nat(10)).map(([start, length]) => ({ start, end: start + length })),
    { maxLength: 8 },
  )
  const covers = (all: readonly { start: number; end: number }[], time: number) =>
    all.some(({ start, end }) => time > start && time < end)

  it('joined, subtracted and intersected hold the times that they should', () => {
    fc.assert(
      fc.property(ranges, ranges, fc.nat(55), (ones, others, whole) => {
        const time = whole + 0.5
        expect(covers(union(ones), time)).toBe(covers(ones, time))
        expect(covers(subtract(ones, union(others)), time)).toBe(covers(ones, time) && !covers(others, time))
        expect(covers(intersect(union(ones), union(others)), time)).toBe(
          covers(ones, time) && covers(others, time),
        )
        expect(lengthOf(union(ones))).toBe(
          lengthOf(subtract(ones, union(others))) + lengthOf(intersect(union(ones), union(others))),
        )
      }),
    )
  })
})

describe('utilisation', () => {
  it('tells busy from starting, idle, and idle while calls waited', () => {
    const columns = columnsOf([ran(0, 10, 20), ran(0, 30, 40)])
    const workers = [
      worker({ readyTime: 10 }),
      worker({ workerIndex: 1, spawnTime: 50, readyTime: undefined }),
    ]
    expect(
      utilisationOf(columns, workers, { runtimeId: 1, taskId: 'parse' }, { start: 0, end: 60 }, 60),
    ).toEqual([
      {
        workerIndex: 0,
        busyMs: 20,
        startingMs: 10,
        idleMs: 30,
        idleWhileWaitingMs: 10,
        idleWhileWaiting: [{ start: 20, end: 30 }],
      },
      {
        workerIndex: 1,
        busyMs: 0,
        startingMs: 10,
        idleMs: 0,
        idleWhileWaitingMs: 0,
        idleWhileWaiting: [],
      },
    ])
  })

  it('knows a worker of a task that was never called', () => {
    const all = utilisationOf(
      columnsOf([]),
      [worker()],
      { runtimeId: 1, taskId: 'parse' },
      { start: 0, end: 10 },
      10,
    )
    expect(all).toMatchObject([{ busyMs: 0, idleMs: 10, idleWhileWaitingMs: 0 }])
  })
})

describe('the verdict', () => {
  const now = 20_000
  const facts = (more: Partial<VerdictFacts>): VerdictFacts => ({
    columns: columnsOf([]),
    tasks: [task()],
    workers: [worker()],
    frames: [],
    now,
    ...more,
  })
  const waiting = [
    call({ createdTime: 18_000, status: 'pending', workerIndex: undefined }),
    call({ createdTime: 18_000, status: 'pending', workerIndex: undefined }),
  ]
  const busy = ran(10_000, 10_000, 30_000, {
    status: 'running',
    settledTime: undefined,
    runEndTime: undefined,
  })

  it('is idle without an open call, and healthy with some', () => {
    expect(verdictOf(facts({}))).toMatchObject({ name: 'idle', text: 'No call is open' })
    expect(verdictOf(facts({ tasks: [task({ inFlight: 1, taskName: 'Parse it' })] }))).toEqual({
      name: 'healthy',
      text: '1 call runs, and no queue has been full for a second',
      filter: 'status:open',
      view: 'calls',
      taskIds: ['parse'],
    })
  })

  it('is saturated when a queue has been full for over a second', () => {
    const full = facts({
      columns: columnsOf([busy, ...waiting]),
      tasks: [task({ inFlight: 1, pending: 2, taskName: 'Parse it' })],
    })
    expect(verdictOf(full)).toEqual({
      name: 'saturated',
      text: 'The queue of Parse it has been full for over a second: 2 calls wait',
      filter: 'task:"Parse it" status:pending,blocked',
      view: 'tasks',
      taskIds: ['parse'],
    })
    expect(verdictOf({ ...full, now: 18_900 }).name).toBe('healthy')
    const unbounded = [task({ inFlight: 1, pending: 2, maxQueueDepth: Number.POSITIVE_INFINITY })]
    expect(verdictOf({ ...full, tasks: unbounded }).name).toBe('healthy')
  })

  it('is page-bound when slots are idle while calls wait, and the page is what is busy', () => {
    const frame: FrameRow = {
      startTime: 18_500,
      durationMs: 1_400,
      blockingMs: 1_350,
      source: 'longtask',
      scripts: [],
    }
    const stuck = facts({ columns: columnsOf(waiting), tasks: [task({ pending: 2 })], frames: [frame] })
    expect(verdictOf(stuck)).toMatchObject({
      name: 'page-bound',
      view: 'timeline',
      filter: 'task:parse wait:>100',
    })
    expect(verdictOf(stuck).text).toContain('idle for 2.00 s of the last 10 s')
    expect(verdictOf({ ...stuck, frames: [] }).name).toBe('saturated')
  })

  it('is crashing with two crashes in a minute, and failed when a task is out of service', () => {
    const crash = (endTime: number) => worker({ end: 'crash', endTime })
    const crashes = [crash(10_000), crash(15_000), worker()]
    expect(verdictOf(facts({ workers: crashes }))).toMatchObject({
      name: 'crashing',
      text: '2 crashes in the last minute: parse',
      view: 'events',
    })
    expect(verdictOf(facts({ workers: crashes, now: 71_000 })).name).toBe('idle')
    expect(verdictOf(facts({ workers: crashes, tasks: [task({ status: 'failed' })] }))).toMatchObject({
      name: 'failed',
      filter: 'task:parse status:failed',
      view: 'tasks',
    })
  })
})

describe('a long frame', () => {
  const frame = (startTime: number, durationMs: number): FrameRow => ({
    startTime,
    durationMs,
    blockingMs: durationMs - 50,
    source: 'long-animation-frame',
    scripts: [],
  })

  it('is none where it is long by the work of the panel; else that work is told, and not counted', () => {
    // A turn of the store, and the drawing in it.
    noteOwnWork(1_010, 1_040)
    noteOwnWork(1_020, 1_030)
    noteOwnWork(2_010, 2_040)
    expect(withoutOwnWork(frame(1_000, 70))).toBeNull()
    expect(withoutOwnWork(frame(2_000, 90))).toMatchObject({ durationMs: 90, ownMs: 30, blockingMs: 10 })
    expect(withoutOwnWork(frame(3_000, 90))).toEqual(frame(3_000, 90))
  })
})
