/** What a picture of the timeline costs: it does not grow with the calls, and none is drawn where nothing has changed. */
import { afterEach, expect, it, vi } from 'vitest'
import { sessionOf } from '../../devtools/model/still-session.ts'
import type { CallRow, DevtoolsSession, TaskRow, WorkerRow } from '../../devtools/model/types.ts'
import { LABELS } from '../../devtools/timeline/lanes.ts'
import { Timeline, type TimelineOptions } from '../../devtools/timeline/timeline.ts'

const ends: (() => void)[] = []

afterEach(() => {
  for (const end of ends.splice(0).toReversed()) end()
})

const WORKERS = 4
const TASK: TaskRow = {
  ...{ runtimeId: 1, taskId: 'burst', type: 'parallel', status: 'active', policy: 'block', options: [] },
  ...{ inFlight: 0, pending: 0, blocked: 0, maxInFlight: WORKERS, maxQueueDepth: 100 },
  ...{ workerCount: WORKERS, workerLimit: WORKERS },
  counts: { dispatched: 0, succeeded: 0, failed: 0, canceled: 0, rejected: 0, requeued: 0 },
}

/** Ten thousand calls a second on four workers. */
function burst(count: number, more: Partial<DevtoolsSession> = {}): DevtoolsSession {
  const calls = Array.from({ length: count }, (_, index): CallRow => {
    const createdTime = index / 10
    const startedTime = createdTime + 3
    return {
      ...{ row: index + 1, runtimeId: 1, callId: `call-${index}`, taskId: 'burst', method: 'work' },
      ...{ traceId: '0'.repeat(32), spanId: index.toString(16).padStart(16, '0'), attempt: 1 },
      ...{ status: index % 50 === 0 ? 'failed' : 'succeeded', workerIndex: index % WORKERS },
      ...{ createdTime, admittedTime: createdTime + (index % 3), startedTime },
      ...{ runEndTime: startedTime + 0.3, settledTime: startedTime + 0.4 },
    }
  })
  const workers = Array.from({ length: WORKERS }, (_, workerIndex): WorkerRow => {
    return { runtimeId: 1, taskId: 'burst', workerIndex, spawnTime: 0, readyTime: 1 }
  })
  const file = {
    ...{ format: 'atelier-session' as const, version: 1 as const, startTime: 0, endTime: count / 10 + 10 },
    ...{ timeOrigin: 0, droppedCalls: 0, earlierCalls: 0, runtimes: [], spans: [], roots: [], frames: [] },
    ...{ interactions: [], progress: [], hidden: [], events: [], tasks: [TASK], workers, calls },
  }
  return { ...sessionOf(file), ...more }
}

function show(session: DevtoolsSession, more: Partial<TimelineOptions> = {}) {
  const canvas = document.createElement('canvas')
  canvas.style.cssText = 'display: block; width: 900px; height: 300px'
  document.body.append(canvas)
  const context = canvas.getContext('2d') as CanvasRenderingContext2D
  const fills = vi.spyOn(context, 'fillRect')
  const timeline = new Timeline(canvas, {
    session,
    onSelect: () => {},
    onFollow: () => {},
    onMeasure: () => {},
    onFolds: () => {},
    ...more,
  })
  ends.push(() => {
    timeline.dispose()
    canvas.remove()
  })
  return { canvas, timeline, fills }
}

const frame = () => new Promise((resolve) => requestAnimationFrame(() => resolve(undefined)))

async function frames(count: number): Promise<void> {
  for (let left = count; left > 0; left--) await frame()
}

it('fills as many rectangles for 20,000 calls as there are pixels for, not as there are calls', async () => {
  const { fills, timeline } = show(burst(20_000))
  await vi.waitFor(() => expect(fills).toHaveBeenCalled())
  await frames(4)
  fills.mockClear()
  timeline.zoom(1)
  await vi.waitFor(() => expect(fills).toHaveBeenCalled())
  // Of 796 px: a column for each of four workers, three rectangles for each column of the queue, a third of that for the minimap.
  expect(fills.mock.calls.length).toBeLessThan(9 * 796)
})

