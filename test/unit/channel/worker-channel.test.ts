/** One worker as the page sees it: its handshake, what is posted when, what each message of it comes to, and its end. */
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Call } from '../../../src/call/call.ts'
import type { ChannelSettings } from '../../../src/channel/channel-owner.ts'
import type { StartFailure } from '../../../src/errors/failures.ts'
import { encodeThrown } from '../../../src/wire/error-codec.ts'
import * as wire from '../../../src/wire/protocol.ts'
import { makeCall } from '../support/calls.ts'
import { type ChannelOptions, linkOf, makeChannel as setUp, openChannel as open } from '../support/channel.ts'
import { drain } from '../support/lab.ts'
import { SilentWorker } from '../support/silent-worker.ts'

afterEach(() => {
  vi.unstubAllGlobals()
})

describe('the start', () => {
  it('makes the worker when it is asked to, with its index and name', () => {
    const made: unknown[] = []
    const { channel, worker } = setUp({
      worker: (info) => {
        made.push(info)
        return worker as unknown as Worker
      },
    })
    expect([channel.isWanted, channel.state, made]).toEqual([true, 'starting', []])
    channel.link?.make()
    expect(made).toEqual([{ index: 3, name: 'task' }])
  })

  it('ends a worker that is made for a channel which was closed meanwhile', () => {
    const { channel, worker } = setUp({
      worker: () => {
        channel.close(false)
        return worker as unknown as Worker
      },
    })
    channel.link?.make()
    expect(worker.terminations).toBe(1)
  })

  it('is over when the worker says so: it learns its slots, and the page its methods', () => {
    const { channel, worker, ready, of } = setUp({ slots: 4 })
    channel.link?.make()
    ready(['a', 'b'])
    expect(worker.posted).toEqual([[wire.OPEN, 4, null, null, expect.any(String)]])
    expect([channel.state, channel.methods, of('channelReady')]).toEqual(['ready', ['a', 'b'], [['channel']]])
    // Once.
    ready(['c'])
    expect([channel.methods, worker.posted.length]).toEqual([['a', 'b'], 1])
  })

  it('is not over by a message that names no methods', () => {
    const { channel, worker } = setUp()
    channel.link?.make()
    worker.says(wire.READY, wire.PROTOCOL, 'methods')
    expect(channel.state).toBe('starting')
  })

  it.each([[[]], [['methods']], [[null, []]], [[{}, []]]])(
    'fails with a message whose version is neither a number nor a list: %j',
    (said) => {
      const { channel, worker, of } = setUp()
      channel.link?.make()
      worker.says(wire.READY, ...said)
      expect(channel.state).toBe('closed')
      expect(JSON.stringify(of('channelFailed'))).toContain('its protocol version is none')
    },
  )

  it.each([
    ['of another version', [99, ['method'], 0, false], '99'],
    ['of before there was one', [['method'], 0, false], 'none'],
  ])('fails a worker %s, and says both versions', (_what, said, theirs) => {
    const { channel, worker, of } = setUp()
    channel.link?.make()
    worker.says(wire.READY, ...said)
    const [failure] = of('channelFailed').map(([, each]) => each as StartFailure)
    expect(failure).toMatchObject({ code: 'version-mismatch' })
    expect(failure?.seen).toBe(`its protocol version is ${theirs}, the page has ${wire.PROTOCOL}`)
    expect(channel.state).toBe('closed')
  })

  it.each([wire.LOADED, wire.SETTING_UP])('is alive as long as setup says so (%s), and not after', (kind) => {
    const { channel, worker, ready, of } = setUp()
    channel.link?.make()
    expect(linkOf(channel).startup.isSettingUp).toBe(false)
    worker.says(kind)
    expect([linkOf(channel).startup.isSettingUp, of('channelSetsUp')]).toEqual([true, [['channel']]])
    ready()
    worker.says(kind)
    expect(of('channelSetsUp').length).toBe(1)
  })

  it('that takes too long fails, and says which of the two is late', () => {
    const { channel, of, worker } = setUp()
    channel.link?.make()
    channel.link?.startTimedOut(500)
    expect(of('channelFailed')[0]?.[1]).toMatchObject({
      code: 'start-timeout',
      seen: expect.stringMatching(/^no answer within 500 ms/),
    })
    expect([channel.state, worker.terminations]).toEqual(['closed', 1])
    const slow = setUp()
    slow.channel.link?.make()
    slow.worker.says(wire.LOADED)
    slow.channel.link?.startTimedOut(500)
    expect(slow.of('channelFailed')[0]?.[1]).toMatchObject({
      seen: expect.stringMatching(/setup within 500 ms/),
      isSettingUp: true,
    })
  })

  it('that has failed fails once', () => {
    const { channel, of, worker, ready } = setUp()
    channel.link?.make()
    channel.link?.startTimedOut(500)
    channel.link?.startTimedOut(500)
    ready()
    worker.says(wire.FAILED, encodeThrown(new Error('late')))
    expect([of('channelFailed').length, channel.state]).toEqual([1, 'closed'])
  })

  it('of a setup that throws fails with what it threw', () => {
    const { channel, worker, of } = setUp()
    channel.link?.make()
    worker.says(wire.FAILED, encodeThrown(new RangeError('no database')))
    expect(of('channelFailed')[0]?.[1]).toMatchObject({
      code: 'start-failed',
      seen: expect.stringContaining('RangeError: no database'),
      cause: new RangeError('no database'),
    })
  })

  it('of a script that has an error fails with its place, and the page does not report it as well', () => {
    const { channel, worker, of } = setUp()
    channel.link?.make()
    let prevented = 0
    const event = { message: 'boom', filename: 'x.js', lineno: 7, preventDefault: () => prevented++ }
    worker.emit('error', event)
    const [, failure] = of('channelFailed')[0] as [unknown, { seen: string; script: string; cause: unknown }]
    expect(failure).toMatchObject({ code: 'start-failed', script: 'x.js', cause: undefined })
    expect(failure.seen).toBe('boom at x.js:7')
    expect(prevented).toBe(1)
  })

  it('of a script that cannot be loaded says so, and shows nothing of a factory without an address', () => {
    const { channel, worker, of } = setUp()
    channel.link?.make()
    worker.emit('error', { message: '', filename: '', preventDefault() {} })
    const [, failure] = of('channelFailed')[0] as [unknown, { seen: string; script: string }]
    expect(failure.seen).toContain('was not found, is not allowed, or does not parse')
    expect(failure.seen).not.toContain(' at ')
    expect(failure.script).toBe('')
  })

  it.each([
    { what: 'died', say: (worker: SilentWorker) => worker.terminate(), seen: 'was terminated by the page' },
    { what: 'closed itself', say: (worker: SilentWorker) => worker.says(wire.CLOSED), seen: 'closed itself' },
  ])('of a worker that $what fails', ({ say, seen }) => {
    const { channel, worker, of } = setUp()
    channel.link?.make()
    say(worker)
    expect(of('channelFailed')[0]?.[1]).toMatchObject({ code: 'start-failed', seen: `the worker ${seen}` })
    expect(of('channelDied')).toEqual([])
  })

  it('of a factory that throws, or gives no worker or one that is in use, fails', () => {
    const used = new SilentWorker() as unknown as Worker
    const factories = [
      () => {
        throw new RangeError('no worker')
      },
      () => undefined as unknown as Worker,
      () => ({ postMessage() {}, terminate() {}, addEventListener() {} }) as unknown as Worker,
      () => used,
      () => used,
    ]
    const fates = factories.map((worker) => {
      const { channel, of } = setUp({ worker })
      channel.link?.make()
      return [channel.state, (of('channelFailed')[0]?.[1] as { seen?: string } | undefined)?.seen]
    })
    expect(fates).toEqual([
      ['closed', expect.stringContaining('no worker')],
      ['closed', expect.stringContaining('did not return a Worker')],
      ['closed', expect.stringContaining('did not return a Worker')],
      ['starting', undefined],
      ['closed', expect.stringContaining('already in use')],
    ])
  })
})

