import { describe, expect, it } from 'vitest'
import { QueueFullError } from '../../../src/errors/errors.ts'
import { type ChromeTraceEvent, toChromeTrace } from '../../../src/telemetry/export/chrome-trace.ts'
import { collectTrace } from '../../../src/telemetry/export/trace-collector.ts'
import { Driver } from './support.ts'

/** Three calls that overlap, one that was rejected, one with a worker span, two of them in a trace. */
function record(): readonly ChromeTraceEvent[] {
  const driver = new Driver()
  const recording = collectTrace(driver.telemetry)
  const doc = driver.telemetry.createTrace('doc')
  const calls = [0, 1, 2].map(() => driver.enqueue({ options: { trace: doc } }))
  driver.clock.advance(2.5)
  for (const [worker, call] of calls.entries()) driver.dispatch(call, worker % 2)
  for (const call of calls) {
    driver.clock.advance(3)
    if (call === calls[1])
      call.workerSpans = [['a'.repeat(16), '', 'decode', 1_003, 1_004, undefined, undefined]]
    driver.settle(call, call === calls[2] ? { outcome: 'failure', error: new Error('bad') } : {})
  }
  driver.settle(driver.enqueue(), {
    outcome: 'rejected',
    error: new QueueFullError('full', { code: 'queue-full' }),
  })
  doc.end({ status: 'ok' })
  return JSON.parse(JSON.stringify(toChromeTrace(recording.stop()))).traceEvents
}

describe('toChromeTrace', () => {
  it('names the process and every track', () => {
    const events = record()
    const names = events
      .filter(({ ph }) => ph === 'M')
      .map(({ name, tid, args }) => [name, tid, args['name']])
    expect(names).toContainEqual(['process_name', 0, 'Atelier'])
    const threads = new Map(
      names.filter(([name]) => name === 'thread_name').map(([, tid, name]) => [tid, name]),
    )
    expect([...threads.values()]).toEqual([
      'queue',
      'Resize #0',
      'Resize #1',
      expect.stringMatching(/^doc [0-9a-f]{8}$/),
    ])
    for (const { ph, tid } of events) if (ph !== 'M') expect(threads.has(tid)).toBe(true)
  })

  it('writes pairs that match: one end for each beginning, later, with the same name, category and track', () => {
    const open = new Map<string, ChromeTraceEvent>()
    let pairs = 0
    let last = Number.NEGATIVE_INFINITY
    for (const event of record()) {
      if (event.ph === 'M') continue
      expect(event.ts).toBeGreaterThanOrEqual(last)
      last = event.ts
      const id = event.id ?? ''
      const begin = open.get(id)
      if (event.ph === 'b') {
        expect(begin).toBeUndefined()
        open.set(id, event)
        continue
      }
      expect(begin).toMatchObject({
        name: event.name,
        cat: 'blink.user_timing',
        pid: event.pid,
        tid: event.tid,
      })
      open.delete(id)
      pairs++
    }
    expect(open.size).toBe(0)
    // Three calls in the queue and on workers, one rejected, one worker span, one trace.
    expect(pairs).toBe(9)
  })

  it('counts in microseconds', () => {
    const [wait] = record().filter(({ ph, name }) => ph === 'b' && name === 'Resize.process')
    const end = record().find(({ ph, id }) => ph === 'e' && id === wait?.id)
    expect([wait?.ts, end?.ts]).toEqual([1_000_000, 1_002_500])
  })

  it('leads an arrow from the wait to the run', () => {
    const flows = record().filter(({ bind_id }) => bind_id !== undefined)
    expect(flows).toHaveLength(6)
    for (const start of flows.filter(({ flow_out }) => flow_out)) {
      const ends = flows.filter(({ flow_in, bind_id }) => flow_in && bind_id === start.bind_id)
      expect(ends).toHaveLength(1)
      expect(ends[0]?.ts).toBeGreaterThanOrEqual(start.ts)
    }
  })

  it('tells DevTools the track, and keeps what is known of the call', () => {
    const details = record()
      .filter(({ ph }) => ph === 'b')
      .map(({ args }) => JSON.parse(String(args['detail'])))
    expect(details.map(({ devtools }) => [devtools.track, devtools.color])).toEqual([
      ['queue', 'tertiary-light'],
      ['queue', 'tertiary-light'],
      ['queue', 'tertiary-light'],
      [expect.stringMatching(/^doc /), 'primary'],
      ['Resize #0', 'primary'],
      ['Resize #1', 'primary'],
      ['Resize #0', 'error'],
      ['Resize #1', 'primary-light'],
      ['queue', 'error'],
    ])
    expect(details[6]).toMatchObject({ taskId: 'resize', method: 'process', status: 'error', error: 'bad' })
    expect(details[6].devtools).toMatchObject({ dataType: 'track-entry', trackGroup: 'Atelier' })
  })

  it('passes over what is neither a span nor a trace', () => {
    const other = { kind: 'counter', name: 'x', value: 1, time: 1, attributes: {} } as const
    expect(toChromeTrace([other]).traceEvents).toEqual([expect.objectContaining({ name: 'process_name' })])
  })
})

describe('collectTrace', () => {
  it('keeps the newest and says how many it dropped', () => {
    const driver = new Driver()
    const recording = collectTrace(driver.telemetry, { limit: 3 })
    const calls = Array.from({ length: 10 }, () => driver.run())
    expect(recording.events.map((event) => 'callId' in event && event.callId)).toEqual(
      calls.slice(-3).map(({ callId }) => callId),
    )
    expect(recording.dropped).toBe(7)
  })

  it('ends with stop, and no longer keeps telemetry on', () => {
    const driver = new Driver()
    const recording = collectTrace(driver.telemetry)
    driver.run()
    expect(recording.stop()).toHaveLength(1)
    expect(driver.telemetry.active).toBeNull()
    expect(recording.dropped).toBe(0)
  })

  it.each([0, -1, Number.NaN])('refuses a limit of %s', (limit) => {
    expect(() => collectTrace(new Driver().telemetry, { limit })).toThrow(RangeError)
  })
})
