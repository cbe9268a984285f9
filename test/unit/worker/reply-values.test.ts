/** What a handler returned, as its reply carries it: streams, spans, times, and what stands in for a value that cannot be sent. */
import { afterEach, expect, it, vi } from 'vitest'
import { decodeThrown, type Encoded } from '../../../src/wire/error-codec.ts'
import {
  REPLIES,
  RESULT,
  type ReplyStatus,
  THROWN,
  TRANSFER_RESULT,
  UNCLONABLE,
} from '../../../src/wire/protocol.ts'
import { transfer } from '../../../src/wire/transfer.ts'
import { ReplyBatch } from '../../../src/worker/reply-batch.ts'
import { Job } from '../../../src/worker/task-context.ts'
import { runSpan, TOP } from '../../../src/worker/worker-spans.ts'
import { repliesIn } from '../support/wire-port.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

function setUp() {
  const messages: unknown[][] = []
  const port = {
    postMessage: (message: unknown, list: Transferable[] = []) => {
      messages.push(structuredClone(message, { transfer: list }) as unknown[])
    },
  }
  let ids = 0
  const job = (flags = 0, meta: unknown[] = []): Job =>
    new Job(
      { id: ++ids, method: 'make', handler: () => {}, args: [], flags, claim: 0, meta } as never,
      port,
      null,
      () => {},
    )
  const batch = new ReplyBatch(port)
  /** What one value is answered with. */
  const answer = (value: unknown, status: ReplyStatus = RESULT): [status: ReplyStatus, value: unknown] => {
    batch.add(job(), status, 1, value)
    batch.flush()
    const [reply] = repliesIn(messages.at(-1))
    return [reply?.status as ReplyStatus, reply?.value]
  }
  return { batch, job, messages, answer }
}

it.each([[null], [undefined], [0], [''], ['text'], [{ a: 1 }], [[1, null]]])(
  '%j arrives as it is',
  (value) => {
    expect(setUp().answer(value)).toEqual([RESULT, value])
  },
)

it('a value that only a symbol keeps from being copied arrives without it, as it would in a message of its own', () => {
  const value = Object.defineProperty({ a: 1 }, Symbol('odd'), {
    enumerable: true,
    get: () => {
      throw new Error('not for a message')
    },
  })
  expect(setUp().answer(value)).toEqual([RESULT, { a: 1 }])
})

it('a value whose getter throws is answered with what that threw', () => {
  const { answer } = setUp()
  const [status, value] = answer({
    get size() {
      throw new SyntaxError('no size')
    },
  })
  expect([status, decodeThrown(value as Encoded)]).toEqual([THROWN, new SyntaxError('no size')])
})

it('a generator that comes out of a promise is answered with what to do about it', () => {
  const { answer } = setUp()
  const [status, value] = answer(
    (function* () {
      yield 1
    })(),
  )
  expect(status).toBe(THROWN)
  expect(decodeThrown(value as Encoded)).toMatchObject({
    name: 'TypeError',
    message: expect.stringContaining('Remove "async"'),
  })
})

it('a value that throws whoever looks at it is refused like any other that has no clone', () => {
  const look = () => {
    throw new Error('do not look')
  }
  expect(setUp().answer(new Proxy({ run() {} }, { get: look }))).toEqual([UNCLONABLE, 'result.run'])
})

it('small data is sent alone where it is transferred, in whatever way that was said', () => {
  const { batch, job, messages } = setUp()
  const buffer = new ArrayBuffer(8)
  batch.add(job(), RESULT, 1, transfer({ small: 1 }, [buffer]))
  expect([messages.length, buffer.byteLength]).toEqual([1, 0])
  batch.add(job(TRANSFER_RESULT), RESULT, 1, { small: 2 })
  batch.add(job(), RESULT, 1, { small: 3 })
  expect(messages.length).toBe(2)
  batch.flush()
  expect(messages.map((message) => repliesIn(message).map(({ value }) => value))).toEqual([
    [{ small: 1 }],
    [{ small: 2 }],
    [{ small: 3 }],
  ])
})

it('spans travel with the reply of their call, which is sent alone, and others have none', () => {
  const { batch, job, messages } = setUp()
  const traced = job(0, ['00-1-1-01'])
  runSpan(traced, TOP, 'inner', undefined, () => 1)
  batch.add(job(), RESULT, 1, 'before')
  batch.add(traced, RESULT, 1, 'traced')
  batch.add(job(), RESULT, 1, 'after')
  batch.flush()
  expect(messages.map((message) => [repliesIn(message).map(({ value }) => value), message[4]])).toEqual([
    [['before'], undefined],
    [['traced'], [expect.arrayContaining(['inner'])]],
    [['after'], undefined],
  ])
})

it('a stream in a result is told of in its message, with all that a reply has', () => {
  const { batch, job, messages } = setUp()
  const one = job(TRANSFER_RESULT)
  batch.add(one, RESULT, 1, { body: new ReadableStream() })
  expect(messages).toEqual([
    [
      REPLIES,
      expect.any(Number),
      [one.id, RESULT, -1, -1],
      [{ body: expect.any(ReadableStream) }],
      undefined,
      true,
    ],
  ])
})

it('what was made unclonable after it was returned does not part the message of those that wait with it', () => {
  const { batch, job, messages } = setUp()
  const plain: Record<string, unknown> = { a: 1 }
  batch.add(job(), RESULT, 1, plain)
  batch.add(job(), RESULT, 1, 'other')
  plain['run'] = () => {}
  batch.flush()
  expect(messages.map((message) => repliesIn(message).map(({ value }) => value))).toEqual([
    [{ a: 1 }, 'other'],
  ])
})

it('times are in microseconds before the message', () => {
  vi.spyOn(performance, 'now').mockReturnValue(5_000)
  const { batch, job, messages } = setUp()
  const one = job()
  one.startedAt = 4_000
  batch.add(one, RESULT, 4_500, 'fine')
  batch.flush()
  expect(repliesIn(messages[0])).toMatchObject([{ started: 1_000_000, ended: 500_000 }])
})
