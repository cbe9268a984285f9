/** Calls of one key, on the queue alone: who waits for whom, who takes whose place, and what is left when they are over. */
import { describe, expect, it } from 'vitest'
import {
  BLOCKED,
  type Call,
  HELD,
  HIGH,
  LOW,
  READY,
  RUNNING,
  SETTLED,
  STARTING,
  SPENT,
} from '../../../src/call/call.ts'
import { makeLanes as setUp } from '../support/lanes.ts'

const states = (...calls: readonly Call[]) => calls.map(({ state }) => state)

describe('serial', () => {
  it('lets the next of a key go when the one before is over, in order', () => {
    const { queue, call, run, finish } = setUp()
    const [a, b, c] = [call('serial'), call('serial'), call('serial')]
    expect(states(a, b, c)).toEqual([READY, HELD, HELD])
    expect(run()).toBe(a)
    expect(queue.take()).toBe(null)
    finish(a)
    expect([run(), states(b, c)]).toEqual([b, [RUNNING, HELD]])
    finish(b)
    expect(run()).toBe(c)
  })

  it('concerns one method and one key: others pass, and so do calls of another mode or without a key', () => {
    const { call } = setUp()
    call('serial')
    const others = [
      call('serial', { key: 'other' }),
      call('serial', {}, 'other'),
      call('parallel'),
      call('serial', { key: undefined }),
      call('serial', { key: undefined }),
    ]
    expect(states(...others)).toEqual([READY, READY, READY, READY, READY])
  })

  it('lets the next go though the one before never ran', () => {
    const { call, end, queue } = setUp()
    const [a, b, c] = [call('serial'), call('serial'), call('serial')]
    end(b)
    expect(states(a, b, c)).toEqual([READY, SETTLED, HELD])
    end(a)
    expect([states(c), queue.peek()]).toEqual([[READY], c])
  })

  it('frees a call that waits for room as well, of its key and mode alone', () => {
    const { call, end, queue } = setUp({ maxQueueDepth: 1 })
    const a = call('serial')
    const [other, mine, next] = [call('serial', { key: 'other' }), call('serial'), call('serial')]
    const fellow = call('serial', { key: 'other' })
    expect(states(other, mine, next, fellow)).toEqual([BLOCKED, BLOCKED, BLOCKED, BLOCKED])
    expect(queue.waitingCount).toBe(3)
    end(a)
    // The first of its key could run now; the second waits for it.
    expect(queue.waitingCount).toBe(3)
    expect([...queue.waitingCalls()].indexOf(mine)).toBeLessThan([...queue.waitingCalls()].indexOf(next))
  })

  it('frees no call of another key, though that has waited longer', () => {
    const { call, end, queue } = setUp({ maxQueueDepth: 2 })
    const [a] = [call('serial'), call('serial', { key: 'other' })]
    const [theirs, mine] = [call('serial', { key: 'other' }), call('serial')]
    expect([states(theirs, mine), queue.waitingCount]).toEqual([[BLOCKED, BLOCKED], 2])
    end(a)
    expect(queue.admitNext()).toBe(true)
    expect(states(theirs, mine)).toEqual([BLOCKED, READY])
  })

  it('tells the oldest of the lowest priority that waits, over all keys', () => {
    const { call, lanes } = setUp({ maxQueueDepth: 99 })
    expect(lanes.oldestHeld()).toBe(null)
    for (const key of ['a', 'b']) call('serial', { key })
    const high = call('serial', { key: 'b', priority: HIGH })
    expect(lanes.oldestHeld()).toBe(high)
    const [late, low] = [call('serial', { key: 'a' }), call('serial', { key: 'b', priority: LOW })]
    expect(lanes.oldestHeld()).toBe(low)
    const lower = call('serial', { key: 'a', priority: LOW })
    const normal = call('serial', { key: 'b' })
    expect(lanes.oldestHeld()).toBe(low)
    expect([...lanes.calls()].sort((x, y) => x.id - y.id)).toEqual([high, late, low, lower, normal])
  })

  it('gives the older where the newer stands in an earlier lane', () => {
    const { call, lanes } = setUp({ maxQueueDepth: 99 })
    for (const key of ['a', 'b']) call('serial', { key })
    const old = call('serial', { key: 'b' })
    call('serial', { key: 'a' })
    expect(lanes.oldestHeld()).toBe(old)
  })
})

describe('latest', () => {
  it('takes the place of the one that waits, aborts the one that runs, and those who have joined it', () => {
    const { call, enter, make, superseded, run, queue } = setUp()
    const a = call('latest')
    const behind = call('parallel')
    const b = make('latest')
    expect(enter(b)).toBe('placed')
    expect([superseded, [...queue.waitingCalls()]]).toEqual([[[a.id, b.id]], [b, behind]])
    run()
    const c = make('latest')
    expect([enter(c), superseded.at(-1)]).toEqual(['new', [b.id, c.id]])
  })

  it('has the room of one that was on its way to a worker', () => {
    const { call, enter, make, queue } = setUp({ maxQueueDepth: 1 })
    const a = call('latest')
    queue.takeAhead()
    const b = make('latest')
    expect([enter(b), b.state, a.state]).toEqual(['admitted', READY, SETTLED])
  })

  it('supersedes a run that others have joined, with all of them', () => {
    const { call, superseded } = setUp()
    const [a, b, c] = [call('dedupe'), call('dedupe'), call('dedupe')]
    const next = call('latest')
    expect(superseded).toEqual([
      [b.id, next.id],
      [c.id, next.id],
      [a.id, next.id],
    ])
  })

  it('supersedes nothing that is over, or of another method or key', () => {
    const { call, superseded, run, finish } = setUp()
    call('latest')
    finish(run())
    call('latest', { key: 'other' })
    call('latest', {}, 'other')
    call('latest')
    expect(superseded).toEqual([])
  })
})

