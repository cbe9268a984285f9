/** Which call goes to which worker: free slots first, then fair shares ahead, the most urgent first, and what comes back. */
import { describe, expect, it } from 'vitest'
import {
  AHEAD,
  type Call,
  HIGH,
  LOW,
  NORMAL,
  READY,
  RUNNING,
  SETTLED,
  STARTING,
  SPENT,
} from '../../../src/call/call.ts'
import { type Books, type BooksOptions, channelOf, heldBy, keepBooks as setUp } from '../support/books.ts'
import { makeCall } from '../support/calls.ts'

describe('free slots', () => {
  it('are filled in the order of the queue, as far as there are workers', () => {
    const { dispatcher, calls, channels, queue } = setUp({ workers: 2 })
    calls(3)
    dispatcher.dispatch()
    expect([channels.map(heldBy), channels.map(({ running }) => running), queue.readyCount]).toEqual([
      [[1], [2]],
      [1, 1],
      1,
    ])
  })

  it('let blocked calls in, and those are started as well', () => {
    const { dispatcher, calls, channels, queue } = setUp({ workers: 2, maxQueueDepth: 1 })
    calls(4)
    expect(queue.blocked).toBe(3)
    dispatcher.dispatch()
    expect([channels.map(heldBy), queue.readyCount, queue.blocked]).toEqual([[[1], [2]], 1, 1])
  })

  it('stay free where no worker is to be had', () => {
    const { dispatcher, calls, channels, queue } = setUp()
    ;(channels[0] as Books).running = 1
    calls(1)
    dispatcher.dispatch()
    expect([queue.readyCount, queue.inFlight]).toEqual([1, 0])
  })
})

describe('a call starts', () => {
  it('when it is posted and next, not when others may be ahead of it or it has settled', () => {
    const { dispatcher, calls, queue, log } = setUp({ slots: 3 })
    const [a, b, c] = calls(3) as [Call, Call, Call]
    dispatcher.dispatch()
    dispatcher.posted(a, true)
    dispatcher.posted(b, false)
    queue.settle(c)
    dispatcher.posted(c, true)
    expect([a.state, b.state, c.state, log]).toEqual([RUNNING, STARTING, SETTLED, ['dispatched 1']])
  })

  it('at the time that its worker tells, within what the page has seen, and its attempts are counted', () => {
    const { dispatcher, call, move } = setUp()
    const one = call()
    one.enqueuedAt = 900
    dispatcher.dispatch()
    dispatcher.started(one, 950)
    expect([one.dispatchedAt, one.firstDispatchedAt, one.attempt]).toEqual([950, 950, 1])
    dispatcher.started(one, 800)
    expect([one.dispatchedAt, one.firstDispatchedAt, one.attempt]).toEqual([900, 950, 2])
    dispatcher.started(one, 5_000)
    expect(one.dispatchedAt).toBe(1_000)
    move(7)
    dispatcher.started(one)
    expect(one.dispatchedAt).toBe(1_007)
  })

  it('for its caller, for all who share it, and for telemetry where that is on', () => {
    const started: string[] = []
    const { dispatcher, call, log } = setUp()
    const one = call(NORMAL, { onStart: () => started.push('caller') })
    one.joiners = new Set([makeCall(8, NORMAL, { onStart: () => started.push('joiner') }), makeCall(9)])
    dispatcher.dispatch()
    dispatcher.started(one)
    expect([started, log]).toEqual([['caller', 'joiner'], ['dispatched 1']])
    one.telemetry = {} as Call['telemetry']
    dispatcher.started(one)
    expect(log.at(-1)).toBe('told 1')
  })
})

