/** When a call ran, as telemetry is told: what its worker says, within what the page itself has seen. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { SpanEvent } from '../../../src/types/telemetry.ts'
import * as wire from '../../../src/wire/protocol.ts'
import { ruleTime } from '../support/lab.ts'
import { fate, settled, speakFor } from '../support/spoken.ts'

let restore = (): void => {}
beforeEach(() => {
  vi.spyOn(Math, 'random').mockReturnValue(0.5)
  vi.stubGlobal('crossOriginIsolated', true)
})
afterEach(() => {
  restore()
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

/** A task of which every span is kept; time is that of a clock that begins at 1,000. */
function setUp(config: Parameters<typeof speakFor>[0] = {}) {
  const kit = speakFor(config)
  restore = ruleTime(kit.clock)
  const spans: SpanEvent[] = []
  kit.runtime.subscribeEvents((event) => {
    if (event.kind === 'span') spans.push(event)
  })
  /** The worker says that a call ran from then to then. */
  const ran = (id: number, from: number, to: number, worker = kit.workers.at(-1)): void => {
    const now = kit.clock.now()
    worker?.says(wire.REPLIES, now, [id, wire.RESULT, (now - from) * 1_000, (now - to) * 1_000], ['ok'])
  }
  const timesOf = (id: number) => {
    const span = spans.find(({ callId }) => callId === `call-${id}`)
    return [span?.queueWaitMs, span?.runStartTime, span?.runMs]
  }
  return { ...kit, ran, timesOf }
}

describe('a call that was handed ahead', () => {
  /** The first of two calls was answered at 1,100; the second is presumed to run since. */
  const second = async () => {
    const kit = setUp()
    await kit.start()
    for (let call = 0; call < 2; call++) fate(kit.task.work())
    await settled()
    kit.clock.advance(100)
    kit.ran(1, 1_000, 1_050)
    await settled()
    kit.clock.advance(100)
    return kit
  }

  it('ran from when its worker says, though the page presumed that it began later', async () => {
    const { ran, timesOf, runtime } = await second()
    ran(2, 1_050, 1_200)
    expect(timesOf(2)).toEqual([50, 1_050, 150])
    runtime.dispose()
  })

  it('ran from when its worker says, where that is later than was presumed', async () => {
    const { ran, timesOf, runtime } = await second()
    ran(2, 1_150, 1_200)
    expect(timesOf(2)).toEqual([100, 1_150, 50])
    runtime.dispose()
  })

  it('did not run before it was made, whatever its worker says', async () => {
    const { ran, timesOf, runtime } = await second()
    ran(2, 500, 1_200)
    expect(timesOf(2)).toEqual([0, 1_000, 200])
    runtime.dispose()
  })

  it('did not run after it was answered, though the clock of its worker should be fast', async () => {
    const { workers, timesOf, runtime } = await second()
    workers[0]?.says(wire.REPLIES, 1_700, [2, wire.RESULT, 600_000, 100_000], ['ok'])
    expect(timesOf(2)).toEqual([100, 1_100, 100])
    runtime.dispose()
  })

  it('on its second attempt has waited until the first, whenever the second began', async () => {
    const { task, start, workers, claim, clock, ready, ran, timesOf, runtime } = setUp({
      retry: { crash: 3 },
    })
    await start()
    for (let call = 0; call < 2; call++) fate(task.work())
    await settled()
    clock.advance(40)
    claim(workers[0], 2)
    workers[0]?.says(wire.CLOSED)
    clock.advance(160)
    await settled()
    ready()
    await settled()
    clock.advance(100)
    ran(1, 1_200, 1_250)
    await settled()
    clock.advance(100)
    ran(2, 1_250, 1_400)
    expect(timesOf(2)).toEqual([40, 1_250, 150])
    runtime.dispose()
  })
})

describe('a call that was given a free slot', () => {
  it("ran for less than a step of the page's clock, where the clock of its worker is finer", async () => {
    const { task, start, clock, workers, timesOf, runtime } = setUp()
    await start()
    fate(task.work())
    await settled()
    clock.advance(1)
    workers[0]?.says(wire.REPLIES, 1_000.5, [1, wire.RESULT, 250, 125], ['ok'])
    expect(timesOf(1)).toEqual([0, 1_000.25, 0.125])
    runtime.dispose()
  })

  it('did not run before it was dispatched, whatever its worker says', async () => {
    const { task, ready, clock, ran, timesOf, runtime } = setUp()
    fate(task.work())
    await settled()
    clock.advance(50)
    ready()
    await settled()
    clock.advance(50)
    ran(1, 1_020, 1_100)
    expect(timesOf(1)).toEqual([50, 1_050, 50])
    runtime.dispose()
  })

  it('ran no time at all where its worker says that it ended before it began', async () => {
    const { task, start, clock, ran, timesOf, runtime } = setUp()
    await start()
    fate(task.work())
    await settled()
    clock.advance(50)
    ran(1, 1_040, 1_010)
    expect(timesOf(1)).toEqual([0, 1_040, 0])
    runtime.dispose()
  })
})
