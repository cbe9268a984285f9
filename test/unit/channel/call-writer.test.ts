/** How calls travel: which share a message, in what order, and that the worker reads back what the page wrote. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Call, type CallOptions, COPIED, NORMAL, SPENT, WHOLE } from '../../../src/call/call.ts'
import { CallBatch } from '../../../src/channel/call-writer.ts'
import { TRANSFER_RESULT, WANTS_PROGRESS, WANTS_START } from '../../../src/wire/protocol.ts'
import { readCalls, type WireCall } from '../../../src/worker/call-reader.ts'
import { makeCall } from '../support/calls.ts'

/** What a call says beyond its arguments. */
interface Extra {
  readonly key?: string
  readonly attempt?: number
  readonly room?: number
  readonly traceparent?: string
  readonly tracestate?: string
}

const ALL = WANTS_PROGRESS | TRANSFER_RESULT | WANTS_START

function setUp({ wantsProgress = false, keepsBack = false, keepsCopy = false } = {}) {
  const messages: WireCall[][] = []
  const unsent: [id: number, culprit: string][] = []
  const asked: number[] = []
  const post = (message: unknown, transfer: readonly Transferable[] = []): void => {
    messages.push([...readCalls(structuredClone(message, { transfer: [...transfer] }) as unknown[])])
  }
  const batch = new CallBatch(post, wantsProgress, {
    unsent: (call, culprit) => unsent.push([call.id, culprit]),
    keepsBack: ({ id }) => {
      asked.push(id)
      return keepsBack
    },
    keepsCopy: () => keepsCopy,
  })
  batch.setMethods(['other', 'method'])
  let ids = 0
  const make = (args: readonly unknown[], options: Partial<CallOptions> = {}, extra: Extra = {}): Call => {
    const call = makeCall(++ids, NORMAL, { ...options, ...(extra.key !== undefined && { key: extra.key }) })
    Object.assign(call, { args, attempt: extra.attempt ?? 0, room: extra.room ?? 0 })
    const { traceparent, tracestate } = extra
    if (traceparent !== undefined) call.telemetry = { traceparent, tracestate } as Call['telemetry']
    return call
  }
  const send = (...calls: readonly Call[]): void => {
    for (const call of calls) batch.add(call, 0)
    batch.flush()
  }
  return {
    batch,
    messages,
    unsent,
    asked,
    make,
    send,
    idsOf: () => messages.map((each) => each.map(({ id }) => id)),
  }
}

describe('what the page writes', () => {
  it('is what the worker reads: arguments, flags, and what a call says of itself', () => {
    const extra = fc.record<Extra>(
      {
        key: fc.string(),
        attempt: fc.nat({ max: 3 }),
        room: fc.nat({ max: 3 }),
        traceparent: fc.string(),
        tracestate: fc.string(),
      },
      { requiredKeys: [] },
    )
    const args = fc.array(
      fc.oneof(fc.integer(), fc.string(), fc.constant(undefined), fc.array(fc.array(fc.nat()))),
    )
    const flags = fc.nat({ max: 7 }).map((bits) => bits & (WANTS_START | WANTS_PROGRESS))
    fc.assert(
      fc.property(fc.array(fc.tuple(args, extra, flags), { minLength: 1 }), (given) => {
        const { batch, messages, make } = setUp()
        for (const [values, more, bits] of given) batch.add(make(values, {}, more), bits)
        batch.flush()
        const read = messages.flat()
        expect(read.map(({ id }) => id)).toEqual(given.map((_, index) => index + 1))
        for (const [index, [values, more, bits]] of given.entries()) {
          const call = read[index] as WireCall
          const [traceparent, attempt, key, tracestate, room] = call.meta ?? []
          expect(call.method).toBe(1)
          expect(call.args).toEqual(values)
          expect(call.flags & ALL).toBe(bits)
          expect([key, attempt ?? 1, room ?? 0]).toEqual([more.key, (more.attempt ?? 0) + 1, more.room ?? 0])
          expect([traceparent, tracestate]).toEqual(
            more.traceparent === undefined ? [undefined, undefined] : [more.traceparent, more.tracestate],
          )
        }
      }),
    )
  })

  it('says no more than there is to say', () => {
    const { messages, make, send } = setUp()
    send(make([1]), make([1], {}, { attempt: 1 }), make([1], {}, { key: 'k' }))
    send(
      make([1], {}, { traceparent: 't' }),
      make([1], {}, { traceparent: 't', tracestate: 's' }),
      make([1], {}, { room: 2 }),
    )
    expect(messages.flat().map(({ meta }) => meta?.length ?? 0)).toEqual([0, 2, 3, 1, 4, 5])
  })

  it('asks for progress where somebody hears of it: the caller, who may join later, or the heartbeat', () => {
    const onProgress = (): void => {}
    const asks = (options: Partial<CallOptions>, extra: Extra = {}, wantsProgress = false): number => {
      const { messages, make, send } = setUp({ wantsProgress })
      send(make([1], options, extra))
      return (messages[0]?.[0]?.flags ?? 0) & ALL
    }
    expect(asks({})).toBe(0)
    expect(asks({ onProgress })).toBe(WANTS_PROGRESS)
    expect(asks({ keyMode: 'dedupe' }, { key: 'k' })).toBe(WANTS_PROGRESS)
    expect(asks({ keyMode: 'dedupe' })).toBe(0)
    expect(asks({ keyMode: 'serial' }, { key: 'k' })).toBe(0)
    expect(asks({}, {}, true)).toBe(WANTS_PROGRESS)
    expect(asks({ transferResult: 'auto' })).toBe(TRANSFER_RESULT)
  })

  it('knows the methods that the worker has', () => {
    const { batch } = setUp()
    expect([batch.hasMethod('method'), batch.hasMethod('third')]).toEqual([true, false])
  })
})