describe('calls', () => {
  it('wait for the worker, and for the end of the turn; then they are posted in order', () => {
    const { channel, posted, ready, of } = setUp({ slots: 2 })
    channel.link?.make()
    channel.add(makeCall(1))
    channel.link?.flush()
    expect(posted(wire.CALLS)).toEqual([])
    ready()
    channel.add(makeCall(2))
    channel.link?.flush()
    channel.link?.flush()
    expect(posted(wire.CALLS).map(([, rows]) => (rows as number[]).filter((_, at) => at % 5 === 0))).toEqual([
      [1, 2],
    ])
    expect(of('posted').map(([, call]) => call)).toEqual(['call 1', 'call 2'])
  })

  it('that left the worker before they were posted are not', () => {
    const { channel, posted } = open({ slots: 2 })
    const [gone, stays] = [makeCall(1), makeCall(2)]
    channel.add(gone)
    channel.add(stays)
    channel.release(gone)
    channel.link?.flush()
    expect((posted(wire.CALLS) as [number, number[]][]).map(([, rows]) => rows[0])).toEqual([2])
    expect([gone.place, gone.isPosted, stays.isPosted]).toEqual([null, false, true])
  })

  it('of a method that the worker does not have are given back, and the others run', () => {
    const { channel, of, ready, posted } = setUp({ slots: 2 })
    channel.link?.make()
    ready(['other'])
    channel.add(makeCall(1))
    channel.link?.flush()
    expect([of('unknown'), of('posted'), posted(wire.CALLS)]).toEqual([[['channel', 'call 1']], [], []])
  })

  it('are known to run next where nothing can be ahead of them: else their start is asked for', () => {
    const flagsOf = (message: unknown[] | undefined): number[] =>
      ((message ?? [])[1] as number[])
        .filter((_, at) => at % 5 === 2)
        .map((flags) => flags & wire.WANTS_START)
    const single = open()
    single.channel.add(makeCall(1))
    single.channel.link?.flush()
    expect([single.of('posted'), flagsOf(single.posted(wire.CALLS)[0])]).toEqual([
      [['channel', 'call 1', true]],
      [0],
    ])
    const double = open({ slots: 2 })
    double.channel.add(makeCall(1))
    double.channel.add(makeCall(2))
    double.channel.link?.flush()
    expect(double.of('posted').map(([, , isNext]) => isNext)).toEqual([true, false])
    expect(flagsOf(double.posted(wire.CALLS)[0])).toEqual([0, wire.WANTS_START])
    const ahead = open()
    ahead.channel.add(makeCall(1))
    ahead.channel.addAhead(makeCall(2), 1)
    ahead.channel.link?.flush()
    expect(ahead.of('posted').map(([, , isNext]) => isNext)).toEqual([true, false])
    expect(flagsOf(ahead.posted(wire.CALLS)[0])).toEqual([0, 0])
  })

  it('whose arguments have no clone are given back with the place', () => {
    const { channel, of } = open()
    const call = makeCall(1)
    ;(call as { args: readonly unknown[] }).args = [{ fn() {} }]
    channel.add(call)
    channel.link?.flush()
    expect(of('unsendable')).toEqual([['channel', 'call 1', 'clone-args', 'args[0].fn', expect.anything()]])
  })

  it('are told of room for items, and stopped, by their ids', () => {
    const { channel, worker } = open()
    const call = makeCall(1)
    channel.add(call)
    channel.link?.flush()
    worker.posted.length = 0
    channel.link?.grant(call, 5)
    channel.link?.cancel(call, 'why', true)
    expect(worker.posted).toEqual([
      [wire.CREDIT, 1, 5],
      [wire.CANCEL, 1, false, 'why'],
    ])
  })
})

