/** Streams in results, and the calls that are kept back or not sent: what a channel gives out, and what it keeps. */
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type Call, SETTLED } from '../../../src/call/call.ts'
import * as wire from '../../../src/wire/protocol.ts'
import { makeCall } from '../support/calls.ts'
import { type ChannelOptions, makeChannel, openChannel } from '../support/channel.ts'
import { drain } from '../support/lab.ts'

afterEach(() => {
  vi.unstubAllGlobals()
})

/** A channel whose worker has answered a call with a stream that is not read yet. */
function answered(options: ChannelOptions = {}) {
  const kit = openChannel(options)
  const call = makeCall(1)
  kit.channel.add(call)
  kit.channel.link?.flush()
  const source = new ReadableStream({}, { highWaterMark: 0 })
  const reply = [wire.REPLIES, performance.now(), [1, wire.RESULT, 0, 0], [{ body: source }], undefined]
  kit.worker.says(...reply, true)
  const [given] = kit.of('replied').map(([, , each]) => each as { value: { body: ReadableStream } })
  kit.channel.release(call)
  return { ...kit, call, source, body: (given as { value: { body: ReadableStream } }).value.body }
}

describe('a stream in a result', () => {
  it('is one of the page’s own, and its worker is at work until it is read or left', async () => {
    const { channel, body, source, of } = answered()
    expect([body === source, source.locked, channel.isIdle]).toEqual([false, true, false])
    const before = of('turnEnded').length
    await body.cancel()
    expect([channel.isIdle, of('turnEnded').slice(before)]).toEqual([true, [['channel', 0]]])
  })

  it.each([
    {
      what: 'is closed by the page',
      end: ({ channel }: ReturnType<typeof answered>) => channel.close(false),
      code: 'aborted',
      text: /its worker was stopped/,
    },
    {
      what: 'ends itself',
      end: ({ worker }: ReturnType<typeof answered>) => worker.says(wire.CLOSED),
      code: 'crashed',
      text: /closed itself/,
    },
  ])('fails with the worker when that $what', async ({ end, code, text }) => {
    const kit = answered()
    const reading = kit.body.getReader().read()
    end(kit)
    await expect(reading).rejects.toMatchObject({ code, message: expect.stringMatching(text) })
  })

  it.each([
    ['an item', (body: object) => [wire.ITEMS, 1, { body }], 'streamed'],
    ['the arguments of a callback', (body: object) => [wire.CALLED, 1, 1, 0, [{ body }]], 'said'],
    ['an event', (body: object) => [wire.EVENT, 'news', { body }, 0], 'said'],
  ] as const)('is the same in %s', async (what, message, told) => {
    const { channel, worker, of } = openChannel()
    const call = makeCall(1)
    channel.add(call)
    channel.link?.flush()
    const source = new ReadableStream({}, { highWaterMark: 0 })
    worker.says(wire.STREAMS, message(source))
    const bodies: ReadableStream[] = []
    JSON.stringify(of(told), (_name, value: unknown) => {
      if (value instanceof ReadableStream) bodies.push(value)
      return value === channel || value === call ? undefined : value
    })
    const [body] = bodies as [ReadableStream]
    channel.release(call)
    expect([body === source, source.locked, channel.isIdle]).toEqual([false, true, false])
    const reading = body.getReader().read()
    worker.says(wire.CLOSED)
    await expect(reading).rejects.toMatchObject(
      what === 'an event' ? { name: 'AbortError' } : { code: 'crashed' },
    )
  })

  it('that nobody is left to read is let go', () => {
    const { channel, worker } = openChannel()
    const call = makeCall(1)
    channel.add(call)
    channel.link?.flush()
    call.state = SETTLED
    const ended: string[] = []
    const source = () => new ReadableStream({ cancel: () => void ended.push('canceled') })
    worker.says(wire.REPLIES, performance.now(), [1, wire.RESULT, 0, 0], [source()], undefined, true)
    worker.says(wire.STREAMS, [wire.ITEMS, 7, source()])
    worker.says(wire.STREAMS, [wire.STREAMS, [wire.STREAMS]])
    worker.says(wire.STREAMS, 'junk')
    channel.release(call)
    expect([channel.isIdle, ended]).toEqual([true, ['canceled']])
  })

  it('is looked for only where the worker says that there is one', () => {
    const { channel, worker, of } = openChannel()
    const call = makeCall(1)
    channel.add(call)
    channel.link?.flush()
    const source = new ReadableStream()
    worker.says(wire.REPLIES, performance.now(), [1, wire.RESULT, 0, 0], [source])
    expect(of('replied').map(([, , each]) => (each as { value: unknown }).value)).toEqual([source])
    expect(source.locked).toBe(false)
  })
})

