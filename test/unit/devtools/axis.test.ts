/** The axis of the timeline, with idle time folded: times become pixels and come back, whatever the window and the folds. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { densityOf } from '../../../devtools/model/density.ts'
import { idleIn, LEAST_IDLE_MS } from '../../../devtools/model/idle.ts'
import type { CallRow, TimeRange } from '../../../devtools/model/types.ts'
import { Axis, FOLD_PX, lastOf, ticksOf } from '../../../devtools/timeline/axis.ts'
import { wordsOfFolds } from '../../../devtools/timeline/idle-folds.ts'
import { startRecorder } from '../../../devtools/recorder/recorder.ts'
import { call, columnsOf, ran, worker } from './rows.ts'

/** Gaps and folds in turn, from 0 on. */
const folds = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 9_000 }), fc.integer({ min: 1_600, max: 5_000_000 })), {
    maxLength: 12,
  })
  .map((steps) => {
    let end = 0
    return steps.map(([gap, length]): TimeRange => {
      const start = end + gap
      end = start + length
      return { start, end }
    })
  })

/** A window somewhere over them, 300 to 2,000 px wide. */
const axes = fc
  .tuple(
    folds,
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.integer({ min: 1, max: 100_000 }),
    fc.nat(1_700),
  )
  .map(([all, share, length, more]) => {
    const start = share * ((all.at(-1)?.end ?? 0) + 10_000) - 5_000
    return new Axis({ start, end: start + length }, 300 + more, all)
  })

const off = (actual: number, expected: number) => Math.abs(actual - expected)

describe('the axis', () => {
  it('grows with time, fills the window from edge to edge, and leads back to the same time', () => {
    fc.assert(
      fc.property(
        axes,
        fc.array(fc.double({ min: -1, max: 2, noNaN: true }), { maxLength: 20 }),
        (axis, at) => {
          const { range, pixels } = axis
          expect(off(axis.x(range.start), 0)).toBeLessThanOrEqual(1e-6)
          expect(off(axis.x(range.end), pixels)).toBeLessThanOrEqual(1e-3)
          const times = at
            .map((share) => range.start + share * (range.end - range.start))
            .sort((a, b) => a - b)
          for (const [index, time] of times.entries()) {
            const x = axis.x(time)
            expect(off(axis.x(axis.timeAt(x)), x)).toBeLessThanOrEqual(1e-3)
            // In a fold a pixel is a long time: an error of a millionth of one counts.
            expect(off(axis.timeAt(x), time)).toBeLessThanOrEqual(1e-4 + 1e-6 * Math.abs(time))
            const next = times[index + 1]
            expect(axis.x(next ?? time)).toBeGreaterThanOrEqual(x)
            if (next !== undefined && next - time > 1e-2) expect(axis.x(next)).toBeGreaterThan(x)
          }
        },
      ),
      { numRuns: 500 },
    )
  })

  it('has one scale between folds, and folds that are narrow', () => {
    fc.assert(
      fc.property(axes, (axis) => {
        for (const { start, end } of axis.pieces())
          expect(off(axis.x(end) - axis.x(start), (end - start) * axis.scale)).toBeLessThanOrEqual(1e-3)
        for (const { start, end } of axis.folds)
          expect(axis.x(end) - axis.x(start)).toBeLessThanOrEqual(FOLD_PX + 1e-3)
      }),
    )
  })

  it('zooms around a time that stays where it is, and back', () => {
    fc.assert(
      fc.property(axes, fc.double({ min: 0, max: 1, noNaN: true }), (axis, share) => {
        const { pixels, folds: all } = axis
        const anchor = axis.timeAt(share * pixels)
        for (const factor of [0.5, 2]) {
          const window = axis.zoomed(factor, anchor)
          const zoomed = new Axis(window, pixels, all)
          // A window that one fold fills shows what is in the fold.
          if (zoomed.folds.length < all.length) continue
          expect(off(zoomed.x(anchor), share * pixels)).toBeLessThanOrEqual(0.01)
          if (axis.scale / factor < pixels)
            expect(off(zoomed.scale * factor, axis.scale)).toBeLessThanOrEqual(1e-6 * axis.scale)
        }
      }),
      { numRuns: 500 },
    )
  })

  it('pans by pixels: what was at one is at the other', () => {
    fc.assert(
      fc.property(axes, fc.integer({ min: -400, max: 400 }), (axis, by) => {
        const panned = new Axis(axis.panned(by), axis.pixels, axis.folds)
        if (panned.folds.length < axis.folds.length) return
        expect(off(panned.scale, axis.scale)).toBeLessThanOrEqual(1e-6 * axis.scale)
        expect(off(panned.x(axis.timeAt(by + 50)), 50)).toBeLessThanOrEqual(0.01)
      }),
    )
  })

  it('is linear without folds, and in one that fills the window', () => {
    const fold = { start: 100, end: 10_000 }
    for (const axis of [
      new Axis({ start: 0, end: 50 }, 500, []),
      new Axis({ start: 200, end: 250 }, 500, [fold]),
    ]) {
      expect(axis.x(axis.range.start + 10)).toBeCloseTo(100)
      expect(axis.folds).toEqual([])
      expect(axis.pieces()).toEqual([axis.range])
    }
    const folded = new Axis({ start: 0, end: 10_100 }, 500, [fold])
    expect(folded.foldAt(250)).toEqual(fold)
    expect(folded.foldAt(10)).toBeUndefined()
  })

  it('goes back from a time as if folded time had not been', () => {
    const all = [
      { start: 100, end: 1_100 },
      { start: 1_200, end: 5_200 },
    ]
    expect(lastOf(50, 5_230, all)).toEqual({ start: 1_180, end: 5_230 })
    expect(lastOf(150, 5_230, all)).toEqual({ start: 80, end: 5_230 })
    expect(lastOf(20, 5_230, all)).toEqual({ start: 5_210, end: 5_230 })
    expect(lastOf(100, 90, all)).toEqual({ start: -10, end: 90 })
  })

  it('has its round times between the folds alone', () => {
    const axis = new Axis({ start: 0, end: 20_000 }, 900, [{ start: 1_250, end: 18_750 }])
    const ticks = ticksOf(axis, 0)
    expect(ticks).toEqual([0, 500, 1_000, 19_000, 19_500, 20_000])
    expect(ticksOf(new Axis({ start: 0, end: 1_000 }, 900, []), 0)).toEqual(
      Array.from({ length: 11 }, (_, index) => 100 * index),
    )
  })

  it('keeps what calls add up to, in columns of any length', () => {
    const calls = [ran(0, 10, 400), ran(8_000, 8_000, 8_700)]
    const range = { start: 0, end: 9_000 }
    const axis = new Axis(range, 300, [{ start: 600, end: 7_800 }])
    const busy = densityOf(columnsOf(calls), { lane: 0 }, range, 300, 9_000, axis)
    const sum = busy.reduce((total, column) => total + column.busy, 0)
    expect(sum / axis.scale).toBeCloseTo(390 + 700)
  })
})