describe('a worker', () => {
  it('has nothing to do once it is ready, holds no call, and none of its streams is open', () => {
    const { channel, worker, ready } = setUp()
    expect([channel.isIdle, channel.idleSince, channel.repliedAt, channel.isStuck]).toEqual([
      false,
      0,
      0,
      false,
    ])
    channel.link?.make()
    ready()
    expect(channel.isIdle).toBe(true)
    const call = makeCall(1)
    channel.add(call)
    expect(channel.isIdle).toBe(false)
    channel.link?.flush()
    channel.release(call)
    expect([channel.isIdle, call.claim, call.isPosted]).toEqual([true, 0, false])
    worker.says(wire.CLOSED)
    expect(channel.isIdle).toBe(false)
  })

  it('sees the abort of a call that runs in memory that it shares, and of no other', () => {
    vi.stubGlobal('crossOriginIsolated', true)
    const { channel, worker } = open({ slots: 2 })
    const [runs, waits] = [makeCall(7), makeCall(8)]
    channel.add(runs)
    channel.add(waits)
    channel.link?.flush()
    channel.link?.cancel(waits, 'why', false)
    channel.link?.cancel(runs, 'why', true)
    const flags = worker.posted[0]?.[2] as Int32Array
    expect([...flags.slice(0, 2)]).toEqual([7, 0])
    linkOf(channel).raiseFlag(waits)
    expect([...flags.slice(0, 3)]).toEqual([7, 8, 0])
  })

  it('has a claim for what it might have begun, where memory is shared: not for what runs next, and a free one after', () => {
    vi.stubGlobal('crossOriginIsolated', true)
    const { channel } = open({ slots: 2 })
    const [next, later, ahead] = [makeCall(1), makeCall(2), makeCall(3)]
    channel.add(next)
    channel.add(later)
    channel.addAhead(ahead, 1)
    channel.link?.flush()
    expect([next.claim, later.claim > 0, ahead.claim > 0, later.claim !== ahead.claim]).toEqual([
      0,
      true,
      true,
      true,
    ])
    const words = linkOf(channel).claims.words as Int32Array
    const { claim } = ahead
    expect(words[claim]).toBe(claim)
    channel.release(ahead)
    expect([ahead.claim, words[claim]]).toEqual([0, 0])
  })

  it('gets what is next without a word about its start again once it holds nothing', () => {
    const { channel, of } = open({ slots: 2 })
    const [a, b, c] = [makeCall(1), makeCall(2), makeCall(3)]
    channel.add(a)
    channel.link?.flush()
    channel.add(b)
    channel.link?.flush()
    channel.release(a)
    channel.release(b)
    channel.add(c)
    channel.link?.flush()
    expect(of('posted').map(([, call, isNext]) => [call, isNext])).toEqual([
      ['call 1', true],
      ['call 2', false],
      ['call 3', true],
    ])
    expect([a.isPosted, b.isPosted, c.isPosted]).toEqual([false, false, true])
  })
})

