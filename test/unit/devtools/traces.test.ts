/** Traces: the critical path against a walk millisecond by millisecond, the sentence, the waterfall, the cause of a slow interaction. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { criticalPath, treeOf } from '../../../devtools/model/critical-path.ts'
import { phasesOf } from '../../../devtools/model/call-times.ts'
import { formatMs, listed } from '../../../devtools/model/format.ts'
import { type CallSource, causeOf, workIn } from '../../../devtools/model/interactions.ts'
import { summaryOf } from '../../../devtools/model/traces.ts'
import type { CallRow, FrameRow, RootRow, SpanRow } from '../../../devtools/model/types.ts'
import { visibleRows, waterfallOf } from '../../../devtools/model/waterfall.ts'
import { whyOf } from '../../../devtools/model/why.ts'
import { call, columnsOf, ran, task, worker } from './rows.ts'

const root = (startTime: number, endTime: number, more: Partial<RootRow> = {}): RootRow => ({
  runtimeId: 1,
  traceId: 'a'.repeat(32),
  spanId: 'f'.repeat(16),
  name: 'doc:7',
  startTime,
  endTime,
  ...more,
})

const shownPath = (calls: readonly CallRow[], of: RootRow | undefined, now = 1_000) =>
  criticalPath(treeOf(calls, of, now), now).map(({ phase, start, end, call: on }) => [
    on?.method ?? 'page',
    phase,
    start,
    end,
  ])

describe('the phases of a call', () => {
  it('are blocked, pending, running and returning, without those that took no time', () => {
    const whole = call({ createdTime: 0, admittedTime: 5, startedTime: 10, runEndTime: 20, settledTime: 22 })
    expect(phasesOf(whole, 100).map(({ phase, start, end }) => [phase, start, end])).toEqual([
      ['blocked', 0, 5],
      ['pending', 5, 10],
      ['running', 10, 20],
      ['returning', 20, 22],
    ])
    const shared = call({ createdTime: 0, admittedTime: undefined, settledTime: 9 })
    expect(phasesOf(shared, 100).map(({ phase }) => phase)).toEqual(['pending'])
    const blocked = call({ createdTime: 0, admittedTime: undefined, status: 'blocked' })
    expect(phasesOf(blocked, 30)).toEqual([{ phase: 'blocked', start: 0, end: 30 }])
  })
})

describe('the critical path', () => {
  it('goes back over the calls that finished last, with the page in between', () => {
    const calls = [
      ran(10, 20, 40, { method: 'parse' }),
      ran(10, 15, 25, { method: 'beside' }),
      ran(50, 50, 70, { method: 'index', settledTime: 75 }),
    ]
    expect(shownPath(calls, root(0, 80))).toEqual([
      ['page', 'page', 0, 10],
      ['parse', 'pending', 10, 20],
      ['parse', 'running', 20, 40],
      ['page', 'page', 40, 50],
      ['index', 'running', 50, 70],
      ['index', 'returning', 70, 75],
      ['page', 'page', 75, 80],
    ])
  })

  it('goes through calls that were made in a call', () => {
    const outer = ran(0, 10, 100, { method: 'outer' })
    const inner = ran(30, 40, 60, { method: 'inner', parentSpanId: outer.spanId })
    expect(shownPath([outer, inner], undefined)).toEqual([
      ['outer', 'pending', 0, 10],
      ['outer', 'running', 10, 30],
      ['inner', 'pending', 30, 40],
      ['inner', 'running', 40, 60],
      ['outer', 'running', 60, 100],
    ])
  })

  it('of an open call ends now, and a circle of parents ends at all', () => {
    expect(shownPath([call({ createdTime: 5, status: 'running', startedTime: 7 })], undefined, 20)).toEqual([
      ['process', 'pending', 5, 7],
      ['process', 'running', 7, 20],
    ])
    const [a, b] = [call({ settledTime: 9, startedTime: 1 }), call({ settledTime: 9, startedTime: 1 })]
    const circle = [
      { ...a, parentSpanId: b.spanId },
      { ...b, parentSpanId: a.spanId },
    ]
    expect(shownPath(circle, undefined).at(-1)).toEqual(['process', 'running', 1, 9])
  })

  const flat = fc.array(
    fc
      .tuple(fc.nat(60), fc.nat(10), fc.nat(20), fc.nat(5))
      .map(([created, wait, run, back]) =>
        ran(created, created + wait, created + wait + run, { settledTime: created + wait + run + back }),
      ),
    { minLength: 1, maxLength: 12 },
  )

  it('is what a walk back, millisecond by millisecond, finds', () => {
    fc.assert(
      fc.property(flat, (calls) => {
        const tree = treeOf(calls, root(0, 100), 200)
        const path = criticalPath(tree, 200)
        expect(path[0]?.start).toBe(0)
        expect(path.at(-1)?.end).toBe(100)
        for (const [index, segment] of path.slice(1).entries()) expect(segment.start).toBe(path[index]?.end)
        let current: CallRow | undefined
        for (let ms = 100; ms > 0; ms--) {
          if (current === undefined || current.createdTime === ms) {
            const ended = calls.filter((each) => each.settledTime === ms && each.createdTime < ms)
            current = ended.sort((x, y) => x.createdTime - y.createdTime)[0]
          }
          const on = path.find(({ start, end }) => start < ms && ms <= end)
          expect(on?.call?.createdTime).toBe(current?.createdTime)
          expect(on?.call?.settledTime).toBe(current?.settledTime)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('has neither a hole nor an overlap, however calls are nested', () => {
    fc.assert(
      fc.property(flat, fc.array(fc.nat(11), { minLength: 12, maxLength: 12 }), (calls, parents) => {
        const nested = calls.map((each, index) => ({
          ...each,
          parentSpanId: calls[parents[index] ?? 0]?.spanId,
        }))
        const tree = treeOf(nested, undefined, 200)
        const path = criticalPath(tree, 200)
        const total = path.reduce((sum, { start, end }) => sum + end - start, 0)
        expect(total).toBe(tree.end - tree.start)
        for (const [index, segment] of path.slice(1).entries()) expect(segment.start).toBe(path[index]?.end)
      }),
      { numRuns: 300 },
    )
  })
})

describe('a trace', () => {
  it('is summed up', () => {
    const calls = [ran(0, 60, 80), ran(80, 90, 95, { status: 'failed' })]
    expect(summaryOf(calls, root(0, 100), 50)).toMatchObject({
      name: 'doc:7',
      totalMs: 100,
      waitedMs: 70,
      ranMs: 25,
      pageMs: 5,
      calls: 2,
      errors: 1,
      isOpen: false,
    })
    const open = call({ createdTime: 0, startedTime: 1, status: 'running' })
    expect(summaryOf([open], undefined, 50)).toMatchObject({ totalMs: 50, isOpen: true, calls: 1 })
    const quick = ran(0, 1, 5, { traceName: 'quick' })
    expect(summaryOf([quick], undefined, 50)).toMatchObject({
      name: 'quick',
      totalMs: 5,
      waitedMs: 1,
      ranMs: 4,
    })
  })
})

describe('why', () => {
  it('says what a trace waited for, behind whom, and what the page was at', () => {
    const before = Array.from({ length: 20 }, (_, index) =>
      ran(0, index * 100, index * 100 + 80, { traceId: 'e'.repeat(32), taskName: 'parse' }),
    )
    const own = ran(10, 2_010, 2_110, { taskName: 'parse', settledTime: 2_120 })
    const then = ran(2_150, 2_950, 3_010, { taskId: 'index', taskName: 'index' })
    const frame: FrameRow = {
      startTime: 500,
      durationMs: 80,
      blockingMs: 30,
      source: 'longtask',
      scripts: [],
    }
    const why = whyOf(treeOf([own, then], root(0, 3_010), 9_000), {
      columns: columnsOf([...before, own, then]),
      tasks: [task({ maxInFlight: 1 })],
      workers: [worker()],
      frames: [frame, { ...frame, startTime: 8_000 }],
      now: 9_000,
    })
    expect(why.text).toBe(
      '3.01 s, of which 93 % waiting: 2.00 s for parse and 800 ms for index. Ran 160 ms. 50 ms on the page, between calls. ' +
        'Before it in parse were 20 earlier calls on 1 slot, which were idle 21 % of that time. 1 long frame on the page in that time.',
    )
    expect([why.totalMs, why.waitedMs, why.ranMs, why.pageMs]).toEqual([3_010, 2_800, 160, 50])
    expect(why.frames).toEqual([frame])
  })

  it('says so where there was nothing to wait for', () => {
    const why = whyOf(treeOf([ran(0, 0, 40)], undefined, 100), {
      columns: columnsOf([]),
      tasks: [],
      workers: [],
      frames: [],
      now: 100,
    })
    expect(why.text).toBe('40 ms, hardly any of it waiting. Ran 40 ms.')
  })

  it('writes times with three digits and one unit', () => {
    expect([0, 0.1234, 4.5678, 175.4, 999.6, 3_190, 11_300, 59_960, 125_000, 120_000].map(formatMs)).toEqual([
      '0 ms',
      '0.12 ms',
      '4.57 ms',
      '175 ms',
      '1.00 s',
      '3.19 s',
      '11.3 s',
      '1 min',
      '2 min 5 s',
      '2 min',
    ])
    expect([[], ['a'], ['a', 'b'], ['a', 'b', 'c']].map(listed)).toEqual(['', 'a', 'a and b', 'a, b and c'])
  })
})

describe('the waterfall', () => {
  const outer = ran(10, 20, 90, { method: 'outer', status: 'failed' })
  const inner = ran(30, 40, 60, { method: 'inner', parentSpanId: outer.spanId })
  const span = (spanId: string, parentSpanId: string, startTime: number): SpanRow => ({
    row: outer.row,
    name: spanId,
    spanId,
    parentSpanId,
    startTime,
    endTime: startTime + 5,
  })
  const spans = [span('b', 'a', 26), span('a', outer.spanId, 25), span('x', 'x', 70)]
  const rows = waterfallOf(treeOf([inner, outer], root(0, 100), 200), spans, 200)

  it('is the trace, the page, the calls under each other, and the spans of their handlers', () => {
    expect(rows.map(({ kind, label, depth, isCritical }) => [depth, kind, label, isCritical])).toEqual([
      [0, 'trace', 'doc:7', true],
      [1, 'page', 'page', true],
      [1, 'call', 'parse.outer', true],
      [2, 'span', 'a', false],
      [3, 'span', 'b', false],
      [2, 'call', 'parse.inner', true],
    ])
    expect(rows[1]).toMatchObject({ startTime: 0, endTime: 100, phases: [{ end: 10 }, { start: 90 }] })
    expect(rows[2]).toMatchObject({
      hasError: true,
      childCount: 2,
      phases: [{ phase: 'pending' }, { phase: 'running' }],
    })
  })

  it('hides what is below a line that is collapsed', () => {
    expect(visibleRows(rows, new Set([outer.spanId])).map(({ label }) => label)).toEqual([
      'doc:7',
      'page',
      'parse.outer',
    ])
    expect(visibleRows(rows, new Set(['trace']))).toHaveLength(1)
  })
})

describe('a slow interaction', () => {
  const click = {
    name: 'click',
    startTime: 100,
    durationMs: 200,
    processingStart: 120,
    processingEnd: 130,
  }
  const script = {
    invoker: 'Worker.onmessage',
    source: 'app.js',
    startTime: 140,
    durationMs: 90,
    layoutMs: 0,
  }
  const frame: FrameRow = {
    startTime: 110,
    durationMs: 180,
    blockingMs: 100,
    source: 'long-animation-frame',
    scripts: [{ ...script, invoker: 'BUTTON#save.onclick', startTime: 120, durationMs: 10 }, script],
  }
  const calls = [ran(0, 10, 130), ran(0, 10, 150), ran(0, 10, 229), ran(0, 10, 231)]
  const columns = columnsOf(calls)
  const source: CallSource = {
    columns,
    callAt: (slot) => calls[slot] as CallRow,
    call: (row) => calls.find((each) => each.row === row),
    progress: () => [],
  }

  it('names the calls whose results ran in its frame, and for how long', () => {
    const { frame: found, work } = causeOf(
      click,
      [{ ...frame, startTime: 0, durationMs: 105 }, frame],
      source,
    )
    expect(found).toBe(frame)
    expect(work).toEqual([{ script, durationMs: 90, calls: [calls[1], calls[2]], progress: [] }])
  })

  it('names those whose progress ran in it, whatever began the script', () => {
    const timer = { ...script, invoker: 'TimerHandler:setTimeout', startTime: 235, durationMs: 20 }
    const told = [240, 250].map((time) => ({ row: calls[3]?.row ?? 0, time }))
    const progress: CallSource['progress'] = (range) =>
      told.filter(({ time }) => range !== undefined && time >= range.start && time <= range.end)
    expect(workIn({ ...frame, scripts: [timer, script] }, { ...source, progress })).toEqual([
      { script, durationMs: 90, calls: [calls[1], calls[2]], progress: [] },
      { script: timer, durationMs: 20, calls: [], progress: [calls[3]] },
    ])
  })

  it('puts the whole frame down to them where the browser knows no scripts, and nothing to nobody', () => {
    const bare = { ...frame, scripts: [] }
    expect(causeOf(click, [bare], source).work).toMatchObject([{ script: undefined, durationMs: 180, calls }])
    expect(causeOf(click, [], source)).toEqual({ interaction: click, frame: undefined, work: [] })
    expect(causeOf(click, [{ ...bare, startTime: 240 }], source).work).toEqual([])
  })
})
