/** Replies: what waits for its message cannot change, and each of them goes out, whatever it holds. */
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { REPLIES, RESULT, STREAM_END, THROWN, UNCLONABLE } from '../../../src/wire/protocol.ts'
import { transfer } from '../../../src/wire/transfer.ts'
import { ReplyBatch } from '../../../src/worker/reply-batch.ts'
import { Job } from '../../../src/worker/task-context.ts'
import { runSpan, TOP } from '../../../src/worker/worker-spans.ts'
import { hostileValues } from '../support/hostile-values.ts'

function setUp() {
  const messages: unknown[][] = []
  const port = {
    postMessage: (message: unknown, list: Transferable[] = []) => {
      messages.push(structuredClone(message, { transfer: list }) as unknown[])
    },
  }
  let ids = 0
  const job = (traceparent?: string): Job =>
    new Job(
      { id: ++ids, method: 'make', handler: () => {}, args: [], flags: 0, claim: 0, meta: [traceparent] },
      port,
      null,
      () => {},
    )
  /** Id, status and value of each reply. */
  const replies = (): unknown[][] =>
    messages.flatMap(([op, , rows, values]) => {
      expect(op).toBe(REPLIES)
      return (values as unknown[]).map((value, index) => [
        ...(rows as number[]).slice(index * 4, index * 4 + 2),
        value,
      ])
    })
  return { batch: new ReplyBatch(port), port, job, messages, replies }
}

const flat = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.integer(), { noNullPrototype: true })

describe('ReplyBatch', () => {
  it('sends each value as it was when it was added', () => {
    const steps = fc.array(fc.record({ value: flat, wrap: fc.boolean() }), { maxLength: 12 })
    fc.assert(
      fc.property(steps, fc.boolean(), (values, inStream) => {
        const { batch, job, replies } = setUp()
        const state: Record<string, unknown> = {}
        const expected = values.map(({ value, wrap }) => {
          for (const name of Object.keys(state)) delete state[name]
          Object.assign(state, value)
          const given = wrap ? [state] : state
          batch.add(job(), inStream ? STREAM_END : RESULT, 1, inStream ? [1, given] : given)
          return structuredClone(inStream ? [1, given] : given)
        })
        for (const name of Object.keys(state)) delete state[name]
        state['late'] = () => {}
        batch.flush()
        expect(replies().map(([, , value]) => value)).toEqual(expected)
      }),
    )
  })

  it('keeps small results together, the same object among them', () => {
    const { batch, job, messages, replies } = setUp()
    const state = { count: 0 }
    for (let call = 1; call <= 3; call++) {
      state.count = call
      batch.add(job(), RESULT, 1, state)
      batch.add(job(), RESULT, 1, call)
    }
    expect(messages).toHaveLength(0)
    batch.flush()
    expect(messages).toHaveLength(1)
    expect(replies().map(([, , value]) => value)).toEqual([{ count: 1 }, 1, { count: 2 }, 2, { count: 3 }, 3])
  })

  it('refuses proxies among plain data, and only them, whatever becomes of the plain data', () => {
    const kinds = fc.array(fc.constantFrom('plain', 'proxy', 'list', 'proxy of a list', 'made unclonable'), {
      maxLength: 12,
    })
    fc.assert(
      fc.property(kinds, (all) => {
        const { batch, job, replies } = setUp()
        const later: Record<string, unknown>[] = []
        for (const [at, kind] of all.entries()) {
          const plain: Record<string, unknown> = { at }
          if (kind === 'made unclonable') later.push(plain)
          const isList = kind.endsWith('list')
          const value = isList ? [at] : plain
          batch.add(job(), RESULT, 1, kind.startsWith('proxy') ? new Proxy(value, {}) : value)
        }
        for (const each of later) each['run'] = () => {}
        batch.flush()
        expect(replies()).toEqual(
          all.map((kind, at) =>
            kind.startsWith('proxy')
              ? [at + 1, UNCLONABLE, 'result']
              : [at + 1, RESULT, kind === 'list' ? [at] : { at }],
          ),
        )
      }),
    )
  })

  it('answers each call once and in order, whatever its value, with spans and without', () => {
    const given = fc.record({
      value: fc.oneof(
        fc.constantFrom(...hostileValues),
        fc.integer().map((value) => ['an integer', () => value] as const),
        flat.map((value) => ['flat', () => value] as const),
      ),
      status: fc.constantFrom(RESULT, STREAM_END, THROWN),
      hasSpan: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(given, { maxLength: 8 }), (all) => {
        const { batch, job, replies } = setUp()
        for (const { value, status, hasSpan } of all) {
          const each = job('00-1-1-01')
          const made = value[1]()
          if (hasSpan) runSpan(each, TOP, made as string, { attributes: { made } }, () => 1)
          batch.add(each, status, 1, status === STREAM_END ? [0, made] : made)
        }
        batch.flush()
        expect(replies().map(([id]) => id)).toEqual(all.map((_, index) => index + 1))
      }),
      { numRuns: 300 },
    )
  })

  it('answers with text where not even the error can be sent', () => {
    const { batch, port, job, messages } = setUp()
    const post = port.postMessage
    port.postMessage = (message, list) => {
      if (messages.length === 0 && typeof ((message as unknown[])[3] as unknown[])[0] === 'string')
        throw new Error('no memory')
      post(message, list)
    }
    batch.add(job(), RESULT, 1, { run() {} })
    expect(messages).toMatchObject([
      [REPLIES, expect.any(Number), [1, THROWN, -1, -1], [{ value: expect.stringContaining('make') }]],
    ])
  })

  it('says once what happened, though the warning of a large clone throws', () => {
    const { batch, job, replies } = setUp()
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {
      throw new Error('a console that throws')
    })
    batch.add(job(), RESULT, 1, new ArrayBuffer(2 ** 21))
    expect(replies()).toHaveLength(1)
    expect(warn).toHaveBeenCalledOnce()
    warn.mockRestore()
  })

  it('names the part of a generator’s return value that cannot be cloned', () => {
    const { batch, job, replies } = setUp()
    batch.add(job(), STREAM_END, 1, [3, { run() {} }])
    expect(replies()).toEqual([[1, UNCLONABLE, 'result.run']])
  })

  it('transfers what transfer() marks, also of a generator’s return value', () => {
    const { batch, job } = setUp()
    const buffers = [RESULT, STREAM_END].map((status) => {
      const buffer = new ArrayBuffer(8)
      const marked = transfer({ buffer }, [buffer])
      batch.add(job(), status as typeof RESULT, 1, status === STREAM_END ? [1, marked] : marked)
      return buffer
    })
    expect(buffers.map((buffer) => buffer.byteLength)).toEqual([0, 0])
  })
})