describe('what is handed ahead', () => {
  it('is counted with its time, until its turn comes or it leaves', () => {
    const { channel } = open()
    const [a, b, c] = [makeCall(1), makeCall(2), makeCall(3)]
    channel.addAhead(a, 5)
    channel.addAhead(b, 7)
    channel.addAhead(c, 9)
    expect([channel.ahead.size, channel.aheadMs, a.handedAhead, a.workerIndex]).toEqual([3, 21, true, 3])
    channel.takeFromAhead(a)
    channel.takeFromAhead(a)
    channel.release(b)
    expect([channel.ahead.size, channel.aheadMs, channel.held.size]).toEqual([1, 9, 2])
    channel.takeFromAhead(c)
    expect(channel.aheadMs).toBe(0)
  })

  it('is taken back at once while it is not posted', () => {
    const { channel, of, worker } = open()
    const call = makeCall(1)
    channel.addAhead(call, 1)
    channel.link?.takeBack([call])
    expect([of('takenBack'), worker.posted.length]).toEqual([[['channel', ['call 1']]], 1])
  })

  it('is asked back by a message where there are neither shared words nor locks', () => {
    const { channel, of, posted } = open()
    const [ran, a, b] = [makeCall(1), makeCall(2), makeCall(3)]
    channel.add(ran)
    channel.addAhead(a, 1)
    channel.addAhead(b, 1)
    channel.link?.flush()
    channel.link?.takeBack([ran, a, b])
    expect([posted(wire.TAKE_BACK), of('takenBack')]).toEqual([[[wire.TAKE_BACK, 2, 3]], []])
    channel.takeFromAhead(a)
    channel.takeFromAhead(b)
    channel.link?.takeBack([a, b])
    expect(posted(wire.TAKE_BACK).length).toBe(1)
  })

  it('is taken back by its word where memory is shared, unless the worker was first', () => {
    vi.stubGlobal('crossOriginIsolated', true)
    const { channel, of, posted } = open()
    const [a, b] = [makeCall(1), makeCall(2)]
    channel.addAhead(a, 1)
    channel.addAhead(b, 1)
    channel.link?.flush()
    const words = linkOf(channel).claims.words as Int32Array
    Atomics.store(words, a.claim % wire.CLAIM_WORDS, -a.claim)
    expect(b.claim).toBeGreaterThan(0)
    channel.link?.takeBack([a, b])
    expect([of('takenBack'), posted(wire.TAKE_BACK)]).toEqual([[['channel', ['call 2']]], []])
    expect(channel.withdraw(a)).toBe(false)
  })

  it('is taken back by a lock where there are locks, once the mail is read', async () => {
    const grants: ((lock: object | null) => unknown)[] = []
    const request = (
      _name: string,
      options: LockOptions,
      run: (lock: object | null) => unknown,
    ): Promise<unknown> => ('signal' in options ? new Promise(() => {}) : new Promise(() => grants.push(run)))
    vi.stubGlobal('navigator', { locks: { request } })
    const { channel, worker, of, timers, posted } = open()
    worker.says(wire.LOCKED, 'life')
    const [a, b] = [makeCall(1), makeCall(2)]
    channel.addAhead(a, 1)
    channel.addAhead(b, 1)
    channel.link?.flush()
    expect([a.claim, b.claim]).toEqual([1, 1])
    channel.link?.takeBack([a, b])
    expect([grants.length, of('takenBack'), posted(wire.TAKE_BACK)]).toEqual([1, [], []])
    grants[0]?.({})
    expect(of('takenBack')).toEqual([])
    for (const { fn, ms } of timers) {
      expect(ms).toBe(0)
      fn()
    }
    expect(of('takenBack')).toEqual([['channel', ['call 1', 'call 2']]])
  })

  it('keeps its order when one in the middle is kept back: what comes after it is not posted either', () => {
    const { port1, port2 } = new MessageChannel()
    const { channel, posted, of } = open({ movesAhead: false })
    const odd = makeCall(2)
    ;(odd as { args: readonly unknown[] }).args = [port1]
    channel.addAhead(makeCall(1), 1)
    channel.addAhead(odd, 1)
    channel.addAhead(makeCall(3), 1)
    channel.link?.flush()
    const sent = posted(wire.CALLS).flatMap(([, rows]) => (rows as number[]).filter((_, at) => at % 5 === 0))
    expect([sent, of('takenBack').map(([, calls]) => calls)]).toEqual([[1], [['call 2'], ['call 3']]])
    port1.close()
    port2.close()
  })

  it('is the page’s when the worker says that it could not claim it', async () => {
    const request = (
      _name: string,
      options: LockOptions,
      run: (lock: object | null) => unknown,
    ): Promise<unknown> => ('signal' in options ? new Promise(() => {}) : Promise.resolve(run({})))
    vi.stubGlobal('navigator', { locks: { request } })
    const { channel, worker, of, timers } = open()
    worker.says(wire.LOCKED, 'life')
    const call = makeCall(1)
    channel.addAhead(call, 1)
    channel.link?.flush()
    worker.says(wire.UNCLAIMED, call.claim)
    expect(of('takenBack')).toEqual([])
    channel.link?.takeBack([call])
    const { claim } = call
    expect(linkOf(channel).claims.has(claim)).toBe(true)
    worker.says(wire.UNCLAIMED, claim)
    expect([of('takenBack'), linkOf(channel).claims.has(claim)]).toEqual([[['channel', ['call 1']]], false])
    for (const { fn } of timers) fn()
    expect(of('takenBack').length).toBe(1)
  })

  it('is let go when nothing is left of it, and stays the worker’s where the channel has closed', () => {
    const request = (
      _name: string,
      options: LockOptions,
      run: (lock: object | null) => unknown,
    ): Promise<unknown> => ('signal' in options ? new Promise(() => {}) : Promise.resolve(run({})))
    vi.stubGlobal('navigator', { locks: { request } })
    for (const isClosed of [false, true]) {
      const { channel, worker, of, timers } = open()
      worker.says(wire.LOCKED, 'life')
      const call = makeCall(1)
      channel.addAhead(call, 1)
      channel.link?.flush()
      const { claim } = call
      channel.link?.takeBack([call])
      if (isClosed) channel.close(false)
      else channel.release(call)
      for (const { fn } of timers) fn()
      expect([of('takenBack'), linkOf(channel).claims.has(claim)]).toEqual([[], false])
    }
  })

  it('waits for the mail by the clock where that knows how', () => {
    const request = (
      _name: string,
      options: LockOptions,
      run: (lock: object | null) => unknown,
    ): Promise<unknown> => ('signal' in options ? new Promise(() => {}) : Promise.resolve(run({})))
    vi.stubGlobal('navigator', { locks: { request } })
    const after: (() => void)[] = []
    const clock = {
      now: () => 0,
      setTimeout: () => expect.unreachable(),
      afterMail: (fn: () => void) => after.push(fn),
    }
    const { channel, worker, of } = open({ clock: clock as unknown as ChannelSettings['clock'] })
    worker.says(wire.LOCKED, 'life')
    const call = makeCall(1)
    channel.addAhead(call, 1)
    channel.link?.flush()
    channel.link?.takeBack([call])
    expect(of('takenBack')).toEqual([])
    for (const fn of after) fn()
    expect(of('takenBack').length).toBe(1)
  })

  it('is kept back with what comes after it when it would be transferred, where the task says so', () => {
    const { channel, of } = open({ movesAhead: false })
    const port = new MessageChannel().port1
    const odd = makeCall(1)
    ;(odd as { args: readonly unknown[] }).args = [port]
    channel.addAhead(odd, 1)
    channel.addAhead(makeCall(2), 1)
    const kept: Call[] = []
    expect(linkOf(channel).outgoing.keepsBack(odd)).toBe(true)
    expect([of('takenBack'), odd.holdsUnclonable, kept.length]).toEqual([[['channel', ['call 1']]], true, 0])
    const running = makeCall(3)
    channel.add(running)
    expect([linkOf(channel).outgoing.keepsBack(running), running.holdsUnclonable]).toEqual([false, false])
    const other = open()
    other.channel.addAhead(odd, 1)
    expect(linkOf(other.channel).outgoing.keepsBack(odd)).toBe(false)
    port.close()
  })
})

