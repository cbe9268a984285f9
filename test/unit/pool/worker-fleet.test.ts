/** The workers of a task: which one takes a call, how many there are, and when one that has nothing to do is stopped. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { WorkerChannel } from '../../../src/channel/worker-channel.ts'
import { makeFleet as setUp } from '../support/fleet.ts'

beforeEach(() => {
  // The jitter: three quarters of the longest.
  vi.spyOn(Math, 'random').mockReturnValue(0.5)
})
afterEach(() => {
  vi.restoreAllMocks()
})

describe('a call goes', () => {
  it('to a new worker while there may be more, then to nobody', () => {
    const { fleet, pick } = setUp()
    const canTake: boolean[] = []
    const picked = Array.from({ length: 3 }, () => {
      canTake.push(fleet.canTake)
      return pick()?.index ?? null
    })
    expect([picked, canTake]).toEqual([
      [0, 1, null],
      [true, true, false],
    ])
  })

  it('to a worker that has nothing to do before a new one is started', () => {
    const { pick, up, free, fleet } = setUp({ limit: 3, maxInFlight: 3 })
    const [a, b] = [pick(), pick()] as [WorkerChannel, WorkerChannel]
    up(a)
    up(b)
    free(b)
    expect([pick(), fleet.channels.length, pick()?.index]).toEqual([b, 2, 2])
  })

  it('to a worker that starts and has nothing to do, before another one is started', () => {
    const { pick, free, fleet } = setUp()
    const a = pick() as WorkerChannel
    free(a)
    expect([pick(), fleet.channels.length]).toEqual([a, 1])
  })

  it('to the one with the least of its slots taken, as slots are shared out evenly', () => {
    const { pick, up, fleet } = setUp({ limit: 2, maxInFlight: 5 })
    fleet.spawnAll()
    const [a, b] = fleet.channels as [WorkerChannel, WorkerChannel]
    expect([a.slots, b.slots, a.isWanted]).toEqual([3, 2, true])
    up(a)
    up(b)
    expect(Array.from({ length: 6 }, () => pick()?.index ?? null)).toEqual([0, 1, 0, 1, 0, null])
  })

  it('to a worker that is up before one as loaded that has to start', () => {
    const { pick, up, fleet } = setUp({ limit: 2, maxInFlight: 4 })
    fleet.spawnAll()
    const [a, b] = fleet.channels as [WorkerChannel, WorkerChannel]
    up(b)
    expect(pick()).toBe(b)
    expect(pick()).toBe(a)
    expect([pick(), a.running, b.running]).toEqual([b, 1, 2])
    expect([pick(), pick()]).toEqual([a, null])
  })

  it('to the first of several that start and are as loaded', () => {
    const { pick, fleet } = setUp({ limit: 3, maxInFlight: 6 })
    fleet.spawnAll()
    expect([pick()?.index, pick()?.index, pick()?.index, pick()?.index]).toEqual([0, 1, 2, 0])
  })

  it('to the first of several that are as loaded and up', () => {
    const { pick, up, fleet } = setUp({ limit: 2, maxInFlight: 4 })
    fleet.spawnAll()
    for (const channel of fleet.channels) up(channel)
    expect([pick()?.index, pick()?.index, pick()?.index]).toEqual([0, 1, 0])
  })
})

describe('workers', () => {
  it('are made at the end of the turn, each told once, none that nobody waits for any more', () => {
    const { fleet, pick, free, events, indexes } = setUp({ limit: 3, maxInFlight: 3 })
    const [, b] = [pick(), pick()] as [WorkerChannel, WorkerChannel]
    free(b)
    fleet.makeAll()
    fleet.makeAll()
    expect([events, indexes(), isMade(fleet.channels[0]), isMade(b)]).toEqual([
      [['spawned', 0]],
      [0],
      true,
      false,
    ])
  })

  it('that are wanted are made without a call', () => {
    const { fleet, events } = setUp()
    fleet.spawnAll()
    fleet.makeAll()
    expect(events).toEqual([
      ['spawned', 0],
      ['spawned', 1],
    ])
  })

  it('that are removed before they are made are not made, nor those that were closed', () => {
    const { fleet, host, events, pick } = setUp()
    fleet.remove(pick() as WorkerChannel)
    fleet.makeAll()
    const other = pick() as WorkerChannel
    host.turn(() => {
      fleet.makeAll()
      other.close(false)
    })
    expect([events, isMade(other)]).toEqual([[], false])
  })

  it('take the lowest index that is free', () => {
    const { fleet, indexes } = setUp({ limit: 3, maxInFlight: 3 })
    fleet.spawnAll()
    fleet.remove(fleet.channels[1] as WorkerChannel)
    fleet.remove({ index: 9, sessions: new Set() } as unknown as WorkerChannel)
    expect(indexes()).toEqual([0, 2])
    fleet.spawnAll()
    expect(indexes()).toEqual([0, 2, 1])
  })

  it('that were made are reported when they are stopped, others are not', () => {
    const { fleet, events, terminated } = setUp()
    fleet.spawnAll()
    const [a, b] = fleet.channels as [WorkerChannel, WorkerChannel]
    fleet.stop(a, 'stopped')
    fleet.makeAll()
    fleet.stop(b, 'hang')
    expect([events, terminated, fleet.channels]).toEqual([
      [
        ['spawned', 1],
        ['terminated', 1, 'hang'],
      ],
      [1],
      [],
    ])
  })

  it.each([
    ['stopped', true],
    ['idle', true],
    ['parked', true],
    ['abort-grace', false],
    ['hang', false],
  ] as const)('stopped for %s: in an orderly way: %s', (reason, isOrderly) => {
    const { fleet, pick } = setUp()
    const channel = pick() as WorkerChannel
    const close = vi.spyOn(channel, 'close')
    fleet.stop(channel, reason)
    expect(close.mock.calls).toEqual([[isOrderly]])
  })
})

describe('a worker with nothing to do', () => {
  it('is stopped when that has lasted, each by its own time, and not while it works', () => {
    const { fleet, pick, up, free, advance, events, recoveries } = setUp({
      idleTimeoutMs: 100,
      limit: 3,
      maxInFlight: 3,
    })
    const channels = [pick(), pick(), pick()] as [WorkerChannel, WorkerChannel, WorkerChannel]
    fleet.makeAll()
    events.length = 0
    for (const channel of channels) up(channel)
    const [a, b] = channels
    free(a)
    fleet.watchIdle(a)
    advance(60)
    free(b)
    fleet.watchIdle(b)
    advance(30)
    expect(events).toEqual([])
    advance(15)
    expect([events, recoveries()]).toEqual([[['terminated', 0, 'idle']], 1])
    advance(60)
    expect(events).toEqual([
      ['terminated', 0, 'idle'],
      ['terminated', 1, 'idle'],
    ])
    advance(1_000)
    expect(fleet.channels.length).toBe(1)
  })

  it('is stopped though others were before it, long ago', () => {
    const { fleet, pick, up, free, advance, terminated } = setUp({ idleTimeoutMs: 100 })
    for (let round = 1; round <= 3; round++) {
      const channel = pick() as WorkerChannel
      fleet.makeAll()
      up(channel)
      free(channel)
      fleet.watchIdle(channel)
      advance(99)
      expect(terminated.length).toBe(round - 1)
      advance(1)
      expect(terminated.length).toBe(round)
      advance(1_000)
    }
  })

  it('is kept where no such time is set', () => {
    const { fleet, pick, up, free, advance, events } = setUp()
    const a = pick() as WorkerChannel
    fleet.makeAll()
    events.length = 0
    up(a)
    free(a)
    fleet.watchIdle(a)
    advance(1e9)
    expect(events).toEqual([])
  })

  it('is not stopped by a timer once the fleet rests', () => {
    const { fleet, pick, up, free, advance } = setUp({ idleTimeoutMs: 100 })
    const a = pick() as WorkerChannel
    up(a)
    free(a)
    fleet.watchIdle(a)
    fleet.rest()
    advance(1_000)
    expect(fleet.channels).toEqual([a])
    fleet.watchIdle(a)
    advance(1_000)
    expect(fleet.channels).toEqual([])
  })
})

function isMade(channel: WorkerChannel | undefined): boolean {
  return channel !== undefined && channel.madeAt >= 0
}
