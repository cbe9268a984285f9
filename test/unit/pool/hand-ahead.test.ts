/** How much is handed ahead where methods differ in length, and what a slot that is left means for a call that is not sent. */
import { describe, expect, it } from 'vitest'
import { type Call, HIGH, LOW, NORMAL, READY, STARTING } from '../../../src/call/call.ts'
import { type Books, type BooksOptions, channelOf, keepBooks } from '../support/books.ts'

/** A worker that runs a method of so many ms; calls of `method` take a tenth of one. */
function running(ms: number, options: BooksOptions = {}) {
  const kit = keepBooks(options)
  kit.know(0.1)
  kit.know(ms, 60, 'running')
  kit.call(NORMAL, {}, 'running')
  kit.dispatcher.dispatch()
  const [channel] = kit.channels as [Books]
  return { ...kit, channel }
}

describe('short calls', () => {
  it('wait behind a long run where they can be had back, as many as the window holds', () => {
    const { ahead, calls, channel } = running(30)
    calls(4)
    ahead.handOut()
    expect(channel.aheadIds).toEqual([2, 3, 4, 5])
  })

  it('do not wait behind a long run where they could not be had back, though they would fit the window', () => {
    const { ahead, calls, channel } = running(30, { areSafe: false })
    calls(4)
    ahead.handOut()
    expect(channel.aheadIds).toEqual([])
  })

  it('wait behind a short run where they could not be had back', () => {
    const { ahead, calls, channel } = running(1, { areSafe: false })
    calls(4)
    ahead.handOut()
    expect(channel.aheadIds).toEqual([2, 3, 4, 5])
  })
})

describe('a worker that has something ahead', () => {
  it('is given more although the one call that it has ahead takes most of the window', () => {
    const { ahead, call, calls, channel, know } = running(1)
    know(1.5, 60, 'most')
    call(NORMAL, {}, 'most')
    ahead.handOut()
    expect(channel.aheadIds).toEqual([2])
    calls(2)
    ahead.handOut()
    expect(channel.aheadIds).toEqual([2, 3, 4])
  })

  it('is given no more while two calls take more than half of the window', () => {
    const { ahead, call, calls, channel, know } = running(1)
    know(0.6, 60, 'half')
    call(NORMAL, {}, 'half')
    call(NORMAL, {}, 'half')
    ahead.handOut()
    expect(channel.aheadIds).toEqual([2, 3])
    calls(2)
    ahead.handOut()
    expect(channel.aheadIds).toEqual([2, 3])
  })

  it('makes room in the queue for who is blocked, though what comes next may not be handed ahead', () => {
    const { ahead, call, calls, channel, queue } = running(1, { ahead: 'auto', maxQueueDepth: 2 })
    calls(1)
    call(NORMAL, { transfer: [new MessageChannel().port1] })
    calls(1)
    expect(queue.blocked).toBe(1)
    ahead.handOut()
    expect([channel.aheadIds, queue.blocked, queue.readyCount]).toEqual([[2], 0, 2])
  })
})

describe('a slot that is left', () => {
  it('goes to a call that is not sent yet, which has not started and is nobody’s zombie', () => {
    const { dispatcher, ahead, calls, channel, log } = running(1)
    const [next] = calls(1) as [Call]
    ahead.handOut()
    log.length = 0
    channel.running = 0
    dispatcher.passSlots(channelOf(channel), () => expect.unreachable())
    expect([channel.running, next.state, log]).toEqual([1, STARTING, []])
  })

  it('goes to a call that was settled meanwhile where its worker tells that it had started, and nothing else is done', () => {
    const { dispatcher, ahead, calls, channel, queue, log, post } = running(1)
    const [gone] = calls(1) as [Call]
    ahead.handOut()
    post()
    queue.settle(gone)
    log.length = 0
    dispatcher.giveSlot(channelOf(channel), gone)
    expect([channel.running, channel.aheadIds, log]).toEqual([2, [], []])
  })
})

it('a start counts from the time that the worker tells, however early that is', () => {
  const { dispatcher, call } = keepBooks()
  const one = call()
  expect([one.state, one.enqueuedAt]).toEqual([READY, 0])
  dispatcher.dispatch()
  dispatcher.started(one, 0.5)
  expect(one.dispatchedAt).toBe(0.5)
})

describe('what is ahead', () => {
  it('makes way for a more urgent call though it is a single one', () => {
    const { dispatcher, ahead, call, channels } = keepBooks()
    call()
    dispatcher.dispatch()
    call(LOW)
    ahead.handOut()
    call(HIGH)
    ahead.handOut()
    expect(channels[0]?.askedBack).toEqual([[2]])
  })

  it('is left where it is while a call waits that the free worker can take', () => {
    const { dispatcher, ahead, calls, queue, timers } = keepBooks({ workers: 2 })
    calls(1)
    dispatcher.dispatch()
    calls(2)
    ahead.handOut()
    expect([queue.ahead, queue.readyCount, timers]).toEqual([1, 1, []])
  })

  /** The first worker runs long and has a call ahead; the second runs, and the third has nothing to do. */
  const unequal = () => {
    const kit = keepBooks({ workers: 3 })
    kit.calls(2)
    kit.dispatcher.dispatch()
    const [late, busy, idle] = kit.channels as [Books, Books, Books]
    // As if the last one had just replied.
    idle.running = 1
    kit.calls(1)
    kit.ahead.handOut()
    idle.running = 0
    return { ...kit, late, busy, idle }
  }

  it('is taken from who has something ahead: others are not held to be stuck', () => {
    const { ahead, late, busy, later } = unequal()
    ahead.handOut()
    later(4)
    expect([late.askedBack, late.isStuck, busy.askedBack, busy.isStuck]).toEqual([[[3]], true, [], false])
  })

  it('is looked at every four milliseconds, however often others are handed something meanwhile', () => {
    const { ahead, late, later } = unequal()
    ahead.handOut()
    late.repliedAt = 1_001
    later(2)
    ahead.handOut()
    later(2)
    later(2)
    expect(late.askedBack).toEqual([])
    later(2)
    expect(late.askedBack).toEqual([[3]])
  })
})
