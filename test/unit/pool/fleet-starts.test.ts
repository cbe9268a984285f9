/** The starts of a task's workers: how long one may take, what a death or a failed start costs, and what follows by itself. */
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

  it('has its time again where the page was blocked meanwhile: it may have needed the page', () => {
    const { fleet, pick, stall, advance, late } = setUp()
    pick()
    fleet.makeAll()
    stall(1_051)
    advance(0)
    expect(late).toEqual([])
    advance(999)
    expect(late).toEqual([])
    advance(1)
    expect(late).toEqual([0])
    const other = setUp()
    other.pick()
    other.fleet.makeAll()
    other.stall(1_050)
    other.advance(0)
    expect(other.late).toEqual([0])
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
    const { fleet, pick, advance, recoveries } = setUp({ maxCrashes: 99, limit: 1 })
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
    const { fleet, pick } = setUp({ maxCrashes: 2, limit: 9, maxInFlight: 9 })
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

  it('waits as long as ever after a death that was forgiven, though the earlier pause is over', () => {
    const { fleet, pick, advance } = setUp()
    const channel = pick() as WorkerChannel
    fleet.remove(channel)
    fleet.countCrash(channel)
    advance(50)
    fleet.forgive()
    fleet.countCrash(channel)
    advance(74)
    expect(fleet.canTake).toBe(false)
    advance(2)
    expect(fleet.canTake).toBe(true)
  })

  it('waits for the longer pause where another dies within the first', () => {
    const { fleet, pick, advance } = setUp()
    const [a, b] = [pick(), pick()] as [WorkerChannel, WorkerChannel]
    fleet.remove(a)
    fleet.countCrash(a)
    advance(50)
    fleet.remove(b)
    fleet.countCrash(b)
    advance(149)
    expect(fleet.canTake).toBe(false)
    advance(2)
    expect(fleet.canTake).toBe(true)
  })

  it('waits for nothing where the fleet was at rest since', () => {
    const { fleet, pick } = setUp()
    const channel = pick() as WorkerChannel
    fleet.remove(channel)
    fleet.countCrash(channel)
    fleet.rest()
    expect([fleet.canTake, fleet.consecutiveCrashes]).toEqual([true, 0])
  })

  it('by itself comes for each that is owed and no more, though there may be more workers', () => {
    const { fleet, advance, indexes } = setUp({ isEager: true, limit: 3, maxInFlight: 3 })
    fleet.spawnAll()
    const [a, b, c] = fleet.channels as [WorkerChannel, WorkerChannel, WorkerChannel]
    for (const channel of [b, c]) fleet.stop(channel, 'idle')
    fleet.remove(a)
    fleet.countCrash(a)
    advance(1_000)
    expect(indexes()).toEqual([0])
  })

  it('by itself comes for a worker that was ended within a pause, when the pause is over', () => {
    const { fleet, advance, indexes } = setUp({ isEager: true })
    fleet.spawnAll()
    const [a, b] = fleet.channels as [WorkerChannel, WorkerChannel]
    fleet.remove(a)
    fleet.countCrash(a)
    fleet.stop(b, 'hang')
    expect(indexes()).toEqual([])
    advance(1_000)
    expect(indexes()).toEqual([0, 1])
  })

  it('is owed no more once there are as many workers as there may be', () => {
    const { fleet, advance, indexes } = setUp({ isEager: true })
    fleet.spawnAll()
    const [a] = fleet.channels as [WorkerChannel]
    fleet.remove(a)
    fleet.countCrash(a)
    fleet.countCrash(a)
    advance(1_000)
    expect(indexes()).toEqual([1, 0])
    fleet.stop(fleet.channels[0] as WorkerChannel, 'idle')
    fleet.forgive()
    expect(indexes()).toEqual([0])
  })

  it('that succeeds ends the probation: others follow', () => {
    const { fleet, pick, up } = setUp({ maxCrashes: 0 })
    fleet.onProbation()
    expect(fleet.consecutiveCrashes).toBe(1)
    const first = pick() as WorkerChannel
    expect([fleet.canTake, pick()]).toEqual([false, null])
    up(first)
    expect([fleet.canTake, pick()?.index]).toEqual([true, 1])
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
