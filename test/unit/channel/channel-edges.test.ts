/** A channel at its edges: which of several claims, who is next, what is left when it closes in the middle of something. */
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Call } from '../../../src/call/call.ts'
import type { StartFailure } from '../../../src/errors/failures.ts'
import * as wire from '../../../src/wire/protocol.ts'
import { makeCall } from '../support/calls.ts'
import { linkOf, makeChannel, openChannel } from '../support/channel.ts'

afterEach(() => {
  vi.unstubAllGlobals()
})

/** One column of the rows of all calls that were posted. */
const column = ({ posted }: ReturnType<typeof openChannel>, at: number): number[] =>
  posted(wire.CALLS).flatMap(([, rows]) =>
    (rows as number[]).filter((_, index) => index % wire.CALL_STRIDE === at),
  )

/** A page with locks, of which a test says by name who gets them. */
function withLocks() {
  const asked: [name: string, answer: (lock: object | null) => unknown][] = []
  const request = (name: string, options: LockOptions, run: (lock: object | null) => unknown) => {
    if (!('signal' in options)) asked.push([name, run])
    return new Promise(() => {})
  }
  vi.stubGlobal('navigator', { locks: { request } })
  return asked
}

/** Calls ahead that were sent in two turns: by locks, each turn is one claim. */
function twoClaims() {
  const asked = withLocks()
  const kit = openChannel()
  kit.worker.says(wire.LOCKED, 'life')
  const calls = [makeCall(1), makeCall(2), makeCall(3)] as [Call, Call, Call]
  const [a, b, c] = calls
  kit.channel.addAhead(a, 1)
  kit.channel.addAhead(b, 1)
  kit.channel.link?.flush()
  kit.channel.addAhead(c, 1)
  kit.channel.link?.flush()
  kit.channel.link?.takeBack(calls)
  return { ...kit, calls, asked }
}

describe('calls of several claims', () => {
  it('are asked back by a message where the worker has their claim, and no others', () => {
    const { calls, asked, posted } = twoClaims()
    expect(calls.map(({ claim }) => claim)).toEqual([1, 1, 2])
    asked[0]?.[1](null)
    expect(posted(wire.TAKE_BACK)).toEqual([[wire.TAKE_BACK, 1, 2]])
    asked[1]?.[1](null)
    expect(posted(wire.TAKE_BACK).slice(1)).toEqual([[wire.TAKE_BACK, 3]])
  })

  it('are the page’s where it has the lock of their claim, and no others', () => {
    const { asked, of, timers } = twoClaims()
    asked[1]?.[1]({})
    for (const { fn } of timers) fn()
    expect(of('takenBack')).toEqual([['channel', ['call 3']]])
  })

  it('need none where they hold a slot, as locks tell nothing of a start', () => {
    withLocks()
    const { channel, worker } = openChannel({ slots: 2 })
    worker.says(wire.LOCKED, 'life')
    const calls = [makeCall(1), makeCall(2)]
    for (const call of calls) channel.add(call)
    channel.link?.flush()
    expect(calls.map(({ claim }) => claim)).toEqual([0, 0])
  })
})

describe('locks', () => {
  it.each([
    { what: 'are used where there are any', isIsolated: false, hasLocks: true, uses: true },
    { what: 'are not used where memory is shared', isIsolated: true, hasLocks: true, uses: false },
    { what: 'are not used where there are none', isIsolated: false, hasLocks: false, uses: false },
  ])('$what', ({ isIsolated, hasLocks, uses }) => {
    if (hasLocks) withLocks()
    else vi.stubGlobal('navigator', undefined)
    vi.stubGlobal('crossOriginIsolated', isIsolated)
    const { channel, worker } = openChannel()
    worker.says(wire.LOCKED, 'life')
    expect(linkOf(channel).claims.hasLocks).toBe(uses)
  })
})

