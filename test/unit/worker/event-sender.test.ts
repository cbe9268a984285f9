/** Events as the worker sends them: copies, in order, after what was replied, no more than the page can read. */
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { EventSender } from '../../../src/worker/event-sender.ts'
import { transfer } from '../../../src/wire/transfer.ts'
import { EVENT, EVENT_ROOM } from '../../../src/wire/protocol.ts'

function setUp() {
  const posted: unknown[][] = []
  const order: string[] = []
  const port = {
    postMessage(message: unknown, list: Transferable[] = []) {
      posted.push(structuredClone(message, { transfer: list }) as unknown[])
      order.push('event')
    },
  }
  const sender = new EventSender(port, () => order.push('replies'))
  return { sender, posted, order, payloads: () => posted.map(([, , payload]) => payload) }
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('EventSender', () => {
  it('posts a copy at once, after what was replied', () => {
    const { sender, posted, order } = setUp()
    const payload = { rows: 1 }
    sender.emit('changed', payload)
    payload.rows = 2
    sender.emit('saved')
    expect(posted).toEqual([
      [EVENT, 'changed', { rows: 1 }, 0],
      [EVENT, 'saved', undefined, 0],
    ])
    expect(order).toEqual(['replies', 'event', 'replies', 'event'])
  })

  it('keeps what the page has no room for, as it was, and sends it in order', () => {
    const { sender, payloads } = setUp()
    const state = { n: 0, deep: { list: [0] } }
    const emitAll = (times: number) => {
      for (let time = 0; time < times; time++) {
        sender.emit('n', state)
        state.n++
        state.deep.list.push(state.n)
      }
    }
    emitAll(EVENT_ROOM + 10)
    expect(payloads()).toHaveLength(EVENT_ROOM)
    sender.heard(4)
    expect(payloads()).toHaveLength(EVENT_ROOM + 4)
    sender.heard(100)
    emitAll(1)
    expect(payloads().map((each) => (each as typeof state).n)).toEqual(
      Array.from({ length: EVENT_ROOM + 11 }, (_, n) => n),
    )
    expect((payloads()[EVENT_ROOM + 5] as typeof state).deep.list).toHaveLength(EVENT_ROOM + 6)
  })

  it('drops the oldest that wait once there are too many, and says how many', () => {
    const { sender, posted } = setUp()
    for (let n = 0; n < 100_000; n++) sender.emit('n', n)
    expect(posted).toHaveLength(EVENT_ROOM)
    sender.heard(EVENT_ROOM)
    const [first, second] = posted.slice(EVENT_ROOM)
    expect(first).toEqual([EVENT, 'n', 100_000 - 1_024, 100_000 - 1_024 - EVENT_ROOM])
    expect(second).toEqual([EVENT, 'n', 100_000 - 1_023, 0])
    sender.heard(10_000)
    expect(posted.at(-1)).toEqual([EVENT, 'n', 99_999, 0])
  })

  it('coalesces on request: the newest of a frame, and one that waits for the page', () => {
    const { sender, payloads } = setUp()
    const say = (n: number) => sender.emit('n', { n }, { coalesce: true })
    for (let n = 0; n < 100; n++) say(n)
    expect(payloads()).toEqual([{ n: 0 }])
    vi.advanceTimersByTime(16)
    expect(payloads()).toEqual([{ n: 0 }, { n: 99 }])
    for (let n = 0; n < EVENT_ROOM; n++) sender.emit('fill', n)
    const before = payloads().length
    for (let frame = 0; frame < 50; frame++) {
      say(frame)
      vi.advanceTimersByTime(16)
    }
    sender.heard(1_000)
    expect(payloads().slice(before)).toEqual([EVENT_ROOM - 2, EVENT_ROOM - 1, { n: 49 }])
  })

  it('moves what is marked for a transfer, also when it has to wait', () => {
    const { sender, payloads } = setUp()
    for (let n = 0; n <= EVENT_ROOM; n++) {
      const buffer = new ArrayBuffer(8)
      sender.emit('frame', transfer({ buffer }, [buffer]))
      expect(buffer.byteLength).toBe(0)
    }
    sender.heard(EVENT_ROOM)
    expect(payloads()).toEqual(Array.from({ length: EVENT_ROOM + 1 }, () => ({ buffer: new ArrayBuffer(8) })))
  })

  it('names a mistake in the list, and moves what has no clone, also when it has to wait', () => {
    const { sender, payloads } = setUp()
    const send = (payload: unknown, list: Transferable[]) => sender.emit('frame', transfer(payload, list))
    for (let n = 0; n < EVENT_ROOM; n++) sender.emit('fill', n)
    const buffer = new ArrayBuffer(8)
    expect(() => send({ buffer }, [buffer, buffer])).toThrow(/transfer\[1\] is the same as transfer\[0\]/)
    expect(buffer.byteLength).toBe(8)
    const { port1, port2 } = new MessageChannel()
    sender.emit('port', { port2 })
    sender.heard(EVENT_ROOM)
    expect(payloads().at(-1)).toHaveProperty('port2')
    port1.close()
  })

  it('moves it when the newest of a frame has to wait for that frame, too', () => {
    const { sender } = setUp()
    const buffers = [new ArrayBuffer(8), new ArrayBuffer(8)]
    for (const buffer of buffers) sender.emit('frame', transfer({ buffer }, [buffer]), { coalesce: true })
    expect(buffers.map(({ byteLength }) => byteLength)).toEqual([0, 0])
  })

  it('refuses what cannot be cloned with its path, and an event without a name', () => {
    const { sender, posted } = setUp()
    const bad = { on: [() => {}] }
    for (const options of [{}, { coalesce: true }]) {
      expect(() => sender.emit('changed', bad, options)).toThrow(
        expect.objectContaining({
          name: 'DataCloneError',
          message: expect.stringContaining('emit("changed", payload): payload.on[0]') as string,
        }),
      )
    }
    expect(() => sender.emit('')).toThrow(
      new TypeError('emit(event, payload): event must be a non-empty string, got '),
    )
    expect(posted).toEqual([])
  })

  it('loses and reorders nothing while what waits fits, whenever the page reads', () => {
    const step = fc.oneof(fc.constant('emit' as const), fc.nat({ max: 40 }))
    fc.assert(
      fc.property(fc.array(step, { maxLength: 900 }), (steps) => {
        const { sender, posted, payloads } = setUp()
        let emitted = 0
        let read = 0
        for (const each of steps) {
          if (each === 'emit') sender.emit('n', emitted++)
          else {
            const heard = Math.min(each, posted.length - read)
            read += heard
            sender.heard(heard)
          }
          expect(posted.length - read).toBeLessThanOrEqual(EVENT_ROOM)
        }
        sender.heard(10_000)
        expect(payloads()).toEqual(Array.from({ length: emitted }, (_, n) => n))
      }),
      { numRuns: 50 },
    )
  })
})
