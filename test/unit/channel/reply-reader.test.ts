/** What a message of replies says of which call, and when that was on the page's clock. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Call } from '../../../src/call/call.ts'
import { type Reply, ReplyReader } from '../../../src/channel/reply-reader.ts'
import { CLOSING, REPLIES, RESULT, STARTED, THROWN, type WireSpan } from '../../../src/wire/protocol.ts'
import { makeCall } from '../support/calls.ts'

let now = 5_000

beforeEach(() => {
  now = 5_000
  vi.spyOn(performance, 'now').mockImplementation(() => now)
})
afterEach(() => {
  vi.restoreAllMocks()
})

function setUp(...ids: number[]) {
  const held = new Map<number, Call>()
  for (const id of ids) {
    const call = makeCall(id)
    call.isPosted = true
    held.set(id, call)
  }
  const read: [id: number, reply: Reply][] = []
  const reader = new ReplyReader(held, (call, reply) => read.push([call.id, { ...reply }]))
  return { held, read, reader, always: () => true }
}

const span = (start: number, end: number): WireSpan => ['id', '', 'name', start, end, undefined, undefined]

describe('a message of replies', () => {
  it('gives each call its status and value, in order', () => {
    const { reader, read, always } = setUp(1, 2)
    reader.read([REPLIES, 5_000, [2, THROWN, 0, 0, 1, RESULT, 0, 0], ['bad', 'good']], always)
    expect(read.map(([id, { status, value }]) => [id, status, value])).toEqual([
      [2, THROWN, 'bad'],
      [1, RESULT, 'good'],
    ])
  })

  it('has its times in microseconds before it was sent, and none for what never started', () => {
    const { reader, read, always } = setUp(1, 2, 3)
    reader.read(
      [REPLIES, 4_990, [1, RESULT, 2_500, 500, 2, RESULT, -1, -1, 3, RESULT, 0, 0], [1, 2, 3]],
      always,
    )
    expect(read.map(([, { startedAt, endedAt }]) => [startedAt, endedAt])).toEqual([
      [4_987.5, 4_989.5],
      [0, 0],
      [4_990, 4_990],
    ])
  })

  it('is read on the page’s clock, spans included', () => {
    const { reader, read, always } = setUp(1)
    reader.setTimeOrigin(performance.timeOrigin + 100)
    const latency = reader.read([REPLIES, 4_800, [1, RESULT, 1_000, 0], ['x'], [span(4_799, 4_800)]], always)
    expect(read[0]?.[1]).toMatchObject({
      startedAt: 4_899,
      endedAt: 4_900,
      spans: [span(4_899, 4_900)],
    })
    expect(latency).toBe(100)
  })

  it.each([['soon'], [undefined], [null]])(
    'is read as it stands where the worker gave %s for its origin',
    (origin) => {
      const { reader, always } = setUp(1)
      reader.setTimeOrigin(origin)
      expect(reader.read([REPLIES, 4_990, [1, RESULT, 0, 0], ['x']], always)).toBe(10)
    },
  )

  it('gives out no more once the reader has had enough', () => {
    const { reader, read } = setUp(1, 2, 3)
    const rows = [1, 2, 3].flatMap((id) => [id, RESULT, 0, 0])
    reader.read([REPLIES, 5_000, rows, ['a', 'b', 'c']], () => read.length < 2)
    expect(read.map(([id]) => id)).toEqual([1, 2])
  })

  it('keeps nothing of a reply for the next one', () => {
    const { reader, read, always } = setUp(1, 2)
    reader.read([REPLIES, 5_000, [1, RESULT, 0, 0], ['x'], [span(1, 2)], true], always)
    expect(read[0]?.[1]).toMatchObject({ spans: [span(1, 2)], hasStreams: true })
    reader.read([REPLIES, 5_000, [2, RESULT, -1, -1], [undefined]], always)
    expect(read[1]?.[1]).toEqual({
      status: RESULT,
      value: undefined,
      startedAt: 0,
      endedAt: 0,
      spans: undefined,
      hasStreams: false,
    })
  })
})

describe('what is foreign, forged or late settles nothing', () => {
  it.each([
    { what: 'no time', message: [REPLIES, 'now', [1, RESULT, 0, 0], ['x']] },
    { what: 'no rows', message: [REPLIES, 5_000, undefined, ['x']] },
    { what: 'no values', message: [REPLIES, 5_000, [1, RESULT, 0, 0], 'x'] },
    {
      what: 'a call that is not held',
      message: [REPLIES, 5_000, [9, RESULT, 0, 0], ['x']],
    },
    {
      what: 'a status below the first',
      message: [REPLIES, 5_000, [1, -1, 0, 0], ['x']],
    },
    {
      what: 'a status above the last',
      message: [REPLIES, 5_000, [1, CLOSING + 1, 0, 0], ['x']],
    },
    {
      what: 'a status between two',
      message: [REPLIES, 5_000, [1, 0.5, 0, 0], ['x']],
    },
    {
      what: 'a status that is no number',
      message: [REPLIES, 5_000, [1, '0', 0, 0], ['x']],
    },
  ])('$what', ({ message }) => {
    const { reader, read, always } = setUp(1)
    reader.read(message, always)
    expect(read).toEqual([])
  })

  it('a call that was not posted; the others of the message are read', () => {
    const { reader, read, always, held } = setUp(1, 2)
    ;(held.get(1) as Call).isPosted = false
    reader.read([REPLIES, 5_000, [1, RESULT, 0, 0, 2, RESULT, 0, 0], ['x', 'y']], always)
    expect(read.map(([id]) => id)).toEqual([2])
  })

  it('the first and the last status are fine', () => {
    const { reader, read, always } = setUp(1, 2)
    reader.read([REPLIES, 5_000, [1, RESULT, 0, 0, 2, STARTED, 0, 0], ['x', 'y']], always)
    expect(read.length).toBe(2)
  })

  it('times that are no numbers are unknown; spans that are none are left as they are', () => {
    const { reader, read, always } = setUp(1, 2)
    reader.setTimeOrigin(performance.timeOrigin + 100)
    const odd = () => ['id', '', 'name', '1', 2]
    const late = () => ['id', '', 'name', 1, '2']
    reader.read([REPLIES, 4_900, [1, RESULT, 'x', null], ['x'], [7, odd(), late(), span(1, 2)]], always)
    reader.read([REPLIES, 4_900, [2, RESULT, 0, 0], ['x'], 'spans'], always)
    expect(read[0]?.[1]).toMatchObject({
      startedAt: 0,
      endedAt: 0,
      spans: [7, odd(), late(), span(101, 102)],
    })
    expect(read[1]?.[1].spans).toBe(undefined)
  })
})