describe('idle time', () => {
  const session = (calls: readonly CallRow[], more: Partial<Parameters<typeof idleIn>[0]> = {}) => ({
    columns: columnsOf(calls),
    workers: () => [],
    frames: () => [],
    interactions: () => [],
    ...more,
  })
  const idle = (of: ReturnType<typeof session>, end = 20_000) => idleIn(of, { start: 0, end })

  it('is where no call is open for two seconds, with some distance to what happened', () => {
    expect(idle(session([ran(500, 500, 600), ran(6_000, 6_000, 19_000)]))).toEqual([
      { start: 800, end: 5_800 },
    ])
    expect(idle(session([ran(500, 500, 600), ran(600 + LEAST_IDLE_MS - 1, 2_900, 19_000)]))).toEqual([])
    expect(idle(session([]))).toEqual([{ start: 200, end: 19_800 }])
  })

  it('is never where a call is open, however many are over', () => {
    const hung = call({ createdTime: 100, startedTime: 110, status: 'running' })
    expect(idle(session([hung, ran(200, 200, 300), ran(9_000, 9_000, 9_100)]))).toEqual([])
  })

  it('is interrupted by a long frame, an interaction, a start and the end of a worker', () => {
    const calls = [ran(0, 0, 100), ran(12_100, 12_100, 20_000)]
    const frame = {
      startTime: 3_000,
      durationMs: 100,
      blockingMs: 50,
      source: 'longtask',
      scripts: [],
    } as const
    const touch = { name: 'click', startTime: 6_000, durationMs: 48, processingStart: 0, processingEnd: 0 }
    expect(
      idle(
        session(calls, {
          frames: () => [frame],
          interactions: () => [touch],
          workers: () => [
            worker({ endTime: 8_000, end: 'crash' }),
            worker({ spawnTime: 9_000, readyTime: undefined, endTime: 9_500 }),
          ],
        }),
      ),
    ).toEqual([
      { start: 300, end: 2_800 },
      { start: 3_300, end: 5_800 },
      { start: 9_700, end: 11_900 },
    ])
  })

  it('is told of a recording that goes on, too, whose methods need it', () => {
    const recorder = startRecorder({ now: () => 0 })
    try {
      expect(idleIn(recorder.session, { start: 0, end: 9_000 })).toEqual([{ start: 200, end: 8_800 }])
    } finally {
      recorder.stop()
    }
  })

  it('says how much it is', () => {
    expect(wordsOfFolds([])).toBe('')
    expect(wordsOfFolds([{ start: 0, end: 5_000 }])).toBe('1 idle stretch is folded: 5.00 s')
    expect(
      wordsOfFolds([
        { start: 0, end: 5_000 },
        { start: 9_000, end: 69_000 },
      ]),
    ).toBe('2 idle stretches are folded: 1 min 5 s')
  })

  it('holds no call, whatever there is', () => {
    const calls = fc.array(
      fc
        .tuple(fc.nat(60_000), fc.nat(5_000))
        .map(([created, length]) => ran(created, created, created + length)),
      { maxLength: 12 },
    )
    fc.assert(
      fc.property(calls, (all) => {
        for (const { start, end } of idle(session(all), 70_000)) {
          expect(end - start).toBeGreaterThanOrEqual(1_600)
          expect(all.filter((each) => each.createdTime < end && (each.settledTime ?? end) > start)).toEqual(
            [],
          )
        }
      }),
    )
  })
})
