/** Streams in results: they give what the worker's stream gives, and end with an error when the worker ends first. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Call } from '../../../src/call/call.ts'
import { ResultStreams } from '../../../src/channel/result-streams.ts'

const call = { callId: 'call-1' } as Call

function setUp() {
  let ends = 0
  const streams = new ResultStreams(() => ends++)
  return { streams, ends: () => ends }
}

/** A stream of the worker's that a test fills by hand. */
function source<T>() {
  let controller!: ReadableStreamDefaultController<T>
  let cancelled: unknown
  let pulls = 0
  const stream = new ReadableStream<T>(
    {
      start(given) {
        controller = given
      },
      pull() {
        pulls++
      },
      cancel(reason) {
        cancelled = reason
      },
    },
    { highWaterMark: 0 },
  )
  return { stream, controller, cancelled: () => cancelled, pulls: () => pulls }
}

async function readAll(stream: ReadableStream<unknown>): Promise<unknown[]> {
  const items: unknown[] = []
  const reader = stream.getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return items
    items.push(value)
  }
}

describe('ResultStreams', () => {
  it('gives every chunk in order, then the end', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.anything()), async (chunks) => {
        const { streams, ends } = setUp()
        const { stream, controller } = source()
        const adopted = streams.adopt(call, stream) as ReadableStream<unknown>
        expect(adopted).not.toBe(stream)
        expect(streams.open.size).toBe(1)
        const reading = readAll(adopted)
        for (const chunk of chunks) controller.enqueue(chunk)
        controller.close()
        expect(await reading).toEqual(chunks)
        expect([streams.open.size, ends()]).toEqual([0, 1])
        streams.fail(() => expect.unreachable())
      }),
    )
  })

  it('finds them in objects, lists and maps, and leaves all else as it is', () => {
    const { streams } = setUp()
    const [first, second, third] = [source().stream, source().stream, source().stream]
    const date = new Date(0)
    const value = {
      body: first,
      list: [1, second],
      map: new Map([['third', third]]),
      date,
      self: {} as unknown,
    }
    value.self = value
    const adopted = streams.adopt(call, value) as typeof value
    expect(adopted).toBe(value)
    expect(streams.open.size).toBe(3)
    expect([adopted.body, adopted.list[1], adopted.map.get('third')]).not.toContain(first)
    expect([adopted.list[0], adopted.date, adopted.self]).toEqual([1, date, value])
    for (const stream of [first, second, third]) expect(stream.locked).toBe(true)
  })

  it('looks at ten thousand objects of a result, and not at the rest of a larger one', () => {
    const lookedAt = (objects: number): boolean => {
      const { streams } = setUp()
      const { stream } = source()
      // The list itself is one of them; the first in it is looked at last.
      const list = Array.from({ length: objects - 1 }, (): { body?: unknown } => ({}))
      Object.assign(list[0] as object, { body: stream })
      streams.adopt(call, list)
      return stream.locked && streams.open.size === 1 && list[0]?.body !== stream
    }
    expect([lookedAt(10_000), lookedAt(10_001)]).toEqual([true, false])
  })

  it('looks past whatever is no object, however much of it there is', () => {
    const { streams } = setUp()
    const { stream } = source()
    const plain = Array.from({ length: 20_000 }, (_, index) => (index % 2 === 0 ? null : `text ${index}`))
    const value = [{ body: stream as unknown }, ...plain, null]
    streams.adopt(call, value)
    expect([streams.open.size, (value[0] as { body: unknown }).body === stream]).toEqual([1, false])
  })

  it('tells of the end of the last of several, not of each', async () => {
    const { streams, ends } = setUp()
    const [one, other] = [source().stream, source().stream].map((stream) => streams.adopt(call, stream))
    await (one as ReadableStream).cancel()
    expect([streams.open.size, ends()]).toEqual([1, 0])
    await (other as ReadableStream).cancel()
    expect([streams.open.size, ends()]).toEqual([0, 1])
  })

  it('looks at an object once, though it is its own part', () => {
    const { streams } = setUp()
    const { stream } = source()
    const part = { body: stream as unknown }
    const value: unknown[] = [part, part]
    value.push(value)
    expect(streams.adopt(call, value)).toBe(value)
    expect([streams.open.size, part.body === stream]).toEqual([1, false])
  })

  it('leaves what is no plain object alone, whatever it holds', () => {
    const { streams } = setUp()
    const { stream } = source()
    const odd = Object.assign(new Date(0), { body: stream })
    streams.adopt(call, { odd, set: new Set([stream]) })
    expect([streams.open.size, stream.locked, odd.body]).toEqual([0, false, stream])
  })

  it('ends what is open with the error of its call when the worker is gone', async () => {
    const { streams, ends } = setUp()
    const { stream, controller } = source()
    const reader = (streams.adopt(call, stream) as ReadableStream<unknown>).getReader()
    controller.enqueue('before')
    expect(await reader.read()).toEqual({ done: false, value: 'before' })
    const waiting = reader.read()
    streams.fail(({ callId }) => new Error(`${callId} lost its worker`))
    await expect(waiting).rejects.toThrow('call-1 lost its worker')
    expect([streams.open.size, ends()]).toEqual([0, 0])
    // What was still under way changes nothing.
    controller.enqueue('after')
    await expect(reader.closed).rejects.toThrow('call-1 lost its worker')
  })

  it('passes on an error of the source, and that its reader has left', async () => {
    const { streams, ends } = setUp()
    const failing = source()
    const reading = readAll(streams.adopt(call, failing.stream) as ReadableStream<unknown>)
    failing.controller.error(new Error('the source broke'))
    await expect(reading).rejects.toThrow('the source broke')
    const left = source()
    await (streams.adopt(call, left.stream) as ReadableStream<unknown>).cancel('enough')
    expect([left.cancelled(), streams.open.size, ends()]).toEqual(['enough', 0, 2])
  })

  it('reads nothing ahead of its reader', async () => {
    const { streams } = setUp()
    const { stream, controller, pulls } = source()
    const reader = (streams.adopt(call, stream) as ReadableStream<unknown>).getReader()
    await Promise.resolve()
    expect(pulls()).toBe(0)
    const reading = reader.read()
    controller.enqueue(1)
    expect(await reading).toEqual({ done: false, value: 1 })
    expect(pulls()).toBe(1)
  })
})
