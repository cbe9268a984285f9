/** The queue's rules, one by one: who is let in, who makes room for whom, and where a call stands after each step. */
import { describe, expect, it } from 'vitest'
import {
  AHEAD,
  BLOCKED,
  type Call,
  type CallState,
  HELD,
  HIGH,
  LOW,
  NORMAL,
  type PriorityIndex,
  READY,
  RUNNING,
  SETTLED,
  STARTING,
} from '../../../src/call/call.ts'
import { LinkedList } from '../../../src/lib/linked-list.ts'
import { DispatchQueue } from '../../../src/queue/dispatch-queue.ts'
import type { QueueLimits } from '../../../src/queue/queue-events.ts'
import { makeCall } from '../support/calls.ts'

/** A queue whose keyed calls wait for their key while a test says so, in one lane. */
function setUp(limits: Partial<QueueLimits> = {}) {
  const lane = new LinkedList<Call>()
  const evicted: number[] = []
  const state = { canStart: true, isKeyTaken: true, ids: 0 }
  const queue: DispatchQueue = new DispatchQueue(
    { maxInFlight: 1, maxQueueDepth: 2, policy: 'block', maxBlocked: 2, ...limits },
    {
      admitted(call) {
        if (call.key === undefined || !state.isKeyTaken) queue.makeReady(call)
        else {
          queue.hold(call)
          lane.push(call)
        }
      },
      mustWait: (call) => call.key !== undefined && state.isKeyTaken,
      canStart: () => state.canStart,
      oldestHeld: () => lane.head,
      evicted(call) {
        evicted.push(call.id)
        queue.settle(call)
      },
    },
  )
  const make = (priority: PriorityIndex = NORMAL, key?: string): Call =>
    makeCall(++state.ids, priority, key === undefined ? {} : { key })
  const offer = (priority?: PriorityIndex, key?: string): Call => {
    const call = make(priority, key)
    queue.offer(call)
    return call
  }
  const counts = () => ({
    inFlight: queue.inFlight,
    ready: queue.readyCount,
    ahead: queue.ahead,
    pending: queue.pending,
    blocked: queue.blocked,
  })
  const stateOf = (...calls: readonly Call[]): CallState[] => calls.map((call) => call.state)
  return { queue, lane, evicted, state, make, offer, counts, stateOf }
}

/** A queue whose one slot is taken. */
function busy(limits: Partial<QueueLimits> = {}) {
  const kit = setUp(limits)
  kit.offer()
  kit.queue.take()
  return kit
}

