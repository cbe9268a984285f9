/** The steps of calls, as those hear of them who subscribe to the kind `call`. */
import { afterEach, expect, it, onTestFinished, vi } from 'vitest'
import { Host } from '../../../src/pool/turns.ts'
import type { CallEvent, RuntimeEvent } from '../../../src/types/telemetry.ts'
import { READY } from '../../../src/wire/protocol.ts'
import { drain, makeLab, ruleTime } from '../support/lab.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

const HANDLERS = () => ({
  work: (value: number) => value,
  hang: () => new Promise<number>(() => {}),
  fail: () => {
    throw new Error('no')
  },
})

function setUp(config: Parameters<typeof makeLab<ReturnType<typeof HANDLERS>>>[1] = {}, kinds = ['call']) {
  const lab = makeLab(HANDLERS, config)
  const events: RuntimeEvent[] = []
  const stop = lab.runtime.subscribeEvents((event) => events.push(event), {
    kinds: kinds as RuntimeEvent['kind'][],
  })
  const steps = (callId: string) =>
    events
      .filter((event): event is CallEvent => event.kind === 'call' && event.callId === callId)
      .map(({ phase }) => phase)
  return { ...lab, events, stop, steps }
}

const quiet = (promise: Promise<unknown>): void => void promise.catch(() => {})

it('a call is created, admitted, sent, started and settled, each told once, with what is known of it', async () => {
  const { runtime, task, clock, settle, events, steps } = setUp({ taskName: 'Lab' })
  const trace = runtime.createTrace('doc')
  const call = task.with({ key: 'k', trace }).work(1)
  clock.advance(5)
  await settle()
  await call
  expect(steps(call.callId)).toEqual(['created', 'admitted', 'sent', 'started', 'settled'])
  const [created, , sent, started, settled] = events as CallEvent[]
  expect(created).toMatchObject({
    kind: 'call',
    callId: call.callId,
    taskId: 'lab',
    taskName: 'Lab',
    taskType: 'parallel',
    method: 'work',
    key: 'k',
    traceId: trace.traceId,
    traceName: 'doc',
    parentSpanId: trace.spanContext.spanId,
    workerIndex: undefined,
    attempt: 0,
    time: (sent?.time ?? 0) - 5,
  })
  expect(sent).toMatchObject({ workerIndex: 0, attempt: 0, spanId: created?.spanId })
  expect(started).toMatchObject({ workerIndex: 0, attempt: 1 })
  expect(settled).toMatchObject({ outcome: 'success', attempt: 1 })
  runtime.dispose()
})

it('one that finds the queue full is admitted when there is room', async () => {
  const { runtime, task, clock, settle, events, steps } = setUp({ maxQueueDepth: 1, maxInFlight: 1 })
  const calls = [task.work(1), task.work(2), task.work(3)]
  expect(steps(calls[2]?.callId ?? '')).toEqual(['created'])
  clock.advance(10)
  await settle()
  await Promise.all(calls)
  const last = events.filter(
    (event) => event.kind === 'call' && event.callId === calls[2]?.callId,
  ) as CallEvent[]
  expect(last.map(({ phase }) => phase).slice(0, 2)).toEqual(['created', 'admitted'])
  expect((last[1]?.time ?? 0) - (last[0]?.time ?? 0)).toBe(10)
  runtime.dispose()
})

it('one whose worker dies is requeued, and started once more', async () => {
  vi.spyOn(Math, 'random').mockReturnValue(0.5)
  const { runtime, task, clock, workers, settle, events, steps } = setUp({ retry: { crash: 1 } })
  const call = task.hang()
  quiet(call)
  await settle()
  workers[0]?.asWorker.terminate()
  clock.advance(1_000)
  await settle()
  expect(steps(call.callId)).toEqual([
    'created',
    'admitted',
    'sent',
    'started',
    'requeued',
    'sent',
    'started',
  ])
  const requeued = (events as CallEvent[]).find(({ phase }) => phase === 'requeued')
  expect(requeued?.reason).toMatch(/terminated/)
  expect((events as CallEvent[]).at(-1)).toMatchObject({ phase: 'started', attempt: 2 })
  runtime.dispose()
  expect(steps(call.callId).at(-1)).toBe('settled')
})

it('one that was never sent has no steps but its making and its end', async () => {
  const { runtime, task, settle, events, steps } = setUp({
    queuePolicy: 'reject',
    maxQueueDepth: 1,
    maxInFlight: 1,
  })
  const calls = [task.hang(), task.hang(), task.hang()]
  for (const call of calls) quiet(call)
  expect(steps(calls[2]?.callId ?? '')).toEqual(['created', 'settled'])
  expect((events as CallEvent[]).at(-1)).toMatchObject({ outcome: 'rejected', attempt: 0 })
  await settle()
  runtime.dispose()
})

it('one that shares a run starts with it, or has started when it joins', async () => {
  const { runtime, task, settle, steps } = setUp()
  const ask = task.with({ key: 'k', keyMode: 'dedupe' })
  const [first, joiner] = [ask.hang(), ask.hang()]
  await settle()
  const late = ask.hang()
  for (const call of [first, joiner, late]) quiet(call)
  expect(steps(joiner.callId)).toEqual(['created', 'started'])
  expect(steps(late.callId)).toEqual(['created', 'started'])
  runtime.dispose()
})