describe('what waits is handed ahead', () => {
  /** Workers that are busy, with calls that wait. */
  const busy = (options: BooksOptions, waiting: number) => {
    const kit = setUp(options)
    kit.calls(kit.channels.length * (options.slots ?? 1))
    kit.dispatcher.dispatch()
    const more = kit.calls(waiting)
    return { ...kit, more }
  }

  it.each([
    ['block', true],
    ['reject', true],
    ['drop-latest', false],
    ['drop-oldest', false],
  ] as const)('under %s: %s', (policy, isHanded) => {
    const { ahead, channels } = busy({ policy }, 1)
    ahead.handOut()
    expect(channels[0]?.aheadIds).toEqual(isHanded ? [2] : [])
  })

  it('in fair shares, as many as the window holds', () => {
    const { ahead, channels, know, queue } = busy({ workers: 2 }, 5)
    know(0.1)
    ahead.handOut()
    expect([channels.map(({ aheadIds }) => aheadIds), queue.readyCount, queue.ahead]).toEqual([
      [
        [3, 4, 5],
        [6, 7],
      ],
      0,
      5,
    ])
  })

  it('up to the time of the window, and one at least where it can be had back', () => {
    const long = busy({}, 5)
    long.ahead.handOut()
    expect(long.channels[0]?.aheadIds).toEqual([2])
    const short = busy({}, 9)
    short.know(0.5)
    short.ahead.handOut()
    expect([short.channels[0]?.aheadIds.length, short.channels[0]?.aheadMs]).toEqual([4, 2])
    const known = busy({}, 9)
    known.know(0.01, 3)
    known.ahead.handOut()
    expect(known.channels[0]?.aheadIds.length).toBe(4)
  })

  it('behind short runs alone where it could not be had back', () => {
    const unknown = busy({ areSafe: false }, 3)
    unknown.ahead.handOut()
    expect(unknown.channels[0]?.aheadIds).toEqual([])
    const short = busy({ areSafe: false }, 3)
    short.know(0.5)
    short.ahead.handOut()
    expect(short.channels[0]?.aheadIds).toEqual([2, 3, 4])
    const edge = busy({ areSafe: false }, 3)
    edge.know(2)
    edge.ahead.handOut()
    expect(edge.channels[0]?.aheadIds).toEqual([2])
    const over = busy({ areSafe: false }, 3)
    over.know(2.1)
    over.ahead.handOut()
    expect(over.channels[0]?.aheadIds).toEqual([])
  })

  it('again when less than half of the window is left, so that calls travel together', () => {
    const { ahead, channels, know } = busy({}, 20)
    know(0.25)
    const [channel] = channels as [Books]
    ahead.handOut()
    expect(channel.ahead.size).toBe(8)
    for (let left = 8; left > 4; left--) channel.takeFromAhead(channel.ahead.head as Call)
    ahead.handOut()
    expect(channel.ahead.size).toBe(8)
    for (let left = 8; left > 5; left--) channel.takeFromAhead(channel.ahead.head as Call)
    ahead.handOut()
    expect(channel.ahead.size).toBe(5)
  })

  it('to workers that are up, busy and not stuck', () => {
    const { ahead, channels, know } = busy({ workers: 4 }, 4)
    know(0.1)
    const [starting, stuck, free] = channels as [Books, Books, Books]
    starting.state = 'starting'
    stuck.isStuck = true
    free.running = 0
    ahead.handOut()
    expect(channels.map(({ aheadIds }) => aheadIds.length)).toEqual([0, 0, 0, 1])
  })

  /** A call that is cloned, one that moves `list`, and another that is cloned, behind a busy worker. */
  const aheadBeside = (wish: 'auto' | 'off' | 'always', list: Transferable[]) => {
    const { dispatcher, ahead, channels, know, calls, call } = setUp({ ahead: wish })
    know(0.01)
    calls(1)
    dispatcher.dispatch()
    calls(1)
    call(NORMAL, { transfer: list })
    calls(1)
    ahead.handOut()
    return channels[0]?.aheadIds
  }

  it('what is transferred, too, where a copy costs little; what comes after one that waits, waits as well', () => {
    const KiB = 2 ** 10
    expect(aheadBeside('auto', [new ArrayBuffer(1)])).toEqual([2, 3, 4])
    expect(aheadBeside('auto', [new ArrayBuffer(16 * KiB)])).toEqual([2, 3, 4])
    // One call of this size is copied for a worker, and something is ahead on it.
    expect(aheadBeside('auto', [new ArrayBuffer(16 * KiB + 1)])).toEqual([2])
    expect(aheadBeside('auto', [new MessageChannel().port1])).toEqual([2])
    expect(aheadBeside('always', [new ArrayBuffer(16 * KiB + 1)])).toEqual([2, 3, 4])
    expect(aheadBeside('off', [new ArrayBuffer(1)])).toEqual([])
  })

  it.each([
    [64, 'beside plain data', false],
    [2_048, 'beside plain data', false],
    [2_049, 'beside plain data', true],
    [64, 'beside a Map', false],
    [65, 'beside a Map', true],
  ])('a call that moves %s KiB %s waits on the page: %s', (kiB, beside, waits) => {
    const { dispatcher, ahead, channels, know, calls, call } = setUp({ ahead: 'auto' })
    know(20)
    calls(1)
    dispatcher.dispatch()
    const buffer = new ArrayBuffer(kiB * 2 ** 10)
    const moving = call(NORMAL, { transfer: [buffer] })
    moving.args = [buffer, beside.endsWith('Map') ? new Map() : { width: 1 }]
    ahead.handOut()
    expect(channels[0]?.aheadIds).toEqual(waits ? [] : [2])
  })

  it('except what has no clone and moves though nobody asked for it', () => {
    const { dispatcher, ahead, channels, calls } = setUp({ ahead: 'auto' })
    calls(1)
    dispatcher.dispatch()
    ;(calls(1)[0] as Call).holdsUnclonable = true
    ahead.handOut()
    expect(channels[0]?.aheadIds).toEqual([])
  })

  it('and lets blocked calls in, which are handed ahead in their turn', () => {
    const { ahead, channels, know, queue } = busy({ maxQueueDepth: 2 }, 7)
    know(0.01)
    expect(queue.blocked).toBe(5)
    ahead.handOut()
    expect([channels[0]?.aheadIds, queue.pending, queue.blocked]).toEqual([[2, 3, 4, 5, 6, 7, 8], 7, 0])
  })
})