describe('a call is let in', () => {
  it('while there is room, then waits for it, then is refused', () => {
    const { queue, make, counts } = busy()
    expect(Array.from({ length: 5 }, () => queue.offer(make()))).toEqual([
      'pending',
      'pending',
      'blocked',
      'blocked',
      'max-blocked',
    ])
    expect(counts()).toEqual({ inFlight: 1, ready: 2, ahead: 0, pending: 2, blocked: 2 })
    expect(queue.waitingCount).toBe(4)
  })

  it.each([
    ['reject', 'queue-full'],
    ['drop-latest', 'dropped-latest'],
  ] as const)('or not, under %s', (policy, fate) => {
    const { queue, make, counts } = busy({ policy })
    const fates = Array.from({ length: 3 }, () => queue.offer(make()))
    expect([fates, counts().blocked]).toEqual([['pending', 'pending', fate], 0])
  })

  it('where the queue has no depth, if it can start at once', () => {
    const { queue, make, state } = setUp({ maxQueueDepth: 0, policy: 'reject' })
    state.canStart = false
    expect(queue.offer(make())).toBe('queue-full')
    state.canStart = true
    expect(queue.offer(make())).toBe('pending')
    // That one waits to be taken: nothing passes by it.
    expect(queue.offer(make())).toBe('queue-full')
    queue.take()
    expect(queue.offer(make())).toBe('queue-full')
    queue.leave(makeCall(99), true)
    expect([queue.inFlight, queue.offer(make(NORMAL, 'key')), queue.offer(make())]).toEqual([
      0,
      'queue-full',
      'pending',
    ])
  })

  it('where the queue has no depth, but not past one that was handed ahead', () => {
    const { queue, make, offer } = setUp({ maxQueueDepth: 0, maxInFlight: 2, policy: 'reject' })
    offer()
    queue.takeAhead()
    expect([queue.ahead, queue.offer(make())]).toEqual([1, 'queue-full'])
  })

  it('in the room that calls leave which are on their way to a worker, where callers would wait', () => {
    for (const [policy, fate] of [
      ['block', 'pending'],
      ['reject', 'queue-full'],
    ] as const) {
      const { queue, make, offer } = busy({ policy })
      offer()
      offer()
      queue.takeAhead()
      expect(queue.offer(make())).toBe(fate)
    }
  })

  it('behind those that wait for room already, unless those wait for their key', () => {
    const first = busy({ maxQueueDepth: 1 })
    first.offer()
    const blocked = first.offer()
    first.queue.take()
    first.queue.settle(first.queue.peek() as Call)
    expect([first.queue.offer(first.make()), blocked.state]).toEqual(['blocked', BLOCKED])
    const keyed = busy({ maxQueueDepth: 1 })
    keyed.offer(NORMAL, 'key')
    keyed.offer(NORMAL, 'key')
    expect(keyed.counts()).toMatchObject({ pending: 1, blocked: 1 })
    keyed.queue.settle(keyed.lane.head as Call)
    expect(keyed.queue.offer(keyed.make())).toBe('pending')
    expect(keyed.queue.waitingCount).toBe(1)
  })

  it('later, those that could run before those that wait for their key, one at a time', () => {
    const { queue, offer, stateOf, lane } = busy({ maxQueueDepth: 1 })
    const pending = offer()
    const keyed = offer(NORMAL, 'key')
    const plain = offer()
    expect(queue.admitNext()).toBe(false)
    queue.settle(pending)
    expect([queue.admitNext(), stateOf(keyed, plain), queue.admitNext()]).toEqual([
      true,
      [BLOCKED, READY],
      false,
    ])
    queue.settle(plain)
    expect([queue.admitNext(), stateOf(keyed), lane.head, queue.admitNext()]).toEqual([
      true,
      [HELD],
      keyed,
      false,
    ])
  })

  it('that no other call of its key holds up any longer, among those that wait for room, by its age', () => {
    const { queue, offer, stateOf } = busy({ maxQueueDepth: 1, maxBlocked: 9 })
    const pending = offer()
    const [a, b, plain, c] = [offer(NORMAL, 'a'), offer(NORMAL, 'b'), offer(), offer(NORMAL, 'b')]
    queue.keyFreed(({ key }) => key === 'b')
    expect(queue.waitingCount).toBe(3)
    expect([...queue.waitingCalls()]).toEqual([pending, b, plain, a, c])
    expect([queue.blocked, stateOf(a, b, c)]).toEqual([4, [BLOCKED, BLOCKED, BLOCKED]])
    queue.keyFreed(() => false)
    expect(queue.waitingCount).toBe(3)
  })
})