describe('messages', () => {
  const running = (options: ChannelOptions = {}) => {
    const kit = open(options)
    const call = makeCall(1)
    kit.channel.add(call)
    kit.channel.link?.flush()
    kit.told.length = 0
    return { ...kit, call }
  }

  it('of replies are given out one by one, and the turn ends once', () => {
    const { channel, worker, told, later } = running()
    channel.isStuck = true
    later(50)
    worker.says(wire.REPLIES, performance.now(), [1, wire.RESULT, 0, 0], ['fine'])
    expect(told).toEqual([
      ['replied', 'channel', 'call 1', expect.objectContaining({ status: wire.RESULT, value: 'fine' })],
      ['turnEnded', 'channel', expect.any(Number)],
    ])
    expect([channel.repliedAt, channel.isStuck]).toEqual([150, false])
  })

  it('of progress, items and signs of life concern the call they name, and show that it lives', () => {
    const { worker, told, call, later } = running()
    later(10)
    worker.says(wire.PROGRESS, 1, 0.5)
    expect(call.beatAt).toBe(110)
    later(10)
    worker.says(wire.BEAT, 1)
    expect([call.beatAt, call.isStream, call.itemsReceived]).toEqual([120, false, 0])
    later(10)
    worker.says(wire.ITEMS, 1, 'a', 'b')
    worker.says(wire.ITEMS, 1)
    worker.says(wire.PROGRESS, 9, 'nobody')
    worker.says(wire.ITEMS, 9, 'nobody')
    expect([call.beatAt, call.isStream, call.itemsReceived]).toEqual([130, true, 2])
    expect(told).toEqual([
      ['progressed', 'call 1', 0.5],
      ['streamed', 'call 1', ['a', 'b']],
      ['streamed', 'call 1', []],
    ])
  })

  it.each([
    {
      what: 'could not be read by the worker',
      say: (worker: SilentWorker) => worker.says(wire.UNREADABLE),
      code: 'clone-args',
    },
    {
      what: 'could not be read here',
      say: (worker: SilentWorker) => worker.emit('messageerror', {}),
      code: 'clone-result',
    },
    {
      what: 'came without memory for it',
      say: (worker: SilentWorker) => worker.emit('message', { data: null }),
      code: 'clone-result',
    },
  ])('that $what are looked into', ({ say, code }) => {
    const { worker, posted, of } = running()
    say(worker)
    expect(posted(wire.AUDIT)).toEqual([[wire.AUDIT, expect.any(Number)]])
    worker.says(wire.AUDITED, posted(wire.AUDIT)[0]?.[1])
    expect(of('lost')).toEqual([['channel', 'call 1', code, false]])
  })

  it('of what nobody caught in the worker are reported, and the worker lives on', () => {
    const { worker, of, channel } = running()
    worker.says(wire.UNCAUGHT, encodeThrown(new RangeError('nobody')))
    worker.emit('error', { message: 'late', error: undefined, preventDefault: () => expect.unreachable() })
    worker.emit('error', { message: 'late', error: 'itself', preventDefault: () => expect.unreachable() })
    expect(of('channelError')).toEqual([
      ['channel', new RangeError('nobody')],
      ['channel', new Error('late')],
      ['channel', 'itself'],
    ])
    expect(channel.state).toBe('ready')
  })

  it('have the times of the page’s clock, by the origin that the worker told', () => {
    const { channel, worker, of } = setUp()
    channel.link?.make()
    worker.says(wire.READY, wire.PROTOCOL, ['method'], performance.timeOrigin - 1_000, false)
    channel.add(makeCall(1))
    channel.link?.flush()
    worker.says(wire.REPLIES, 5_000, [1, wire.RESULT, 0, 0], ['x'])
    const [reply] = of('replied').map(([, , each]) => each as { startedAt: number })
    expect(reply?.startedAt).toBeCloseTo(4_000)
  })

  it('of an end are the last: nothing of the same turn comes after it', () => {
    const { channel, worker, of } = open({ slots: 2 })
    channel.add(makeCall(1))
    channel.link?.flush()
    worker.says(wire.CLOSED)
    worker.says(wire.REPLIES, 0, [1, wire.RESULT, 0, 0], ['late'])
    expect([of('replied'), of('turnEnded')]).toEqual([[], []])
  })

  it('that are foreign are left alone, and each of ours is one turn', () => {
    const { worker, told, turns } = running()
    const before = turns()
    for (const data of [undefined, 7, 'text', { type: 'x' }]) worker.emit('message', { data })
    expect(turns()).toBe(before)
    worker.says('foreign')
    worker.says(wire.CALLS, [], [], [])
    expect([told, turns()]).toEqual([[], before + 2])
  })
})

