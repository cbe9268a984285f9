/** The workers of a task: which one takes a call, how many are started and when, and what a death or a failed start costs. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ChannelOwner } from '../../../src/channel/channel-owner.ts'
import type { WorkerChannel } from '../../../src/channel/worker-channel.ts'
import { AbortTaskController } from '../../../src/lib/abort-task-controller.ts'
import { type FleetSettings, WorkerFleet } from '../../../src/pool/worker-fleet.ts'
import { Host, type Seam } from '../../../src/pool/turns.ts'
import type { TaskIdentity } from '../../../src/telemetry/instrumentation.ts'
import { makeCall } from '../support/calls.ts'

beforeEach(() => {
  // The jitter: three quarters of the longest.
  vi.spyOn(Math, 'random').mockReturnValue(0.5)
})
afterEach(() => {
  vi.restoreAllMocks()
})

function setUp(settings: Partial<FleetSettings> = {}) {
  const timers: { at: number; fn: () => void }[] = []
  let now = 0
  const clock = {
    now: () => now,
    setTimeout: (fn: () => void, ms: number) => {
      const timer = { at: now + ms, fn }
      timers.push(timer)
      return timer
    },
    clearTimeout: (timer: unknown) => {
      const at = timers.indexOf(timer as { at: number; fn: () => void })
      if (at >= 0) timers.splice(at, 1)
    },
  }
  const advance = (ms: number): void => {
    const end = now + ms
    for (;;) {
      const due = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0]
      if (!due) break
      timers.splice(timers.indexOf(due), 1)
      now = Math.max(now, due.at)
      due.fn()
    }
    now = end
  }
  const events: unknown[][] = []
  const seam = {
    active: {
      workerSpawned: (_task: unknown, index: number) => events.push(['spawned', index]),
      workerTerminated: (_task: unknown, index: number, reason: string) =>
        events.push(['terminated', index, reason]),
      flush() {},
    },
  } as unknown as Seam
  const host = new Host(clock, seam, new AbortTaskController())
  const late: number[] = []
  const owner = {
    turn: (fn: () => void) => fn(),
    channelFailed: (channel: WorkerChannel) => late.push(channel.index),
  } as unknown as ChannelOwner<WorkerChannel>
  const terminated: number[] = []
  const worker: FleetSettings['worker'] = ({ index }) =>
    ({
      postMessage() {},
      terminate: () => terminated.push(index),
      addEventListener() {},
      removeEventListener() {},
    }) as unknown as Worker
  let recoveries = 0
  const fleet = new WorkerFleet(
    {
      worker,
      name: 'task',
      wantsProgress: false,
      movesAhead: true,
      clock,
      limit: 2,
      maxInFlight: 2,
      startTimeoutMs: 1_000,
      idleTimeoutMs: undefined,
      crashMaxRetries: 3,
      isEager: false,
      ...settings,
    },
    { taskId: 'task' } as TaskIdentity,
    host,
    owner,
    () => recoveries++,
  )
  /** Takes a slot of the worker that is picked. */
  const pick = (): WorkerChannel | null => {
    const channel = fleet.pick()
    if (channel !== null) {
      channel.running++
      channel.held.set(channel.running, makeCall(channel.running))
    }
    return channel
  }
  const up = (channel: WorkerChannel): void => {
    channel.state = 'ready'
    fleet.ready(channel)
  }
  const free = (channel: WorkerChannel): void => {
    channel.held.clear()
    channel.running = 0
  }
  const indexes = () => fleet.channels.map(({ index }) => index)
  return {
    fleet,
    host,
    pick,
    up,
    free,
    advance,
    events,
    late,
    terminated,
    indexes,
    recoveries: () => recoveries,
  }
}

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
    expect([events, indexes(), fleet.channels[0]?.isMade, b.isMade]).toEqual([
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
    expect([events, other.isMade]).toEqual([[], false])
  })

  it('take the lowest index that is free', () => {
    const { fleet, indexes } = setUp({ limit: 3, maxInFlight: 3 })
    fleet.spawnAll()
    fleet.remove(fleet.channels[1] as WorkerChannel)
    fleet.remove({ index: 9 } as WorkerChannel)
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

describe('a start', () => {
  it('has so much time, from when it is made, and again from each sign of life', () => {
    const { fleet, pick, advance, late } = setUp()
    const a = pick() as WorkerChannel
    advance(500)
    fleet.makeAll()
    advance(900)
    fleet.setsUp(a)
    advance(900)
    expect(late).toEqual([])
    advance(200)
    expect(late).toEqual([0])
  })

  it('is not late once the worker is ready, or gone', () => {
    const { fleet, pick, up, advance, late } = setUp()
    const [a, b] = [pick(), pick()] as [WorkerChannel, WorkerChannel]
    fleet.makeAll()
    up(a)
    fleet.remove(b)
    advance(5_000)
    expect(late).toEqual([])
  })

  it.each([
    { what: 'a death', count: 'countCrash', waits: [75, 150, 300, 600, 1_200, 1_500, 1_500] },
    { what: 'a failed start', count: 'countFailedStart', waits: [187.5, 750, 3_000, 6_000, 6_000] },
  ] as const)('waits after $what, longer each time, to a bound', ({ count, waits }) => {
    const { fleet, pick, advance, recoveries } = setUp({ crashMaxRetries: 99, limit: 1 })
    for (const wait of waits) {
      const channel = pick() as WorkerChannel
      fleet.remove(channel)
      const before = recoveries()
      expect(fleet[count](channel)).toBe(false)
      expect([fleet.canTake, pick()]).toEqual([false, null])
      advance(wait - 2)
      expect([fleet.canTake, recoveries()]).toEqual([false, before])
      advance(4)
      expect([fleet.canTake, recoveries()]).toEqual([true, before + 1])
    }
    expect([fleet.consecutiveCrashes, fleet.crashes]).toEqual([waits.length, new Map([[0, waits.length]])])
  })

  it('comes too often after so many in a row, and at once after that on probation', () => {
    const { fleet, pick } = setUp({ crashMaxRetries: 2, limit: 9, maxInFlight: 9 })
    const channel = pick() as WorkerChannel
    expect([fleet.countCrash(channel), fleet.countFailedStart(channel), fleet.countCrash(channel)]).toEqual([
      false,
      false,
      true,
    ])
    fleet.remove(channel)
    fleet.onProbation()
    // One start is tried.
    expect([fleet.canTake, pick()?.index, pick()]).toEqual([true, 0, null])
    expect([fleet.consecutiveCrashes, fleet.countCrash(channel)]).toEqual([2, true])
    fleet.forgive()
    expect([fleet.consecutiveCrashes, fleet.countCrash(channel)]).toEqual([0, false])
    fleet.forgive()
    expect(fleet.canTake).toBe(true)
  })

  it('follows by itself on the death of a worker that is kept running, and on that of no other', () => {
    for (const isEager of [true, false]) {
      const { fleet, advance, indexes } = setUp({ isEager })
      fleet.spawnAll()
      for (const channel of [...fleet.channels]) {
        fleet.remove(channel)
        fleet.countCrash(channel)
      }
      advance(1_000)
      expect(indexes()).toEqual(isEager ? [0, 1] : [])
    }
  })

  it('that was wanted and failed is tried again by itself; one for a call waits for a call', () => {
    const wanted = setUp()
    wanted.fleet.spawnAll()
    const [a] = wanted.fleet.channels as [WorkerChannel]
    wanted.fleet.remove(a)
    wanted.fleet.countFailedStart(a)
    wanted.advance(1_000)
    expect(wanted.indexes()).toEqual([1, 0])
    const called = setUp()
    const b = called.pick() as WorkerChannel
    called.fleet.remove(b)
    called.fleet.countFailedStart(b)
    called.advance(1_000)
    expect(called.indexes()).toEqual([])
  })

  it('by itself comes once for each that is owed, within the limit, and not after a rest', () => {
    const { fleet, advance, indexes } = setUp({ isEager: true, limit: 2 })
    fleet.spawnAll()
    const [a] = fleet.channels as [WorkerChannel]
    fleet.remove(a)
    fleet.countCrash(a)
    fleet.countCrash(a)
    advance(2_000)
    expect(indexes()).toEqual([1, 0])
    fleet.remove(fleet.channels[0] as WorkerChannel)
    fleet.countCrash(a)
    fleet.rest()
    advance(9_000)
    expect([indexes(), fleet.canTake]).toEqual([[0], true])
    fleet.spawnAll()
    fleet.remove(fleet.channels[0] as WorkerChannel)
    expect(indexes()).toEqual([1])
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
