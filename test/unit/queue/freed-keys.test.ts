/** A key that is free again looks for a call that waits for it, and only where there is one. */
import { expect, it } from 'vitest'
import { type Call, NORMAL, READY } from '../../../src/call/call.ts'
import { DispatchQueue } from '../../../src/queue/dispatch-queue.ts'
import { KeyLanes } from '../../../src/queue/key-lanes.ts'
import { makeCall } from '../support/calls.ts'

/** A full queue: one call of a hot key runs, and `blocked` more wait for their key and for room. */
function setUp(blocked: number) {
  const queue: DispatchQueue = new DispatchQueue(
    { maxInFlight: 1_000, maxQueueDepth: 0, policy: 'block', maxBlocked: Number.POSITIVE_INFINITY },
    {
      admitted: (call) => {
        if (!lanes.admitted(call)) queue.makeReady(call)
      },
      mustWait: (call) => lanes.mustWait(call),
      canStart: () => true,
      oldestHeld: () => lanes.oldestHeld(),
      evicted: () => {},
    },
  )
  const lanes: KeyLanes = new KeyLanes(queue, () => {})
  let ids = 0
  const enter = (key: string): Call => {
    const call = makeCall(++ids, NORMAL, { key, keyMode: 'serial' })
    if (lanes.enter(call) === 'new') queue.offer(call)
    return call
  }
  const start = (key: string): Call => {
    const call = enter(key)
    queue.run(queue.take() as Call)
    return call
  }
  const finish = (call: Call): void => {
    queue.settle(call)
    queue.leave(call, true)
    lanes.over(call)
  }
  const hot = start('hot')
  let reads = 0
  const waiting = Array.from({ length: blocked }, () => {
    const call = enter('hot')
    // Whoever compares lanes reads this.
    Object.defineProperty(call, 'method', {
      get() {
        reads++
        return 'method'
      },
    })
    return call
  })
  return { queue, hot, waiting, start, enter, finish, reads: () => reads }
}

it('costs nothing for each call that waits for another key', () => {
  const { start, finish, reads, queue } = setUp(10_000)
  for (let n = 0; n < 500; n++) finish(start(`cold ${n}`))
  expect(reads()).toBe(0)
  expect(queue.blocked).toBe(10_000)
})

it('finds the one that waits for it, also behind those of another', () => {
  const { start, enter, finish, queue, hot, waiting } = setUp(3)
  const cold = start('cold')
  const next = enter('cold')
  finish(cold)
  expect(queue.admitNext()).toBe(true)
  expect(next.state).toBe(READY)
  finish(hot)
  expect(queue.admitNext()).toBe(false)
  queue.run(queue.take() as Call)
  expect(queue.admitNext()).toBe(true)
  expect(waiting.map(({ state }) => state === READY)).toEqual([true, false, false])
})

it('finds it when the one that owned the key, or others that waited, were taken out', () => {
  const { finish, queue, hot, waiting } = setUp(3)
  queue.settle(waiting[0] as Call)
  finish(hot)
  expect(queue.admitNext()).toBe(true)
  expect(waiting[1]?.state).toBe(READY)
})
