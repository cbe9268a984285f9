/** A session as a file, as a trace file and as OTLP: written from a recording, read back, refused where it is not whole. */
import { afterEach, describe, expect, it } from 'vitest'
import { chromeTraceOf, eventsOf } from '../../../devtools/model/exports.ts'
import { otlpOf } from '../../../devtools/model/otlp.ts'
import { readSession, writeSession } from '../../../devtools/model/session-file.ts'
import type { DevtoolsSession } from '../../../devtools/model/types.ts'
import { type Recorder, startRecorder } from '../../../devtools/recorder/recorder.ts'
import type { RuntimeEvent } from '../../../src/types/telemetry.ts'
import { taskContext } from '../../../src/worker/task-context.ts'
import { decodeJson } from '../../browser/otel/otlp-messages.ts'
import { makeLab } from '../support/lab.ts'

let recorder: Recorder | undefined
afterEach(() => {
  recorder?.stop()
  delete (globalThis as { [name: symbol]: unknown })[Symbol.for('atelier.devtools')]
})

const inner = (value: number): number => taskContext()?.span('inner', () => value) ?? value

const HANDLERS = () => ({
  work: (value: number) => {
    taskContext()?.progress(0.5)
    return inner(value)
  },
  fail: () => {
    throw new RangeError('no')
  },
  hang: () => new Promise<number>(() => {}),
})

/** A trace with a call that worked, one that failed, and one that is open; and what the runtime told of them. */
async function record() {
  const lab = makeLab(HANDLERS, { taskName: 'Lab', maxWorkers: 2, maxQueueDepth: Number.POSITIVE_INFINITY })
  recorder = startRecorder({ now: lab.clock.now })
  const told: RuntimeEvent[] = []
  lab.runtime.subscribeEvents((event) => told.push(event), { kinds: ['span', 'trace'] })
  const trace = lab.runtime.createTrace('doc:7')
  const { task } = lab
  const worked = task
    .with({ trace, key: 'k', onProgress: () => {}, attributes: { size: 3, 'is.big': false, names: ['a'] } })
    .work(1)
  lab.clock.advance(5)
  await lab.settle()
  await worked
  const failed = task.with({ trace }).fail()
  failed.catch(() => {})
  await lab.settle()
  trace.end({ status: 'error' })
  const open = task.hang()
  open.catch(() => {})
  await lab.settle()
  lab.clock.advance(7)
  return { ...lab, session: recorder.session, told, traceId: trace.traceId }
}

const rowsOf = (session: DevtoolsSession, traceId: string) => ({
  isLive: undefined,
  startTime: session.startTime,
  now: session.now(),
  timeOrigin: session.timeOrigin,
  counts: [session.droppedCalls, session.earlierCalls, session.columns.length],
  calls: session.calls(),
  some: session.calls({ start: session.now(), end: session.now() + 1 }),
  open: session.openCalls(),
  second: session.call(2),
  slot: session.callAt(session.columns.slotAt(1)),
  trace: session.callsOfTrace(traceId),
  spans: session.spansOfTrace(traceId),
  roots: session.roots(),
  runtimes: session.runtimes(),
  tasks: session.tasks(),
  workers: session.workers(),
  frames: session.frames(),
  interactions: session.interactions(),
  progress: session.progress(),
  hidden: session.hidden(),
  events: session.events(),
})