describe('the end', () => {
  it.each([
    {
      what: 'is terminated',
      end: (worker: SilentWorker) => worker.terminate(),
      seen: 'was terminated by the page',
    },
    { what: 'closes itself', end: (worker: SilentWorker) => worker.says(wire.CLOSED), seen: 'closed itself' },
  ])('of a worker that $what is told once, and nothing is heard of it after', ({ end, seen }) => {
    const { channel, worker, of, told } = open()
    channel.add(makeCall(1))
    channel.link?.flush()
    end(worker)
    expect([of('channelDied'), channel.state]).toEqual([[['channel', seen]], 'closed'])
    const before = told.length
    end(worker)
    worker.says(wire.REPLIES, 0, [1, wire.RESULT, 0, 0], ['late'])
    worker.emit('error', { message: 'late', preventDefault() {} })
    worker.emit('messageerror', {})
    expect([told.length, [...worker.listeners.values()].every(({ size }) => size === 0)]).toEqual([
      before,
      true,
    ])
  })

  it('of a worker that dies without an event is noticed by its lock', async () => {
    const requests: { name: string; run(): void; signal: AbortSignal }[] = []
    const request = (name: string, options: { signal: AbortSignal }, run: () => void): Promise<void> => {
      requests.push({ name, run, signal: options.signal })
      return Promise.resolve()
    }
    vi.stubGlobal('navigator', { locks: { request } })
    const { worker, of, channel } = open()
    worker.says(wire.LOCKED, 'life')
    worker.says(wire.LOCKED, 7)
    expect(requests.map(({ name }) => name)).toEqual(['life'])
    expect(linkOf(channel).claims.hasLocks).toBe(true)
    requests[0]?.run()
    expect(of('channelDied')).toEqual([['channel', 'died without an event']])
    requests[0]?.run()
    await drain()
    expect([of('channelDied').length, requests[0]?.signal.aborted]).toEqual([1, true])
  })

  it('is no death where the page closes it', async () => {
    let run = (): void => {}
    let signal: AbortSignal | undefined
    const request = (_name: string, options: { signal: AbortSignal }, granted: () => void): Promise<void> => {
      run = granted
      signal = options.signal
      return Promise.reject(new DOMException('x', 'AbortError'))
    }
    vi.stubGlobal('navigator', { locks: { request } })
    const { worker, told, channel } = open()
    worker.says(wire.LOCKED, 'life')
    channel.close(false)
    run()
    await drain()
    expect([told, signal?.aborted, worker.terminations]).toEqual([[], true, 1])
  })

  it('waits for a teardown where the worker has one and the end is orderly, a second at most', () => {
    const ends = [
      { hasTeardown: true, isOrderly: true },
      { hasTeardown: true, isOrderly: false },
      { hasTeardown: false, isOrderly: true },
    ].map(({ hasTeardown, isOrderly }) => {
      const { channel, worker, timers, ready, posted } = setUp()
      channel.link?.make()
      ready(['method'], hasTeardown)
      channel.close(isOrderly)
      channel.close(false)
      const atOnce = worker.terminations
      for (const { fn } of timers) fn()
      return [posted(wire.CLOSE).length, atOnce, timers.map(({ ms }) => ms), worker.terminations]
    })
    expect(ends).toEqual([
      [1, 0, [1_000], 1],
      [0, 1, [], 1],
      [0, 1, [], 1],
    ])
  })

  it('of a worker that is not ready is at once', () => {
    const { channel, worker } = setUp()
    channel.link?.make()
    channel.close(true)
    expect([worker.terminations, worker.posted]).toEqual([1, []])
  })
})