describe('a slot that is left', () => {
  it('goes to what was handed ahead, which starts if nothing else can be ahead of it', () => {
    const { dispatcher, ahead, channels, calls, know, post, log, queue } = setUp()
    know(0.1)
    calls(1)
    dispatcher.dispatch()
    const [a, b] = calls(2) as [Call, Call]
    ahead.handOut()
    post()
    const [channel] = channels as [Books]
    channel.running = 0
    dispatcher.passSlots(channelOf(channel), () => expect.unreachable())
    expect([channel.running, channel.aheadIds, a.state, b.state, log, queue.ahead]).toEqual([
      1,
      [b.id],
      RUNNING,
      AHEAD,
      [`dispatched ${a.id}`],
      1,
    ])
  })

  it('goes to it, and its worker tells when it starts, where there are several', () => {
    const { dispatcher, ahead, channels, calls, know, post, log } = setUp({ slots: 2 })
    know(0.1)
    calls(2)
    dispatcher.dispatch()
    const [a, b, c] = calls(3) as [Call, Call, Call]
    ahead.handOut()
    post()
    const [channel] = channels as [Books]
    channel.running = 0
    dispatcher.passSlots(channelOf(channel), () => expect.unreachable())
    expect([channel.running, a.state, b.state, c.state, log]).toEqual([2, STARTING, STARTING, AHEAD, []])
  })

  it('is held by one that was aborted on its way, until its worker replies; one that is not posted has not started', () => {
    const { dispatcher, ahead, channels, calls, know, queue } = setUp()
    know(0.1)
    calls(1)
    dispatcher.dispatch()
    const [a, b] = calls(2) as [Call, Call]
    ahead.handOut()
    queue.settle(a)
    const zombies: Call[] = []
    const [channel] = channels as [Books]
    channel.running = 0
    dispatcher.passSlots(channelOf(channel), (call) => zombies.push(call))
    expect([zombies, channel.running, queue.inFlight]).toEqual([[a], 1, 2])
    dispatcher.giveSlot(channelOf(channel), b)
    expect([b.state, zombies.length]).toEqual([STARTING, 1])
    channel.running = 0
  })
})