describe('what moves to a busy worker', () => {
  const bytes = (...values: number[]) => Uint8Array.from(values)

  it('leaves a copy, which is sent, and moves, where the call is sent again', () => {
    const { messages, make, send } = setUp({ keepsCopy: true })
    const array = bytes(1, 2)
    const call = make([{ array, again: array }, 'x'], { transfer: [array.buffer] })
    send(call)
    expect([array.length, call.payload]).toEqual([0, COPIED])
    expect(call.args).toEqual([{ array: bytes(1, 2), again: bytes(1, 2) }, 'x'])
    const [{ array: copy, again }] = call.args as [{ array: Uint8Array; again: Uint8Array }]
    expect(copy).toBe(again)
    send(call)
    expect(copy.length).toBe(0)
    expect(messages.map(([sent]) => sent?.args)).toEqual(
      [1, 2].map(() => [{ array: bytes(1, 2), again: bytes(1, 2) }, 'x']),
    )
  })

  it('leaves none where nobody asks for it, or nothing moves', () => {
    const { make, send } = setUp()
    const call = make([bytes(1)], { transfer: 'auto' })
    send(call)
    expect(call.payload).toBe(SPENT)
    const still = setUp({ keepsCopy: true })
    const cloned = still.make([new Map([[1, 2]])])
    still.send(cloned)
    expect(cloned.payload).toBe(WHOLE)
  })

  it('is taken back where there can be no copy of what stands beside it', () => {
    const { port1 } = new MessageChannel()
    const { make, send, messages, asked } = setUp({ keepsCopy: true, keepsBack: true })
    const array = bytes(1)
    const call = make([array, port1], { transfer: [array.buffer] })
    send(call)
    expect([messages.length, asked, array.length, call.payload]).toEqual([0, [call.id], 1, WHOLE])
    port1.close()
  })
})

describe('calls of a turn', () => {
  it('share a message where they are small, and keep their order around those that are not', () => {
    const { send, make, idsOf } = setUp()
    send(make([1]), make(['a', 2]), make([new Map()]), make([3]), make([]))
    expect(idsOf()).toEqual([[1, 2], [3], [4, 5]])
  })

  it('share no object: the second call with it travels alone, in the next turn it may share again', () => {
    const { send, make, idsOf } = setUp()
    const shared = { a: 1 }
    send(make([shared]), make([1]), make([shared]), make([2]))
    send(make([shared]), make([1]))
    expect(idsOf()).toEqual([[1, 2], [3], [4], [5, 6]])
  })

  it('share no object either with a call that did not fit in the end', () => {
    const { send, make, idsOf } = setUp()
    const shared = { a: 1 }
    send(make([shared, new Map()]))
    send(make([shared]), make([1]))
    expect(idsOf()).toEqual([[1], [2, 3]])
  })

  it('fill one message with 512, and not with more', () => {
    const { send, make, messages, batch } = setUp()
    send(...Array.from({ length: 513 }, () => make([])))
    expect(messages.map(({ length }) => length)).toEqual([512, 1])
    batch.flush()
    expect(messages.length).toBe(2)
  })

  it('are marked as posted', () => {
    const { batch, make } = setUp()
    const calls = [make([1]), make([new Map()])]
    for (const call of calls) batch.add(call, 0)
    expect(calls.map(({ isPosted }) => isPosted)).toEqual([true, true])
  })

  it('go alone, with all they have, when one among them has no clone, and that one is given back', () => {
    const { batch, make, idsOf, unsent, messages } = setUp()
    batch.add(make([1], { transferResult: 'auto' }, { key: 'k' }), WANTS_START)
    batch.add(make([new Proxy({ a: 1 }, {})]), 0)
    batch.add(make([2], { onProgress() {} }), WANTS_START)
    batch.flush()
    expect(idsOf()).toEqual([[1], [3]])
    expect(unsent.map(([id]) => id)).toEqual([2])
    expect(messages.flat().map(({ flags }) => flags & ALL)).toEqual([
      WANTS_START | TRANSFER_RESULT,
      WANTS_START | WANTS_PROGRESS,
    ])
    expect(messages[0]?.[0]?.meta).toEqual([undefined, 1, 'k'])
  })
})

describe('what is transferred', () => {
  const buffer = (): ArrayBuffer => new Uint8Array([1, 2, 3]).buffer

  it('is what the list names, or all that can be; the call cannot be sent again then', () => {
    const { send, make, messages } = setUp()
    const [named, found, cloned] = [buffer(), buffer(), buffer()]
    const calls = [
      make([named], { transfer: [named] }),
      make([{ found }], { transfer: 'auto' }),
      make([cloned]),
      make([1], { transfer: 'auto' }),
    ]
    send(...calls)
    expect([named.byteLength, found.byteLength, cloned.byteLength]).toEqual([0, 0, 3])
    expect(calls.map(({ payload }) => payload)).toEqual([SPENT, SPENT, WHOLE, WHOLE])
    expect(messages.length).toBe(4)
  })

  it('is also what has no clone, unless the call is kept back for it', () => {
    for (const keepsBack of [false, true]) {
      const { port1, port2 } = new MessageChannel()
      const { send, make, messages, asked, unsent } = setUp({ keepsBack })
      const call = make([port1])
      send(call)
      expect([asked, unsent, call.payload]).toEqual([[1], [], keepsBack ? WHOLE : SPENT])
      expect(messages.length).toBe(keepsBack ? 0 : 1)
      port1.close()
      port2.close()
    }
  })
})