it('one that takes the place of another is admitted where that one was', async () => {
  const { runtime, task, settle, steps } = setUp({ maxInFlight: 1 })
  quiet(task.hang())
  await settle()
  const ask = task.with({ key: 'k', keyMode: 'latest' })
  const [older, newer] = [ask.work(1), ask.work(2)]
  quiet(older)
  quiet(newer)
  expect(steps(older.callId)).toEqual(['created', 'admitted', 'settled'])
  expect(steps(newer.callId)).toEqual(['created', 'admitted'])
  runtime.dispose()
})

it('a call of a listener is told after the step that it was made in', async () => {
  const { runtime, task, settle, events } = setUp()
  let made = 0
  runtime.subscribeEvents(
    () => {
      if (made++ === 0) quiet(task.work(2))
    },
    { kinds: ['call'] },
  )
  const call = task.work(1)
  await settle()
  await call
  expect(events.filter((event) => (event as CallEvent).phase === 'settled')).toHaveLength(2)
  expect((events[0] as CallEvent).callId).toBe(call.callId)
  runtime.dispose()
})

it('only those hear of steps who ask for them, and of nothing else where they ask for nothing else', async () => {
  const { runtime, task, settle, events, stop } = setUp()
  const usual: RuntimeEvent[] = []
  const spans: RuntimeEvent[] = []
  runtime.subscribeEvents((event) => usual.push(event))
  runtime.subscribeEvents((event) => spans.push(event), { kinds: ['span'] })
  const call = task.work(1)
  await settle()
  await call
  expect(new Set(events.map(({ kind }) => kind))).toEqual(new Set(['call']))
  expect(new Set(usual.map(({ kind }) => kind))).toEqual(
    new Set(['span', 'counter', 'gauge', 'histogram', 'worker']),
  )
  expect(spans.map(({ kind }) => kind)).toEqual(['span'])
  const heard = events.length
  stop()
  const later = task.work(2)
  await settle()
  await later
  expect(events).toHaveLength(heard)
  runtime.dispose()
})

it('nothing is made for a step that nobody asks for', async () => {
  const record = vi.spyOn(Host.prototype, 'record')
  const edgesOf = async (kinds: string[]) => {
    const { runtime, task, settle } = setUp({}, kinds)
    const first = task.work(1)
    await settle()
    await first
    record.mockClear()
    const call = task.work(2)
    await settle()
    await call
    const edges = record.mock.calls.length
    runtime.dispose()
    return edges
  }
  // The one is that of the dispatch, which metrics need.
  expect(await edgesOf(['span'])).toBe(1)
  expect(await edgesOf(['call'])).toBe(4)
})

it('a kind that there is not is refused', () => {
  const { runtime } = makeLab(HANDLERS)
  const subscribe = (options: unknown) => () => runtime.subscribeEvents(() => {}, options as never)
  expect(subscribe({ kinds: ['calls'] })).toThrow(/Invalid option "kinds": expected 'span' \|.*got "calls"/)
  expect(subscribe({ kinds: 'call' })).toThrow(/an array of kinds/)
  expect(subscribe({ kind: ['call'] })).toThrow(/Unknown option "kind".*did you mean "kinds"/)
  runtime.dispose()
})

it('a worker tells when it is ready, and its setup apart', async () => {
  const lab = makeLab(HANDLERS, {}, { lifecycle: { setup: () => {} } })
  const events: RuntimeEvent[] = []
  lab.runtime.subscribeEvents((event) => events.push(event), { kinds: ['worker'] })
  const call = lab.task.work(1)
  await drain()
  lab.clock.advance(30)
  await lab.settle()
  await call
  expect(events).toMatchObject([
    { action: 'spawn', workerIndex: 0 },
    { action: 'ready', workerIndex: 0, startMs: 30, setupMs: expect.any(Number) },
  ])
  const { task: plain, settle, runtime } = makeLab(HANDLERS)
  const others: RuntimeEvent[] = []
  runtime.subscribeEvents((event) => others.push(event), { kinds: ['worker'] })
  quiet(plain.work(1))
  await settle()
  expect(others.at(-1)).toMatchObject({ action: 'ready', setupMs: undefined })
  for (const each of [runtime, lab.runtime]) each.dispose()
})

it('are told in the order of their times, though the clock of their worker is behind the page’s', async () => {
  const { task, clock, workers, settle, events } = setUp({ maxInFlight: 2 })
  onTestFinished(ruleTime(clock))
  const calls = [task.work(1), task.work(2), task.work(3)]
  await drain()
  // Where the wall clock was set between the two origins, say.
  const messages = (workers[0]?.toPage ?? []) as [number, ...number[]][]
  for (const message of messages) if (message[0] === READY) message[3] = (message[3] ?? 0) - 20
  clock.advance(50)
  await settle()
  await Promise.all(calls)
  for (const { callId } of calls) {
    const steps = (events as CallEvent[]).filter((event) => event.callId === callId)
    const times = steps.map(({ time }) => time)
    expect(steps.map(({ phase }) => phase)).toEqual(
      expect.arrayContaining(['created', 'sent', 'started', 'settled']),
    )
    expect(times).toEqual(times.toSorted((a, b) => a - b))
  }
})