describe('keep-last', () => {
  it('lets the running one finish and keeps one waiter, the newest, in its place', () => {
    const { call, superseded, run, finish, queue } = setUp()
    const a = call('keep-last')
    expect(run()).toBe(a)
    const b = call('keep-last')
    const c = call('keep-last')
    expect([states(a, b, c), superseded]).toEqual([[RUNNING, SETTLED, HELD], [[b.id, c.id]]])
    finish(a)
    expect([run(), superseded.length, queue.pending]).toEqual([c, 1, 0])
  })

  it('leaves one that is on its worker alone, started or not', () => {
    const { call, superseded, queue } = setUp()
    const a = call('keep-last')
    queue.take()
    expect(a.state).toBe(STARTING)
    call('keep-last')
    expect(superseded).toEqual([])
  })

  it('waits as the owner of its lane where it took the place of that one', () => {
    const { call, superseded, run, finish } = setUp()
    const [a, b] = [call('keep-last'), call('keep-last')]
    expect(superseded).toEqual([[a.id, b.id]])
    expect([b.state, run()]).toEqual([READY, b])
    const c = call('keep-last')
    expect(c.state).toBe(HELD)
    finish(b)
    expect(run()).toBe(c)
  })
})

describe('dedupe', () => {
  it('joins a run that is open, of its own mode, and not read as a stream', () => {
    const { call, enter, make, run, finish } = setUp()
    const a = call('dedupe')
    const b = make('dedupe')
    expect([enter(b), b.leader, [...(a.joiners ?? [])]]).toEqual(['joined', a, [b]])
    finish(run())
    expect(enter(make('dedupe'))).toBe('new')
    const streamed = setUp()
    streamed.call('dedupe').stream = { push() {}, end() {}, fail() {} }
    expect(streamed.enter(streamed.make('dedupe'))).toBe('new')
    const mixed = setUp()
    mixed.call('latest')
    expect([mixed.enter(mixed.make('dedupe')), mixed.superseded]).toEqual(['new', []])
  })

  it('joins the newest run', () => {
    const { call, enter, make } = setUp()
    call('dedupe').stream = { push() {}, end() {}, fail() {} }
    const second = call('dedupe')
    const third = make('dedupe')
    expect([enter(third), third.leader]).toEqual(['joined', second])
  })

  it('hands the run over to the first who has joined it, with its place in the queue and what is known of it', () => {
    const { call, lanes, queue, end } = setUp()
    const [a, b, c] = [call('dedupe'), call('dedupe'), call('dedupe')]
    const behind = call('parallel')
    Object.assign(a, {
      attempt: 2,
      itemsReceived: 3,
      beatAt: 4,
      payload: SPENT,
      firstDispatchedAt: 5,
      dispatchedAt: 6,
    })
    lanes.handOver(a)
    end(a)
    expect([[...queue.waitingCalls()], b.leader, c.leader, [...(b.joiners ?? [])], a.joiners]).toEqual([
      [b, behind],
      null,
      b,
      [c],
      null,
    ])
    expect([
      b.runId,
      b.attempt,
      b.itemsReceived,
      b.beatAt,
      b.payload,
      b.firstDispatchedAt,
      b.dispatchedAt,
    ]).toEqual([a.runId, 2, 3, 4, SPENT, 5, 6])
    const d = call('dedupe')
    expect(d.leader).toBe(b)
  })

  it('hands the run over on its worker, which knows it from now on', () => {
    const { call, lanes, run } = setUp()
    const [a, b] = [call('dedupe'), call('dedupe')]
    run()
    const replaced: [Call, Call][] = []
    a.place = { index: 3, replace: (from, to) => replaced.push([from, to]) }
    Object.assign(a, { workerIndex: 3, isPosted: true, claim: 9, handedAhead: true, isStream: true })
    lanes.handOver(a)
    expect(replaced).toEqual([[a, b]])
    expect([a.place, a.claim, a.handedAhead, a.state]).toEqual([null, 0, false, READY])
    expect([b.state, b.claim, b.isPosted, b.workerIndex, b.handedAhead, b.isStream, b.place?.index]).toEqual([
      RUNNING,
      9,
      true,
      3,
      true,
      true,
      3,
    ])
  })

  it('hands over nothing where nobody has joined, or all have left', () => {
    const { call, lanes, queue } = setUp()
    const a = call('dedupe')
    lanes.handOver(a)
    a.joiners = new Set()
    lanes.handOver(a)
    expect([...queue.waitingCalls()]).toEqual([a])
  })

  it('parts who is read as a stream from the others: it gets a run of its own, or they do', () => {
    const { call, lanes } = setUp()
    const [a, b, c] = [call('dedupe'), call('dedupe'), call('dedupe')]
    expect(lanes.unshare(b)).toBe(b)
    expect([b.leader, [...(a.joiners ?? [])]]).toEqual([null, [c]])
    expect(lanes.unshare(a)).toBe(c)
    expect([c.leader, a.joiners]).toEqual([null, null])
    expect([lanes.unshare(a), lanes.unshare(c)]).toEqual([null, null])
    expect(call('dedupe').leader).toBe(c)
  })
})

it('a lane that is empty is forgotten, and one of which anything is left is not', () => {
  const { call, lanes, run, finish } = setUp()
  const size = (): number => (lanes as unknown as { lanes: Map<string, unknown> }).lanes.size
  const [a, b] = [call('keep-last'), call('serial')]
  expect(size()).toBe(1)
  run()
  finish(a)
  expect(size()).toBe(1)
  run()
  finish(b)
  expect(size()).toBe(0)
  lanes.over(call('parallel'))
  expect(size()).toBe(0)
})