it('draws nothing while nothing changes, and once for what comes in a turn', async () => {
  let tell = (): void => {}
  const session = burst(100, {
    isLive: true,
    subscribe: (listener) => {
      tell = listener
      return () => {}
    },
  })
  const { fills } = show(session)
  await vi.waitFor(() => expect(fills).toHaveBeenCalled())
  await frames(4)
  fills.mockClear()
  await frames(10)
  expect(fills).not.toHaveBeenCalled()
  const pictures = () =>
    fills.mock.calls.filter(([x, y, , height]) => x === 0 && y === 0 && height === 300).length
  for (let time = 0; time < 20; time++) tell()
  await vi.waitFor(() => expect(pictures()).toBe(1))
  await frames(4)
  expect(pictures()).toBe(1)
})

/** Two calls with a minute between them, in which nothing happened. */
function twoCalls(): DevtoolsSession {
  const row = (callId: number, createdTime: number): CallRow => ({
    ...{ row: callId, runtimeId: 1, callId: `call-${callId}`, taskId: 'burst', method: 'work', attempt: 1 },
    ...{
      traceId: `${callId}`.repeat(32),
      spanId: `${callId}`.repeat(16),
      status: 'succeeded',
      workerIndex: 0,
    },
    ...{ createdTime, admittedTime: createdTime, startedTime: createdTime },
    ...{ runEndTime: createdTime + 400, settledTime: createdTime + 400 },
  })
  const file = {
    ...{ format: 'atelier-session' as const, version: 1 as const, startTime: 0, endTime: 61_500 },
    ...{ timeOrigin: 0, droppedCalls: 0, earlierCalls: 0, runtimes: [], spans: [], roots: [], frames: [] },
    ...{ interactions: [], progress: [], hidden: [], events: [], tasks: [TASK] },
    workers: [{ runtimeId: 1, taskId: 'burst', workerIndex: 0, spawnTime: 0, readyTime: 1 }],
    calls: [row(1, 500), row(2, 61_000)],
  }
  return sessionOf(file)
}

it('folds a minute in which nothing happened; what is measured over it is its time', async () => {
  const measured: [start: number, end: number][] = []
  const folds: string[] = []
  const { canvas, timeline, fills } = show(twoCalls(), {
    onMeasure: ({ start, end }) => measured.push([start, end]),
    onFolds: (text) => folds.push(text),
  })
  const texts = vi.spyOn(canvas.getContext('2d') as CanvasRenderingContext2D, 'fillText')
  await vi.waitFor(() => expect(fills).toHaveBeenCalled())
  expect(folds).toEqual(['1 idle stretch is folded: 59.7 s'])
  const x = (time: number) => LABELS + timeline.axis.x(time)
  // Each of the two calls is wide: it would be 5 px of 796.
  expect(x(900) - x(500)).toBeGreaterThan(100)
  expect(x(61_400) - x(61_000)).toBeCloseTo(x(900) - x(500))
  timeline.zoom(1)
  await vi.waitFor(() => expect(texts.mock.calls.map(([text]) => text)).toContain('⋯ 59.7 s'))
  const pointer = (type: string, time: number) =>
    canvas.dispatchEvent(
      new PointerEvent(type, {
        clientX: canvas.getBoundingClientRect().left + x(time),
        clientY: canvas.getBoundingClientRect().top + 100,
        shiftKey: true,
        pointerId: 1,
        bubbles: true,
      }),
    )
  pointer('pointerdown', 500)
  pointer('pointermove', 61_400)
  pointer('pointerup', 61_400)
  expect(measured).toHaveLength(1)
  // To a pixel, which the pointer is rounded to.
  expect(Math.abs((measured[0]?.[1] ?? 0) - (measured[0]?.[0] ?? 0) - 60_900)).toBeLessThan(
    2 / timeline.axis.scale,
  )
  const window = { ...timeline.window }
  timeline.zoom(0.5, 700)
  const [anchor] = [timeline.axis.x(700)]
  timeline.zoom(2, 700)
  expect(timeline.axis.x(700)).toBeCloseTo(anchor, 3)
  expect(timeline.window.start).toBeCloseTo(window.start, 3)
  expect(timeline.window.end).toBeCloseTo(window.end, 3)
  const none = { selected: undefined, traceId: undefined, moment: undefined, runtimeId: undefined }
  timeline.show({ session: twoCalls(), ...none, isFrozen: false, isIdleFolded: false })
  await vi.waitFor(() => expect(folds.at(-1)).toBe(''))
  expect(x(900) - x(500)).toBeLessThan(10)
})