describe('drop-oldest makes room', () => {
  const drop = (limits: Partial<QueueLimits> = {}) => busy({ policy: 'drop-oldest', ...limits })

  it('by the oldest of the lowest priority', () => {
    const { queue, make, offer, evicted } = drop({ maxQueueDepth: 3 })
    const [, low] = [offer(NORMAL), offer(LOW), offer(LOW)]
    expect([queue.offer(make(NORMAL)), evicted, low.state]).toEqual(['pending', [low.id], SETTLED])
    expect(queue.pending).toBe(3)
  })

  it('also by one that waits for its key: the lower priority goes, of one priority the older', () => {
    const lower = drop()
    const [ready, held] = [lower.offer(LOW), lower.offer(NORMAL, 'key')]
    lower.queue.offer(lower.make())
    expect([lower.evicted, ready.state, held.state]).toEqual([[ready.id], SETTLED, HELD])
    const higher = drop()
    const [kept, gone] = [higher.offer(NORMAL), higher.offer(LOW, 'key')]
    higher.queue.offer(higher.make())
    expect([higher.evicted, kept.state, gone.state]).toEqual([[gone.id], READY, SETTLED])
    for (const keys of [
      ['key', undefined],
      [undefined, 'key'],
    ]) {
      const kit = drop()
      const [first] = keys.map((key) => kit.offer(NORMAL, key)) as [Call, Call]
      kit.queue.offer(kit.make())
      expect(kit.evicted).toEqual([first.id])
    }
    const alone = drop({ maxQueueDepth: 1 })
    const only = alone.offer(NORMAL, 'key')
    alone.queue.offer(alone.make())
    expect([alone.evicted, alone.queue.pending]).toEqual([[only.id], 1])
  })

  it('not by one that was handed ahead: the new one is dropped', () => {
    const { queue, make, offer, evicted } = drop({ maxQueueDepth: 1 })
    offer()
    queue.takeAhead()
    expect([queue.offer(make()), evicted]).toEqual(['dropped-latest', []])
  })
})

describe('a call', () => {
  it('that runs holds its slot until it leaves its worker, settled or not', () => {
    const { queue, offer, make, stateOf, counts } = setUp({ maxInFlight: 2, maxQueueDepth: 9 })
    const [a, b] = [offer(), offer()]
    expect([queue.take(), queue.take(), queue.take()]).toEqual([a, b, null])
    queue.run(a)
    expect([stateOf(a, b), queue.hasSlot]).toEqual([[RUNNING, STARTING], false])
    offer()
    expect(queue.take()).toBe(null)
    queue.settle(a)
    expect(counts().inFlight).toBe(2)
    queue.leave(a, true)
    queue.leave(b, true)
    expect([stateOf(a, b), counts().inFlight, queue.hasSlot]).toEqual([[SETTLED, READY], 0, true])
    queue.putBack(b)
    expect([queue.take(), make().state]).toEqual([b, READY])
  })

  it('that is handed ahead stays pending, by its priority, until it has a slot, comes back or is settled', () => {
    const { queue, offer, stateOf, counts } = setUp({ maxInFlight: 9, maxQueueDepth: 9 })
    const calls = ([HIGH, NORMAL, LOW, LOW] as const).map((priority) => offer(priority))
    const [high, normal, low, other] = calls as [Call, Call, Call, Call]
    for (const call of calls) expect(queue.takeAhead()).toBe(call)
    expect([queue.takeAhead(), queue.aheadOf, counts().pending]).toEqual([null, [1, 1, 2], 4])
    queue.giveSlot(high)
    expect([queue.aheadOf, counts().inFlight, stateOf(high)]).toEqual([[0, 1, 2], 1, [STARTING]])
    queue.leave(low, false)
    queue.putBack(low)
    expect([queue.aheadOf, counts().inFlight, queue.peek(), stateOf(low, other)]).toEqual([
      [0, 1, 1],
      1,
      low,
      [READY, AHEAD],
    ])
    queue.settle(other)
    queue.giveSlot(other)
    expect([queue.aheadOf, counts().inFlight, stateOf(other)]).toEqual([[0, 1, 0], 2, [SETTLED]])
    queue.leave(other, true)
    expect([queue.aheadOf, counts().inFlight, normal.state]).toEqual([[0, 1, 0], 1, AHEAD])
  })

  it('that is settled is nowhere, whatever it waited for', () => {
    const { queue, offer, counts, lane, stateOf } = busy({ maxQueueDepth: 2, maxBlocked: 9 })
    const [ready, held, blocked, keyed] = [offer(), offer(NORMAL, 'key'), offer(), offer(NORMAL, 'key')]
    expect(counts()).toMatchObject({ ready: 1, pending: 2, blocked: 2 })
    for (const call of [ready, held, blocked, keyed]) queue.settle(call)
    expect(counts()).toMatchObject({ ready: 0, pending: 0, blocked: 0 })
    expect([lane.size, stateOf(ready, held, blocked, keyed)]).toEqual([
      0,
      [SETTLED, SETTLED, SETTLED, SETTLED],
    ])
    expect([...queue.waitingCalls()]).toEqual([])
  })

  it('that was held is ready when the one before it is over, by its age', () => {
    const { queue, offer, lane, counts } = busy({ maxQueueDepth: 9 })
    const held = offer(NORMAL, 'key')
    offer()
    lane.remove(held)
    queue.unhold(held)
    expect([held.state, queue.peek(), counts().pending, counts().ready]).toEqual([READY, held, 2, 2])
  })

  it.each(['ready', 'held', 'blocked', 'blocked for its key'] as const)(
    'that is %s may hand its place to another',
    (where) => {
      const { queue, offer, make, counts, lane } = busy({ maxBlocked: 9 })
      const isKeyed = where === 'held' || where === 'blocked for its key'
      if (where.startsWith('blocked')) for (let fill = 0; fill < 2; fill++) offer()
      const [call, behind] = [
        offer(NORMAL, isKeyed ? 'key' : undefined),
        offer(NORMAL, isKeyed ? 'key' : undefined),
      ]
      const before = counts()
      const heir = make()
      const state = call.state
      expect(queue.replace(call, heir)).toBe(true)
      expect([heir.state, call.state, call.list, counts()]).toEqual([state, READY, null, before])
      const order = where === 'held' ? [...lane] : [...queue.waitingCalls()]
      expect(order.indexOf(behind) - order.indexOf(heir)).toBe(1)
    },
  )

  it('that holds a slot, was handed ahead or is nowhere has no place to hand over', () => {
    const { queue, offer, make, state } = setUp({ maxQueueDepth: 9 })
    const [running, ahead] = [offer(), offer()]
    queue.take()
    queue.takeAhead()
    const lane = new LinkedList<Call>()
    lane.push(ahead)
    expect([running, ahead, make()].map((call) => queue.replace(call, make()))).toEqual([false, false, false])
    expect([running.state, ahead.state, state.ids]).toEqual([STARTING, AHEAD, 6])
  })

  it('that is most urgent tells its priority', () => {
    const { queue, offer } = setUp({ maxQueueDepth: 9 })
    expect(queue.mostUrgent).toBe(null)
    for (const priority of [LOW, NORMAL, HIGH] as const) {
      offer(priority)
      expect(queue.mostUrgent).toBe(priority)
    }
  })
})