describe('a file', () => {
  it('opens as the session that it was written from, read-only', async () => {
    const { session, traceId, runtime } = await record()
    const opened = readSession(writeSession(session))
    expect(opened.isLive).toBe(false)
    expect(opened.actions).toBeUndefined()
    expect(rowsOf(opened, traceId)).toEqual(rowsOf(session, traceId))
    expect(opened.spansOfTrace(traceId)).toMatchObject([{ name: 'inner' }])
    expect(opened.progress()).toEqual([{ row: 1, time: session.calls()[0]?.settledTime }])
    expect(opened.tasks()[0]?.maxQueueDepth).toBe(Number.POSITIVE_INFINITY)
    expect(writeSession(opened)).toBe(writeSession(session))
    runtime.dispose()
  })

  it('is refused where it is none, with the place and what was expected there', async () => {
    const { session, runtime } = await record()
    const file = JSON.parse(writeSession(session)) as Record<string, unknown>
    const read = (more: object) => () => readSession(JSON.stringify({ ...file, ...more }))
    const [first] = session.calls()
    expect(() => readSession('{')).toThrow('the file is not JSON')
    expect(() => readSession('[]')).toThrow('the file: expected an object, got an array')
    expect(read({ format: 'other' })).toThrow('format: expected "atelier-session", got "other"')
    expect(read({ version: 2 })).toThrow(
      'version: expected 1; a newer panel may have written the file, got 2',
    )
    expect(read({ calls: {} })).toThrow('calls: expected an array, got an object')
    expect(read({ calls: [{ ...first, createdTime: 'now' }] })).toThrow(
      'calls[0].createdTime: expected a number, got "now"',
    )
    expect(read({ calls: [first, { ...first, status: 'odd' }] })).toThrow(
      /^calls\[1\]\.status: expected "blocked" \|/,
    )
    expect(read({ hidden: [{ start: 1 }] })).toThrow('hidden[0].end: expected a number, got nothing')
    expect(read({ startTime: null })).toThrow('startTime: expected a number, got null')
    expect(read({ frames: undefined })).toThrow('frames: expected an array, got nothing')
    runtime.dispose()
  })

  it('takes nothing over that it does not know', async () => {
    const { session, runtime } = await record()
    const text = writeSession(session).replace(
      '{"row":1,',
      '{"__proto__":{"isAdmin":true},"extra":1,"row":1,',
    )
    const [call] = readSession(text).calls()
    expect(Object.keys(call ?? {})).not.toContain('extra')
    expect((call as { isAdmin?: boolean }).isAdmin).toBeUndefined()
    runtime.dispose()
  })
})

describe('exports', () => {
  it('are made of what the runtime told', async () => {
    const { session, told, runtime } = await record()
    expect(eventsOf(session)[0]).toMatchObject({ kind: 'span', name: 'inner' })
    const known = eventsOf(session).filter(({ endTime }) => endTime < session.now())
    expect(known).toHaveLength(told.length)
    for (const each of known) {
      const same = told.find((one) => 'spanId' in one && one.spanId === each.spanId) as typeof each
      expect(each).toEqual({
        ...same,
        attributes:
          each.kind === 'span' && each.name === 'inner'
            ? undefined
            : (same as { attributes?: object }).attributes,
      })
    }
    runtime.dispose()
  })

  it('as a trace file are pairs on tracks, the open call up to the end of the recording', async () => {
    const { session, runtime } = await record()
    const { traceEvents } = chromeTraceOf(session)
    const pairs = traceEvents.filter(({ ph }) => ph !== 'M')
    expect(pairs.filter(({ ph }) => ph === 'b')).toHaveLength(pairs.length / 2)
    expect(Math.max(...pairs.map(({ ts }) => ts))).toBe(session.now() * 1_000)
    expect(pairs.some(({ name }) => name === 'Lab.hang')).toBe(true)
    runtime.dispose()
  })

  it('as OTLP are what the published definitions allow, without the open call', async () => {
    const { session, traceId, runtime } = await record()
    const body = decodeJson('traces', JSON.stringify(otlpOf(session, 'the page'))) as never as {
      resourceSpans: { scopeSpans: { scope: { name: string }; spans: Record<string, unknown>[] }[] }[]
    }
    const [scope] = body.resourceSpans[0]?.scopeSpans ?? []
    expect(scope?.scope.name).toBe('atelier')
    const spans = scope?.spans ?? []
    expect(spans.map(({ name }) => name)).toEqual(['inner', 'atelier.task', 'atelier.task', 'doc'])
    expect(new Set(spans.map((span) => span['traceId']))).toEqual(new Set([traceId]))
    const [, worked, failed] = spans
    expect(failed).toMatchObject({ status: { code: 'STATUS_CODE_ERROR', message: 'no' } })
    expect(worked?.['attributes']).toEqual(
      expect.arrayContaining([
        { key: 'size', value: { intValue: '3' } },
        { key: 'is.big', value: { boolValue: false } },
        { key: 'names', value: { arrayValue: { values: [{ stringValue: 'a' }] } } },
        { key: 'atelier.call.key', value: { stringValue: 'k' } },
      ]),
    )
    const started = BigInt(String(worked?.['startTimeUnixNano']))
    const [call] = session.calls()
    expect(Number(started / 1_000n) / 1_000).toBeCloseTo(session.timeOrigin + (call?.createdTime ?? 0), 1)
    runtime.dispose()
  })
})
