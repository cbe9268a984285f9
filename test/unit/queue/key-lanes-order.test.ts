/** Calls of one key that meet calls of another mode, or another state: who waits for the key, who for room, who is next. */
import { describe, expect, it } from 'vitest'
import { BLOCKED, HELD, HIGH, LOW, READY } from '../../../src/call/call.ts'
import { makeLanes as setUp } from '../support/lanes.ts'

describe('a call that is blocked', () => {
  it('waits for room alone where its mode has no order, though an ordered call has its key', () => {
    const { call, queue } = setUp({ maxQueueDepth: 1 })
    call('serial')
    const free = [call('parallel'), call('latest'), call('serial', { key: 'other' })]
    expect(free.map(({ state }) => state)).toEqual([BLOCKED, BLOCKED, BLOCKED])
    expect(queue.waitingCount).toBe(4)
    call('serial')
    expect([queue.waitingCount, queue.blocked]).toEqual([4, 4])
  })

  it('goes on waiting for its key when the key passes to another', () => {
    const { call, run, finish, queue } = setUp({ maxQueueDepth: 2 })
    const [a, b, c] = [call('serial'), call('serial'), call('serial')]
    expect([a, b, c].map(({ state }) => state)).toEqual([READY, HELD, BLOCKED])
    run()
    finish(a)
    // What waits for room: `b`, which has the key, and not `c`.
    expect([b.state, queue.waitingCount]).toEqual([READY, 1])
  })

  it('goes on waiting for its key when a call ends that never had it', () => {
    const { call, end, queue } = setUp({ maxQueueDepth: 1 })
    const a = call('serial')
    const [unordered] = [call('latest'), call('serial'), call('serial')]
    end(a)
    // The first that waits for the key could have it now.
    expect(queue.waitingCount).toBe(2)
    end(unordered)
    expect(queue.waitingCount).toBe(1)
  })
})

describe('keep-last', () => {
  it('starts after the one that it replaces has left its worker, though that one was handed ahead only', () => {
    const { make, enter, call, queue, lanes } = setUp()
    const a = call('keep-last')
    queue.takeAhead()
    a.place = { index: 0, replace() {} }
    const b = make('keep-last')
    expect([enter(b), b.state, queue.take()]).toEqual(['admitted', HELD, null])
    queue.leave(a, false)
    lanes.over(a)
    expect(queue.take()).toBe(b)
  })
})

describe('dedupe', () => {
  it('handed over to a call of another priority is not counted as ahead where it runs', () => {
    const { call, lanes, run, queue } = setUp()
    const a = call('dedupe')
    const heir = call('dedupe', { priority: HIGH })
    run()
    a.place = { index: 0, replace() {} }
    lanes.handOver(a)
    expect([heir.place?.index, queue.aheadOf]).toEqual([0, [0, 0, 0]])
  })

  it('handed over leaves the newest call of its key the newest', () => {
    const { call, lanes, run, superseded } = setUp()
    const a = call('dedupe')
    call('dedupe')
    run()
    const newest = call('keep-last')
    a.place = { index: 0, replace() {} }
    lanes.handOver(a)
    const last = call('keep-last')
    expect(superseded).toEqual([[newest.id, last.id]])
  })
})

describe('what is evicted first of the calls that wait in lanes', () => {
  it('is the older of two that are equally urgent, whichever lane comes first', () => {
    for (const keys of [
      ['a', 'b'],
      ['b', 'a'],
    ]) {
      const { call, lanes } = setUp({ maxQueueDepth: 99 })
      for (const key of keys) call('serial', { key })
      const old = call('serial', { key: 'a' })
      call('serial', { key: 'b' })
      expect(lanes.oldestHeld()).toBe(old)
    }
  })

  it('is the less urgent one, though a more urgent one in a later lane is older', () => {
    const { call, lanes } = setUp({ maxQueueDepth: 99 })
    for (const key of ['a', 'b']) call('serial', { key })
    call('serial', { key: 'b', priority: HIGH })
    const low = call('serial', { key: 'a', priority: LOW })
    expect(lanes.oldestHeld()).toBe(low)
  })
})