describe('what is posted', () => {
  it('asks for nothing that nobody wants', () => {
    const kit = openChannel()
    kit.channel.add(makeCall(1))
    kit.channel.link?.flush()
    expect(column(kit, 2)).toEqual([0])
  })

  it('is next where there is one slot, whatever was posted before, unless it is ahead', () => {
    const { channel, of } = openChannel()
    for (const id of [1, 2]) {
      channel.add(makeCall(id))
      channel.link?.flush()
    }
    expect(of('posted')).toEqual([
      ['channel', 'call 1', true],
      ['channel', 'call 2', true],
    ])
  })

  it('begins no turn where there is nothing', () => {
    const { channel, turns } = openChannel()
    const before = turns()
    channel.link?.flush()
    expect(turns()).toBe(before)
  })

  it('goes on after a call that cannot be sent: it is told of once, and those behind it are not taken back', () => {
    const kit = openChannel()
    const odd = makeCall(1)
    Object.assign(odd, { args: [() => {}] })
    kit.channel.addAhead(odd, 1)
    kit.channel.addAhead(makeCall(2), 1)
    kit.channel.link?.flush()
    expect([kit.of('unsendable').length, kit.of('takenBack'), kit.of('posted'), odd.place]).toEqual([
      1,
      [],
      [['channel', 'call 2', false]],
      null,
    ])
  })

  it('is what holds a slot, though something ahead was kept back before it', () => {
    const { port1, port2 } = new MessageChannel()
    const kit = openChannel({ movesAhead: false, slots: 2 })
    const odd = makeCall(1)
    Object.assign(odd, { args: [port1] })
    kit.channel.addAhead(odd, 1)
    kit.channel.add(makeCall(2))
    kit.channel.link?.flush()
    expect([column(kit, 0), kit.of('takenBack')]).toEqual([[2], [['channel', ['call 1']]]])
    port1.close()
    port2.close()
  })
})

describe('the end', () => {
  it('in the middle of a message keeps the rest of it from being told', () => {
    const { channel, worker, of } = openChannel({
      slots: 2,
      onTold: (name, own) => {
        if (name === 'replied') own.close(false)
      },
    })
    for (const id of [1, 2]) channel.add(makeCall(id))
    channel.link?.flush()
    const rows = [1, wire.RESULT, 0, 0, 2, wire.RESULT, 0, 0]
    worker.says(wire.REPLIES, performance.now(), rows, ['a', 'b'])
    expect([of('replied').map(([, call]) => call), of('turnEnded')]).toEqual([['call 1'], []])
  })

  it('of a worker that closes itself is at once: nothing is asked of it, and it is let go', () => {
    const { worker, posted, timers } = openChannel()
    worker.says(wire.CLOSED)
    expect([worker.terminations, posted(wire.CLOSE), timers]).toEqual([1, [], []])
  })

  it('waits for a setup that goes on, where it is orderly, and not where nothing was heard of it', () => {
    const ends = [true, false].map((isSettingUp) => {
      const { channel, worker, posted, timers } = makeChannel()
      channel.link?.make()
      if (isSettingUp) worker.says(wire.SETTING_UP)
      channel.close(true)
      const atOnce = worker.terminations
      for (const { fn } of timers) fn()
      return [posted(wire.CLOSE).length, atOnce, worker.terminations]
    })
    expect(ends).toEqual([
      [1, 0, 1],
      [0, 1, 1],
    ])
  })

  it('is at once where somebody terminates a worker whose teardown runs', () => {
    const { channel, worker, ready, of } = makeChannel()
    channel.link?.make()
    ready(['method'], true)
    channel.close(true)
    expect(worker.terminations).toBe(0)
    worker.terminate()
    expect([worker.terminations, of('channelDied')]).toEqual([1, []])
  })

  it('before the worker is made leaves nothing that listens to it', () => {
    const { channel, worker } = makeChannel({
      worker: () => {
        channel.close(false)
        return worker as unknown as Worker
      },
    })
    channel.link?.make()
    expect([worker.terminations, [...worker.listeners.values()].every(({ size }) => size === 0)]).toEqual([
      1,
      true,
    ])
  })
})

describe('a start that fails', () => {
  it('has the error of the event for its cause, where there is one', () => {
    const causes = [new RangeError('boom'), null, undefined].map((error) => {
      const { channel, worker, of } = makeChannel()
      channel.link?.make()
      worker.emit('error', { message: '', filename: '', error, preventDefault() {} })
      return of('channelFailed').map(([, failure]) => {
        const { stage, cause } = failure as StartFailure
        return [stage, cause]
      })
    })
    expect(causes).toEqual([
      [['script', new RangeError('boom')]],
      [[undefined, undefined]],
      [[undefined, undefined]],
    ])
  })

  it('names the address that its factory tells of', () => {
    const { channel, worker, of } = makeChannel({
      worker: () =>
        (worker as unknown as Worker) ?? new Worker(new URL('./resize.worker.js', import.meta.url)),
    })
    channel.link?.make()
    channel.link?.startTimedOut(5)
    expect(of('channelFailed')).toMatchObject([
      ['channel', { script: expect.stringContaining('resize.worker.js') }],
    ])
  })
})