describe('what comes back', () => {
  it('is the queue’s again, in its order, and had not started; what has settled is gone', () => {
    const { dispatcher, ahead, calls, know, queue, log, channels } = setUp({ slots: 2 })
    know(0.1)
    calls(2)
    dispatcher.dispatch()
    const [a, b, c] = calls(3) as [Call, Call, Call]
    ahead.handOut()
    const [first] = channels as [Books]
    const running = [...first.held.values()][0] as Call
    queue.run(running)
    queue.settle(b)
    dispatcher.takenBack([c, b, a, running])
    expect(log).toEqual([`unstarted ${running.id}`])
    expect([[...queue.waitingCalls()].map(({ id }) => id), queue.inFlight, queue.ahead]).toEqual([
      [running.id, a.id, c.id],
      1,
      0,
    ])
    expect([a.state, b.state, first.running]).toEqual([READY, SETTLED, 1])
  })

  it('start once for those who have heard of a start that was presumed, and was none', () => {
    const heard: string[] = []
    const onStart = (name: string) => ({ onStart: () => void heard.push(name) })
    const { dispatcher, call, log, queue } = setUp()
    const running = call(NORMAL, onStart('caller'))
    const joiner = call(NORMAL, onStart('joiner'))
    const later = call(NORMAL, onStart('later'))
    running.telemetry = {} as never
    running.joiners = new Set([joiner])
    dispatcher.dispatch()
    dispatcher.started(running, 900)
    dispatcher.takenBack([running])
    expect([running.attempt, running.state]).toEqual([0, READY])
    running.joiners.add(later)
    queue.take()
    dispatcher.started(running, 950)
    expect([running.attempt, heard]).toEqual([1, ['caller', 'joiner', 'later']])
    expect(log.filter((line) => line === `told ${running.id}`)).toHaveLength(1)
    // It does so again after a death, which is another attempt.
    dispatcher.started(running)
    expect([running.attempt, heard.length]).toEqual([2, 6])
  })

  it('is asked for where a more urgent call waits: the less urgent ones, wherever they are ahead', () => {
    const { dispatcher, ahead, channels, call, calls, know, queue } = setUp({ workers: 2 })
    know(0.1)
    calls(2)
    dispatcher.dispatch()
    for (const priority of [LOW, NORMAL, LOW, NORMAL] as const) call(priority)
    ahead.handOut()
    expect(channels.map(({ aheadIds }) => aheadIds)).toEqual([
      [4, 6],
      [3, 5],
    ])
    ahead.handOut()
    expect(channels.flatMap(({ askedBack }) => askedBack)).toEqual([])
    for (const channel of channels) channel.state = 'starting'
    call(NORMAL)
    ahead.handOut()
    expect(channels.map(({ askedBack }) => askedBack)).toEqual([[], [[3, 5]]])
    queue.settle(queue.peek() as Call)
    call(LOW)
    ahead.handOut()
    expect(channels.map(({ askedBack }) => askedBack.length)).toEqual([0, 1])
    call(HIGH)
    ahead.handOut()
    expect(channels.map(({ askedBack }) => askedBack)).toEqual([
      [[4, 6]],
      [
        [3, 5],
        [3, 5],
      ],
    ])
  })

  it('is never what was transferred, and nothing is asked of a worker that is stuck already', () => {
    const { dispatcher, ahead, channels, call, calls, know, queue } = setUp({ workers: 2 })
    know(0.1)
    calls(2)
    dispatcher.dispatch()
    const [spent, gone] = [call(LOW), call(LOW), call(LOW), call(LOW)] as [Call, Call, Call, Call]
    ahead.handOut()
    spent.payload = SPENT
    queue.settle(gone)
    const [a, b] = channels as [Books, Books]
    b.isStuck = true
    a.state = 'starting'
    call(HIGH)
    ahead.handOut()
    expect([a.askedBack, b.askedBack]).toEqual([[], []])
  })

  it('is what the window has no room for any more when an estimate was wrong, the first excepted', () => {
    const { dispatcher, ahead, channels, calls, know, window } = setUp()
    know(0.5)
    calls(1)
    dispatcher.dispatch()
    calls(4)
    ahead.handOut()
    const [channel] = channels as [Books]
    ahead.wasWrong(channelOf(channel))
    expect(channel.askedBack).toEqual([])
    for (let run = 0; run < 30; run++) window.observeRun('method', 1)
    ahead.wasWrong(channelOf(channel))
    expect(channel.askedBack).toEqual([[4, 5]])
    window.observeRun('method', 30)
    ahead.wasWrong(channelOf(channel))
    expect(channel.askedBack[1]).toEqual([3, 4, 5])
  })

  it('is all that a worker holds which has not replied for a while, when another has nothing to do', () => {
    const { dispatcher, ahead, channels, calls, know, later, timers, leave, queue } = setUp({ workers: 3 })
    know(0.1)
    const [, , third] = calls(3) as [Call, Call, Call]
    dispatcher.dispatch()
    calls(6)
    ahead.handOut()
    const [late, busy, idle] = channels as [Books, Books, Books]
    expect([channels.map(({ aheadIds }) => aheadIds), timers]).toEqual([
      [
        [4, 5],
        [6, 7],
        [8, 9],
      ],
      [],
    ])
    for (const call of [...idle.ahead, third]) {
      queue.settle(call)
      leave(call)
    }
    ahead.handOut()
    ahead.handOut()
    expect(timers.length).toBe(1)
    later(3)
    expect([late.askedBack, busy.askedBack]).toEqual([[], []])
    late.repliedAt = 1_000
    busy.repliedAt = 1_001
    later(1)
    expect([late.askedBack, busy.askedBack, late.isStuck, busy.isStuck]).toEqual([[[4, 5]], [], true, false])
    // As long as it lasts; once.
    later(4)
    expect([late.askedBack, busy.askedBack]).toEqual([[[4, 5]], [[6, 7]]])
    later(4)
    expect([late.askedBack.length, busy.askedBack.length]).toEqual([1, 1])
  })

  it('is left alone while every worker has something to do, or a call waits for the free one', () => {
    const full = setUp({ workers: 2 })
    full.know(0.1)
    full.calls(2)
    full.dispatcher.dispatch()
    full.calls(2)
    full.ahead.handOut()
    expect(full.timers).toEqual([])
    const [, other] = full.channels as [Books, Books]
    for (const call of [...other.held.values()]) {
      full.queue.settle(call)
      full.leave(call)
    }
    other.running = 1
    full.ahead.handOut()
    expect(full.timers).toEqual([])
    other.running = 0
    full.ahead.handOut()
    expect(full.timers.length).toBe(1)
    other.running = 1
    full.later(4)
    expect([full.channels[0]?.askedBack, full.timers]).toEqual([[], []])
  })
})