describe('a message of several calls', () => {
  const sent = ({ posted }: ReturnType<typeof openChannel>): number[] =>
    posted(wire.CALLS).flatMap(([, rows]) =>
      (rows as number[]).filter((_, at) => at % wire.CALL_STRIDE === 0),
    )

  it('goes out without the one whose method the worker does not have', () => {
    const kit = openChannel({ slots: 3 })
    const calls = [makeCall(1), Object.assign(makeCall(2), { method: 'nope' }), makeCall(3)] as Call[]
    for (const call of calls) kit.channel.add(call)
    kit.channel.link?.flush()
    expect([sent(kit), kit.of('unknown'), kit.of('posted').map(([, call]) => call)]).toEqual([
      [1, 3],
      [['channel', 'call 2']],
      ['call 1', 'call 3'],
    ])
  })

  it('goes out whole where a call that holds something without a clone is sent all the same', () => {
    const kit = openChannel()
    const odd = Object.assign(makeCall(1), { holdsUnclonable: true })
    kit.channel.add(odd)
    kit.channel.addAhead(makeCall(2), 1)
    kit.channel.link?.flush()
    expect([sent(kit), kit.of('takenBack')]).toEqual([[1, 2], []])
  })

  it('is over for all where the worker is gone before it is written', () => {
    const kit = openChannel({ slots: 2 })
    kit.channel.add(makeCall(1))
    kit.channel.close(false)
    kit.channel.link?.flush()
    expect(sent(kit)).toEqual([])
  })
})

describe('what is told of a start that failed', () => {
  const failureOf = ({ of }: ReturnType<typeof makeChannel>): unknown => of('channelFailed')[0]?.[1]

  it.each([
    {
      stage: 'factory',
      make: () => {
        const kit = makeChannel({
          worker: () => {
            throw new RangeError('no worker')
          },
        })
        kit.channel.link?.make()
        return kit
      },
    },
    {
      stage: 'script',
      make: () => {
        const kit = makeChannel()
        kit.channel.link?.make()
        kit.worker.emit('error', { message: 'boom', filename: 'x.js', lineno: 1, preventDefault() {} })
        return kit
      },
    },
    {
      stage: undefined,
      make: () => {
        const kit = makeChannel()
        kit.channel.link?.make()
        kit.worker.emit('error', { message: '', filename: '', preventDefault() {} })
        return kit
      },
    },
    {
      stage: 'end',
      make: () => {
        const kit = makeChannel()
        kit.channel.link?.make()
        kit.worker.terminate()
        return kit
      },
    },
  ])('names what failed, where that is known: $stage', ({ stage, make }) => {
    const kit = make()
    expect(failureOf(kit)).toMatchObject({ code: 'start-failed', stage, isSettingUp: false })
    expect(kit.channel.state).toBe('closed')
  })

  it('says that it was the setup where that threw, and ends the worker', async () => {
    const kit = makeChannel()
    kit.channel.link?.make()
    kit.worker.says(wire.FAILED, { name: 'Error', message: 'no database' })
    await drain()
    expect(failureOf(kit)).toMatchObject({ isSettingUp: true })
    expect(kit.worker.terminations).toBe(1)
  })
})