describe('a less urgent call whose caller waits for room', () => {
  const depths = [0, 1, 2, 5].flatMap((maxQueueDepth) =>
    [1, 3].flatMap((maxInFlight) =>
      (['low', 'normal'] as const).map((name) => ({ maxQueueDepth, maxInFlight, name })),
    ),
  )

  it.each(depths)('is passed over eight times: %o', ({ maxQueueDepth, maxInFlight, name }) => {
    for (const waiting of [1, 4, 30]) {
      const { queue, offer } = setUp({ maxQueueDepth, maxInFlight, maxBlocked: 100 })
      const running: Call[] = []
      const start = () => {
        do {
          for (let next = queue.take(); next !== null; next = queue.take()) running.push(next)
        } while (queue.admitNext())
      }
      const urgent = () =>
        [...queue.waitingCalls()].filter(
          ({ state, options }) => state === BLOCKED && options.priority === HIGH,
        )
      const fill = () => {
        start()
        while (urgent().length < waiting) {
          offer(HIGH)
          start()
        }
      }
      fill()
      const patient = offer(name === 'low' ? LOW : NORMAL)
      expect(patient.state).toBe(BLOCKED)
      let passed = 0
      for (let rounds = 0; rounds < 60 && !running.includes(patient); rounds++) {
        const first = running.shift() as Call
        queue.run(first)
        queue.leave(first, true)
        queue.settle(first)
        fill()
        if (!running.includes(patient)) passed++
      }
      // Beside those that were in the queue when it came.
      expect(passed).toBeGreaterThanOrEqual(8)
      expect(passed).toBeLessThanOrEqual(8 + maxQueueDepth + 1)
    }
  })
})
