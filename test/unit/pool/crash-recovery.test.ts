/** What becomes of the calls of a worker that is gone: those that had begun, those that had not, those that cannot come again. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { RuntimeEvent } from '../../../src/types/telemetry.ts'
import * as wire from '../../../src/wire/protocol.ts'
import { catchReports } from '../support/reported.ts'
import { fate, settled, speakFor as setUp } from '../support/spoken.ts'

beforeEach(() => {
  vi.spyOn(Math, 'random').mockReturnValue(0.5)
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

describe('a call that its worker had claimed, though no message told of it', () => {
  it.each([
    { place: 'behind another', maxInFlight: 1 },
    { place: 'in a slot of its own', maxInFlight: 2 },
  ])('had begun: the crash policy speaks of it ($place)', async ({ maxInFlight }) => {
    vi.stubGlobal('crossOriginIsolated', true)
    const { task, start, workers, claim, runtime } = setUp({ maxInFlight })
    await start()
    const calls = [task.work(), task.work(), task.work()].map(fate)
    await settled()
    claim(workers[0], 2)
    workers[0]?.says(wire.CLOSED)
    await settled()
    expect(calls.map((call) => call())).toEqual(['crashed', 'crashed', 'open'])
    expect(task.control.getSnapshot()).toMatchObject({ queue: { inFlight: 0, pending: 1, ahead: 0 } })
    runtime.dispose()
  })

  it('has used up an attempt', async () => {
    vi.stubGlobal('crossOriginIsolated', true)
    const { task, start, workers, claim, clock, ready, posted, runtime } = setUp({ retry: { crash: 3 } })
    await start()
    const calls = [task.work(), task.work(), task.work()].map(fate)
    await settled()
    claim(workers[0], 2)
    workers[0]?.says(wire.CLOSED)
    clock.advance(200)
    await settled()
    ready()
    await settled()
    // The number of the attempt is the second field of what is told beyond the arguments; the third call is on its first.
    const metas = posted(workers[1], wire.CALLS).flatMap(([, , , meta]) => meta as unknown[])
    expect(metas).toEqual([undefined, 2, undefined, 2])
    expect([task.control.getSnapshot().counts.requeued, calls.map((call) => call())]).toEqual([
      2,
      ['open', 'open', 'open'],
    ])
    runtime.dispose()
  })
})

describe('a call that had not begun', () => {
  it('is not counted as requeued, and one that had is, once; telemetry tells of it', async () => {
    const { task, start, workers, runtime } = setUp({ retry: { crash: 3 }, maxInFlight: 2 })
    const told: RuntimeEvent[] = []
    runtime.subscribeEvents((event) => told.push(event))
    await start()
    const calls = [task.work(), task.work()].map(fate)
    await settled()
    workers[0]?.says(wire.CLOSED)
    await settled()
    expect([task.control.getSnapshot().counts.requeued, calls.map((call) => call())]).toEqual([
      1,
      ['open', 'open'],
    ])
    expect(told.filter((event) => 'name' in event && event.name === 'task.requeue.total')).toMatchObject([
      { kind: 'counter', value: 1, attributes: { 'atelier.task.method': 'work' } },
    ])
    runtime.dispose()
  })

  it('waits again quietly where nobody listens to telemetry any more', async () => {
    const reported = catchReports()
    const { task, start, workers, answer, clock, ready, runtime } = setUp({ retry: { crash: 3 } })
    const stopListening = runtime.subscribeEvents(() => {})
    await start()
    const calls = [task.work(), task.work()].map(fate)
    await settled()
    stopListening()
    workers[0]?.says(wire.CLOSED)
    clock.advance(200)
    await settled()
    ready()
    await settled()
    answer(workers[1], [1])
    answer(workers[1], [2])
    await settled()
    expect([calls.map((call) => call()), reported]).toEqual([['ok', 'ok'], []])
    runtime.dispose()
  })

  it.each([
    { end: 'dies', say: 'closed' },
    { end: 'is stopped', say: 'stop' },
  ])(
    'cannot come again without what was transferred, whichever way its worker goes: it $end',
    async ({ say }) => {
      const { task, start, workers, runtime } = setUp({ maxInFlight: 2 })
      await start()
      const buffer = new ArrayBuffer(8)
      fate(task.work())
      const call = fate(task.with({ transfer: [buffer] }).work(buffer))
      await settled()
      if (say === 'stop') task.control.stop()
      else workers[0]?.says(wire.CLOSED)
      await settled()
      expect([call(), buffer.byteLength]).toEqual(['not-replayable', 0])
      runtime.dispose()
    },
  )
})
