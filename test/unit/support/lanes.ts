/** The lanes of keys on a queue of their own, without a pool: a test settles the calls. */
import { type Call, type CallOptions, NORMAL } from '../../../src/call/call.ts'
import { DispatchQueue } from '../../../src/queue/dispatch-queue.ts'
import { type Entry, KeyLanes } from '../../../src/queue/key-lanes.ts'
import type { KeyMode } from '../../../src/types/task.ts'
import { makeCall } from './calls.ts'

export function makeLanes({ maxInFlight = 9, maxQueueDepth = 9, maxBlocked = 9 } = {}) {
  const superseded: [call: number, by: number][] = []
  const queue: DispatchQueue = new DispatchQueue(
    { maxInFlight, maxQueueDepth, policy: 'block', maxBlocked },
    {
      admitted: (call) => {
        if (!lanes.admitted(call)) queue.makeReady(call)
      },
      mustWait: (call) => lanes.mustWait(call),
      canStart: () => true,
      oldestHeld: () => lanes.oldestHeld(),
      evicted: (call) => end(call),
    },
  )
  const lanes: KeyLanes = new KeyLanes(queue, (call, by) => {
    superseded.push([call.id, by.id])
    end(call)
  })
  /** As the pool settles a call that is on no worker. */
  const end = (call: Call): void => {
    queue.settle(call)
    if (call.place === null) lanes.over(call)
  }
  let ids = 0
  const make = (keyMode: KeyMode, more: Partial<CallOptions> = {}, method = 'method'): Call => {
    const call = makeCall(++ids, more.priority ?? NORMAL, { key: 'key', keyMode, ...more })
    return Object.assign(call, { method })
  }
  const enter = (call: Call): Entry => {
    const entry = lanes.enter(call)
    if (entry === 'new') queue.offer(call)
    else if (entry === 'admitted' && !lanes.admitted(call)) queue.makeReady(call)
    return entry
  }
  const call = (...args: Parameters<typeof make>): Call => {
    const made = make(...args)
    enter(made)
    return made
  }
  /** Takes the next call, whose handler runs. */
  const run = (): Call => {
    const taken = queue.take() as Call
    queue.run(taken)
    return taken
  }
  const finish = (done: Call): void => {
    queue.settle(done)
    queue.leave(done, true)
    lanes.over(done)
  }
  return { queue, lanes, superseded, make, enter, call, run, finish, end }
}
