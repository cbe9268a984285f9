/** The timeline without its canvas: which lanes there are, which calls are in them, what is at a place, what the minimap sums up. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { densityOf } from '../../../devtools/model/density.ts'
import { queueColumns, queueSeries } from '../../../devtools/model/queue-series.ts'
import { linear } from '../../../devtools/model/time-scale.ts'
import { contentsOf, sessionOf, stillOf } from '../../../devtools/model/still-session.ts'
import type { CallRow, DevtoolsSession, WorkerRow } from '../../../devtools/model/types.ts'
import { hitIn, wordsOf } from '../../../devtools/timeline/hits.ts'
import { callsByLane, ofWorker } from '../../../devtools/timeline/lane-calls.ts'
import { foldKeyOf, heightOf, lanesOf } from '../../../devtools/timeline/lanes.ts'
import { Minimap } from '../../../devtools/timeline/minimap.ts'
import { call, columnsOf, ran, task, worker } from './rows.ts'

const frame = {
  startTime: 40,
  durationMs: 60,
  blockingMs: 10,
  source: 'long-animation-frame' as const,
  scripts: [{ invoker: 'Worker.onmessage', source: '', startTime: 50, durationMs: 30, layoutMs: 0 }],
}
const interaction = {
  name: 'click',
  startTime: 45,
  durationMs: 56,
  processingStart: 60,
  processingEnd: 61,
  target: 'button#save',
}

function session(calls: readonly CallRow[], more: Partial<DevtoolsSession> = {}): DevtoolsSession {
  const tasks = [task(), task({ taskId: 'index', maxInFlight: 2, workerLimit: 2 })]
  const workers = [worker(), worker({ taskId: 'index' }), worker({ taskId: 'index', workerIndex: 1 })]
  const file = {
    ...{ format: 'atelier-session' as const, version: 1 as const, startTime: 0, endTime: 200, timeOrigin: 0 },
    ...{
      droppedCalls: 0,
      earlierCalls: 0,
      runtimes: [],
      spans: [],
      roots: [],
      progress: [],
      hidden: [],
      events: [],
    },
    ...{ tasks, workers, calls, frames: [frame], interactions: [interaction] },
  }
  return { ...sessionOf(file), ...more }
}

describe('lanes', () => {
  it('are the main thread, and each task with its queue and its workers; a folded task is one of them', () => {
    const shown = session([])
    const labels = (folded: readonly string[]) =>
      lanesOf(shown, undefined, new Set(folded)).map(({ label }) => label)
    expect(labels([])).toEqual(['Main thread', '▾ parse', 'parse #0', '▾ index', 'index #0', 'index #1'])
    const folded = foldKeyOf(task({ taskId: 'index' }))
    expect(labels([folded])).toEqual(['Main thread', '▾ parse', 'parse #0', '▸ index'])
    expect(lanesOf(shown, 2, new Set())).toHaveLength(1)
    const heights = [[], [folded]].map((keys) => heightOf(lanesOf(shown, undefined, new Set(keys))))
    expect(heights[1]).toBeLessThan(heights[0] ?? 0)
  })

  it('say of a worker that it is slowed down, in front of its name, as long as it lives', () => {
    const labelsOf = (more: Partial<WorkerRow>) =>
      lanesOf(
        session([], { workers: () => [worker({ slowdown: 4, ...more })] }),
        undefined,
        new Set(),
      ).flatMap((lane) => (lane.kind === 'worker' ? [lane.label] : []))
    expect(labelsOf({})).toEqual(['◷×4 parse #0'])
    expect(labelsOf({ endTime: 9, end: 'crash' })).toEqual(['parse #0'])
  })

  it('have the calls of their task alone, in the order of their making, with the same queue and density', () => {
    const calls = fc.array(
      fc
        .tuple(fc.nat(100), fc.nat(40), fc.nat(40), fc.nat(2), fc.boolean())
        .map(([created, wait, run, workerIndex, isIndex]) =>
          ran(created, created + wait, created + wait + run, {
            workerIndex,
            taskId: isIndex ? 'index' : 'parse',
          }),
        ),
      { maxLength: 40 },
    )
    fc.assert(
      fc.property(calls, (rows) => {
        const columns = columnsOf(rows)
        const range = { start: 20, end: 120 }
        const byLane = callsByLane(columns, range)
        for (const lane of columns.lanes.keys()) {
          const own = byLane.get(lane) ?? { ...columns, length: 0 }
          expect(queueSeries(own, lane, range)).toEqual(queueSeries(columns, lane, range))
          const of = { lane, workerIndex: 1 }
          expect(densityOf(own, of, range, 20, 200)).toEqual(densityOf(columns, of, range, 20, 200))
          for (const slot of ofWorker(own, 1)) expect(columns.worker[slot]).toBe(1)
        }
      }),
    )
  })
})

describe('a queue in columns', () => {
  it('is what the queue is in the middle of each', () => {
    const calls = fc.array(
      fc.tuple(fc.nat(100), fc.nat(30), fc.nat(30), fc.nat(30)).map(([created, blocked, wait, run]) =>
        ran(created, created + blocked + wait, created + blocked + wait + run, {
          admittedTime: created + blocked,
        }),
      ),
      { maxLength: 40 },
    )
    fc.assert(
      fc.property(calls, fc.integer({ min: 1, max: 60 }), (rows, count) => {
        const columns = columnsOf(rows)
        const range = { start: 20.25, end: 120.75 }
        const width = (range.end - range.start) / count
        const exact = queueSeries(columns, 0, range)
        const series = queueColumns(columns, 0, range, count)
        expect(series).toHaveLength(count)
        for (const [column, { blocked, pending }] of series.entries()) {
          const middle = range.start + (column + 0.5) * width
          const { time: _, ...expected } = exact.findLast(({ time }) => time <= middle) ?? { time: 0 }
          // At the very moment of a change either is right.
          if (
            !rows.some((row) =>
              [row.createdTime, row.admittedTime, row.startedTime].some(
                (time) => Math.abs((time ?? 0) - middle) < 1e-9,
              ),
            )
          )
            expect({ blocked, pending }).toEqual(expected)
        }
      }),
    )
  })
})

describe('a place of the timeline', () => {
  const running = call({ createdTime: 10, startedTime: 20, status: 'running', workerIndex: 0, key: 'a.png' })
  const shown = session([ran(0, 5, 15, { workerIndex: 0 }), running])
  const lanes = lanesOf(shown, undefined, new Set())
  const laneOf = (label: string) => lanes.find((lane) => lane.label === label) ?? lanes[0]!
  const at = (label: string, time: number, y = 4) =>
    hitIn(shown, laneOf(label), { start: time - 1, end: time + 1 }, y)

  it('has the call that runs there, an open one until now', () => {
    expect(at('parse #0', 10)).toMatchObject({ kind: 'call', call: { runEndTime: 15 } })
    expect(at('parse #0', 199)).toMatchObject({ kind: 'call', call: { row: running.row } })
    expect(at('parse #0', 17.5)).toBeUndefined()
    expect(at('index #0', 10)).toBeUndefined()
    expect(at('▾ parse', 10)).toBeUndefined()
  })

  it('has the long frame, and below it the interaction; each says what it is', () => {
    const words = [at('Main thread', 50), at('Main thread', 50, 14), at('parse #0', 199)].map((hit) =>
      hit === undefined ? '' : wordsOf(hit, 210),
    )
    expect(words).toEqual([
      'Long frame 60 ms, blocked for 10 ms\nWorker.onmessage 30 ms',
      'click on button#save: 56 ms until the next paint',
      'parse.process(a.png): running, 200 ms',
    ])
    expect(at('Main thread', 150)).toBeUndefined()
  })
})

describe('the minimap', () => {
  it('sums up what the shown lanes ran, and stays for half a second unless something else than time asks for another', () => {
    const columns = columnsOf([ran(0, 0, 50), ran(0, 50, 100, { taskId: 'index' })])
    const minimap = new Minimap()
    const whole = { start: 0, end: 100 }
    minimap.update(columns, linear(whole, 4), 4, () => true, 100, 'a')
    expect([...minimap.busy]).toEqual([1, 1, 1, 1])
    minimap.update(columns, linear(whole, 4), 4, (lane) => lane === 0, 100, 'a')
    expect([...minimap.busy]).toEqual([1, 1, 1, 1])
    minimap.update(columns, linear(whole, 4), 4, (lane) => lane === 0, 100, 'b')
    expect([...minimap.busy]).toEqual([1, 1, 0, 0])
  })
})

describe('a session that stands still', () => {
  it('keeps what was there when more is recorded, and what can be asked of the page', () => {
    const frames = [frame]
    const actions = { abort: () => true } as unknown as NonNullable<DevtoolsSession['actions']>
    const live = session([ran(0, 5, 15)], { isLive: true, frames: () => frames, actions })
    const still = stillOf(live)
    frames.push({ ...frame, startTime: 300 })
    expect(still.frames()).toHaveLength(1)
    expect(contentsOf(live).frames).toHaveLength(2)
    expect({ isLive: still.isLive, now: still.now(), actions: still.actions }).toEqual({
      isLive: true,
      now: 200,
      actions,
    })
    expect(session([call({ status: 'pending' }), ran(0, 1, 2)]).openCount).toBe(1)
  })
})
