/** How a call that is under way is stopped: what its worker is told, how long it may take, and how silence is noticed. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import * as wire from '../../../src/wire/protocol.ts'
import { fate, settled, speakFor as setUp } from '../support/spoken.ts'

beforeEach(() => {
  vi.spyOn(Math, 'random').mockReturnValue(0.5)
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

/** The second of two calls on one worker has been claimed by it, and is aborted; the grace is 100 ms. */
async function abortClaimed() {
  const kit = setUp({ maxInFlight: 2, abortGraceMs: 100 })
  await kit.start()
  fate(kit.task.work())
  const call = kit.task.work()
  fate(call)
  await settled()
  kit.claim(kit.workers[0], 2)
  call.abort()
  return kit
}

describe('an abort', () => {
  it('of a call that its worker was not sent frees the slot at once, and tells the worker nothing', async () => {
    const { task, start, workers, sent, posted, runtime } = setUp()
    await start()
    const call = task.work()
    const aborted = fate(call)
    call.abort('at once')
    expect(task.control.getSnapshot().queue.inFlight).toBe(0)
    await settled()
    expect([aborted(), sent(workers[0]), posted(workers[0], wire.CANCEL)]).toEqual(['aborted', [], []])
    runtime.dispose()
  })

  it('of a call that can be had back in shared memory frees its place at once, and tells the worker nothing', async () => {
    vi.stubGlobal('crossOriginIsolated', true)
    const { task, start, workers, posted, runtime, answer } = setUp()
    await start()
    const first = fate(task.work())
    const call = task.work()
    const aborted = fate(call)
    await settled()
    call.abort()
    await settled()
    expect(task.control.getSnapshot().queue).toMatchObject({ inFlight: 1, pending: 0 })
    expect([aborted(), posted(workers[0], wire.CANCEL)]).toEqual(['aborted', []])
    answer(workers[0], [1])
    await settled()
    expect([first(), task.control.getSnapshot().queue.inFlight]).toEqual(['ok', 0])
    runtime.dispose()
  })

  it('of a call that its worker has claimed gives it the grace, which begins anew when the worker tells of the start', async () => {
    vi.stubGlobal('crossOriginIsolated', true)
    const { workers, answer, clock, runtime } = await abortClaimed()
    clock.advance(60)
    answer(workers[0], [2], wire.STARTED, undefined)
    clock.advance(60)
    expect(workers[0]?.terminations).toBe(0)
    clock.advance(60)
    expect(workers[0]?.terminations).toBe(1)
    runtime.dispose()
  })

  it('of a call that its worker has claimed ends the worker after the grace, though no message tells of a start', async () => {
    vi.stubGlobal('crossOriginIsolated', true)
    const { workers, clock, runtime } = await abortClaimed()
    clock.advance(101)
    expect(workers[0]?.terminations).toBe(1)
    runtime.dispose()
  })

  it('comes to a worker once: a message that was lost later asks for nothing more', async () => {
    const { task, start, workers, posted, runtime } = setUp()
    await start()
    const call = task.letters()
    fate(call as unknown as Promise<unknown>)
    await settled()
    call.abort()
    workers[0]?.emit('messageerror', {})
    workers[0]?.says(wire.AUDITED, posted(workers[0], wire.AUDIT)[0]?.[1], 1, 5)
    await settled()
    expect(posted(workers[0], wire.CANCEL).length).toBe(1)
    expect(task.control.getSnapshot().counts).toMatchObject({ canceled: 1, failed: 0 })
    runtime.dispose()
  })
})

describe('the watch for signs of life', () => {
  /** How often the page is woken within so many ms. */
  const wakes = ({ clock }: ReturnType<typeof setUp>, ms: number): number => {
    const until = clock.now() + ms
    let count = 0
    while (clock.next(Math.max(0, until - clock.now()))) count++
    clock.advance(Math.max(0, until - clock.now()))
    return count
  }

  it('wakes the page four times per heartbeatMs however many calls run, and not at all when none does', async () => {
    const kit = setUp({ heartbeatMs: 1_000, maxInFlight: 3 })
    const { task, start, workers, answer, clock, runtime } = kit
    await start()
    for (let call = 0; call < 3; call++) {
      fate(task.work())
      await settled()
      clock.advance(30)
    }
    clock.advance(300)
    expect(wakes(kit, 500)).toBe(2)
    answer(workers[0], [1, 2, 3])
    await settled()
    wakes(kit, 250)
    expect(wakes(kit, 5_000)).toBe(0)
    fate(task.work())
    await settled()
    expect(wakes(kit, 500)).toBe(2)
    runtime.dispose()
  })

  it('counts silence up to the millisecond', async () => {
    const { task, start, workers, clock, runtime } = setUp({ heartbeatMs: 100 })
    await start()
    const call = fate(task.work())
    await settled()
    clock.advance(99)
    await settled()
    expect([workers[0]?.terminations, call()]).toEqual([0, 'open'])
    clock.advance(1)
    await settled()
    expect([workers[0]?.terminations, call()]).toEqual([1, 'hang'])
    runtime.dispose()
  })

  it('is off where no heartbeat is asked for', async () => {
    const kit = setUp()
    await kit.start()
    fate(kit.task.work())
    await settled()
    wakes(kit, 10_000)
    expect([wakes(kit, 1e6), kit.workers[0]?.terminations]).toEqual([0, 0])
    kit.runtime.dispose()
  })

  it('ends a generator that owes an item and is silent, not one that waits for its reader', async () => {
    const { task, start, workers, clock, runtime, posted } = setUp({ heartbeatMs: 100 })
    await start()
    const items = (task.letters() as AsyncIterable<string>)[Symbol.asyncIterator]()
    const read = [items.next(), items.next()].map(fate)
    await settled()
    expect(posted(workers[0], wire.CALLS).length).toBe(1)
    workers[0]?.says(wire.ITEMS, 1, 'a', 'b')
    clock.advance(90)
    await settled()
    expect([workers[0]?.terminations, read.map((each) => each())]).toEqual([
      0,
      [
        { done: false, value: 'a' },
        { done: false, value: 'b' },
      ],
    ])
    // The reader asks for more: from now on an item is owed.
    const last = fate(items.next())
    clock.advance(90)
    await settled()
    expect([workers[0]?.terminations, last()]).toEqual([0, 'open'])
    clock.advance(60)
    await settled()
    expect([workers[0]?.terminations, last()]).toEqual([1, 'hang'])
    runtime.dispose()
  })
})
