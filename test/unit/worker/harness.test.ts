/** The worker's queue, message by message: what it runs and when, what it answers, and what it gives back. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { decodeThrown, type Encoded, encodeThrown } from '../../../src/wire/error-codec.ts'
import {
  AUDIT,
  AUDITED,
  CANCEL,
  CLAIM_WORDS,
  CLOSE,
  claimLock,
  CREDIT,
  ITEMS,
  OPEN,
  PROGRESS,
  RESULT,
  RETURNED,
  STARTED,
  STREAM_END,
  TAKE_BACK,
  THROWN,
  UNCLAIMED,
  UNCLONABLE,
  UNREADABLE,
  WANTS_PROGRESS,
  WANTS_START,
} from '../../../src/wire/protocol.ts'
import { taskContext } from '../../../src/worker/task-context.ts'
import { drain } from '../support/lab.ts'
import { makeHarness as setUp, stopTime, time } from '../support/harness.ts'
import { repliesIn } from '../support/wire-port.ts'

beforeEach(stopTime)
afterEach(() => {
  vi.restoreAllMocks()
})

describe('calls', () => {
  it('run in their order, and are answered with their times, in microseconds before the message', () => {
    const { send, ran, replies } = setUp()
    send({ id: 1, args: [0.1, 'a'] }, { id: 2, args: [0.2, 'b'] })
    expect(ran).toEqual(['a', 'b'])
    expect(replies()).toEqual([
      { id: 1, status: RESULT, value: 'a', started: 300, ended: 200 },
      { id: 2, status: RESULT, value: 'b', started: 200, ended: 0 },
    ])
  })

  it('run one at a time, until the page opens more slots', async () => {
    const { send, ran, gates, harness, answers } = setUp()
    const waiting = [1, 2, 3, 4].map((id) => ({ id, to: 'wait', args: [id] }))
    send(...waiting)
    expect(ran).toEqual([1])
    gates[0]?.()
    await drain()
    expect([ran, answers()]).toEqual([[1, 2], [[1, RESULT, 1]]])
    harness.receive([OPEN, 2, null])
    gates[1]?.()
    await drain()
    expect(ran).toEqual([1, 2, 3, 4])
  })

  it('run one at a time again when the page opens one slot', async () => {
    const { send, ran, harness } = setUp()
    harness.receive([OPEN, 3, null])
    harness.receive([OPEN, 1, null])
    send({ id: 1, to: 'wait', args: [1] }, { id: 2, to: 'wait', args: [2] })
    await drain()
    expect(ran).toEqual([1])
  })

  it.each([[0], [-1], ['2'], [undefined]])(
    'run one at a time where the page opens %s slots',
    async (slots) => {
      const { send, ran, harness } = setUp()
      harness.receive([OPEN, slots, null])
      send({ id: 1, to: 'wait', args: [1] }, { id: 2, to: 'wait', args: [2] })
      await drain()
      expect(ran).toEqual([1])
    },
  )

  it('are left out where they are malformed, and the others run', () => {
    const { send, answers, harness } = setUp()
    send({ id: 1, method: 99 }, { id: 1.5 }, { id: 2, args: [0, 'fine'] })
    for (const junk of [undefined, 7, 'text', {}, [], ['x'], [CANCEL, 99]]) harness.receive(junk)
    expect(answers()).toEqual([[2, RESULT, 'fine']])
  })

  it('answer with what their handler threw, at once or later', async () => {
    const { send, gates, replies } = setUp({
      fail() {
        throw new RangeError('at once')
      },
    })
    send({ id: 1, to: 'fail' }, { id: 2, to: 'wait' })
    gates[0]?.(new SyntaxError('later'))
    await drain()
    const thrown = replies().map(({ id, status, value }) => [id, status, decodeThrown(value as Encoded)])
    expect(thrown).toEqual([
      [1, THROWN, new RangeError('at once')],
      [2, THROWN, new SyntaxError('later')],
    ])
  })

  it('of a message that comes while a handler runs wait for it', () => {
    const order: string[] = []
    const { send } = setUp({
      outer() {
        order.push('outer begins')
        send({ id: 2, to: 'inner' })
        order.push('outer ends')
      },
      inner() {
        order.push('inner')
      },
    })
    send({ id: 1, to: 'outer' })
    expect(order).toEqual(['outer begins', 'outer ends', 'inner'])
  })

  it('go on after each other without a gap in what is waiting', async () => {
    const { send, gates, ran } = setUp()
    for (let id = 1; id <= 5; id++) send({ id, to: 'wait', args: [id] })
    for (let id = 1; id <= 5; id++) {
      gates[id - 1]?.()
      await drain()
    }
    expect(ran).toEqual([1, 2, 3, 4, 5])
  })
})

describe('a call that was answered', () => {
  it('is held no longer, and nothing that comes for it is a matter of another', async () => {
    const { send, harness, posted, gates } = setUp()
    send({ id: 1, args: [0] }, { id: 2, to: 'wait' })
    gates[0]?.()
    await drain()
    const before = posted.length
    harness.receive([CANCEL, 1, false, 'late'])
    harness.receive([CANCEL, 2, false, 'late'])
    harness.receive([TAKE_BACK, 1, 2])
    harness.receive([CREDIT, 1, 5])
    harness.receive([AUDIT, 3])
    expect(posted.slice(before)).toEqual([[AUDITED, 3]])
  })
})

describe('mail', () => {
  it('is let in between the handlers of a message once they have taken a millisecond', async () => {
    const { send, ran, answers, harness } = setUp()
    send({ id: 1, args: [0.6] }, { id: 2, args: [0.6] }, { id: 3, args: [0.6] })
    expect(ran.length).toBe(2)
    // What is done was posted before the pause.
    expect(answers().length).toBe(2)
    harness.receive([CANCEL, 3, false, 'no more'])
    await vi.waitFor(() => expect(answers().at(-1)).toEqual([3, RETURNED, undefined]))
    expect(ran.length).toBe(2)
  })

  it('is not waited for by handlers that are done within a millisecond', () => {
    const { send, ran } = setUp()
    send({ id: 1, args: [0.5] }, { id: 2, args: [0.5] }, { id: 3, args: [0.5] })
    expect(ran.length).toBe(3)
  })

  it('that comes in such a pause waits for its turn', async () => {
    const { send, ran } = setUp()
    send({ id: 1, args: [2, 'a'] }, { id: 2, args: [0, 'b'] })
    send({ id: 3, args: [0, 'c'] })
    expect(ran).toEqual(['a'])
    await vi.waitFor(() => expect(ran).toEqual(['a', 'b', 'c']))
  })
})

describe('replies', () => {
  /** How many messages so many calls of this length are answered with. */
  const messages = ({ posted, send }: ReturnType<typeof setUp>, ms: number, count: number): number => {
    const before = posted.length
    send(
      ...Array.from({ length: count }, (_, index) => ({
        id: 100 + index,
        args: [ms],
      })),
    )
    return posted.length - before
  }

  it('go out before a handler of unknown length', () => {
    const before: number[] = []
    const { send, posted } = setUp({
      look() {
        before.push(posted.length)
      },
    })
    send({ id: 1, args: [0] }, { id: 2, to: 'look' }, { id: 3, to: 'look' })
    expect([before, posted.length]).toEqual([[1, 1], 2])
  })

  it('go out before a handler that was long last time, and together before those that are short', () => {
    const kit = setUp()
    expect(messages(kit, 0.1, 3)).toBe(1)
    expect(messages(kit, 0.5, 1)).toBe(1)
    expect(messages(kit, 0.1, 3)).toBe(3)
  })

  it.each([
    { ms: 0.25, posts: 2 },
    { ms: 0.125, posts: 1 },
  ])(
    'are held behind a handler of less than a quarter of a millisecond, each method by itself: $ms ms',
    (given) => {
      const kit = setUp({ note() {} })
      kit.send({ id: 1, to: 'note' })
      kit.send({ id: 2, args: [given.ms] })
      kit.posted.length = 0
      kit.send({ id: 3, to: 'note' }, { id: 4, args: [0] })
      expect(kit.posted.length).toBe(given.posts)
    },
  )

  it('are held again when a method has long been short', () => {
    const kit = setUp()
    messages(kit, 0.9, 1)
    for (let run = 0; run < 5; run++) messages(kit, 0, 1)
    expect(messages(kit, 0, 2)).toBe(2)
    for (let run = 0; run < 8; run++) messages(kit, 0, 1)
    expect(messages(kit, 0, 2)).toBe(1)
  })

  it('tell what a handler reported last before they tell its end', async () => {
    const { send, posted } = setUp({
      report() {
        const { progress } = taskContext()
        for (let step = 1; step <= 3; step++) progress(step)
        return 'done'
      },
    })
    send({ id: 1, to: 'report', flags: WANTS_PROGRESS })
    expect(posted.map(([kind]) => kind).slice(0, 2)).toEqual([PROGRESS, PROGRESS])
    expect(posted.slice(0, 2)).toEqual([
      [PROGRESS, 1, 1],
      [PROGRESS, 1, 3],
    ])
    expect(posted.slice(2).flatMap(repliesIn)).toMatchObject([{ id: 1, status: RESULT, value: 'done' }])
  })

  it('are preceded by the start where the page has asked for it, as others may be ahead', () => {
    const { send, replies, posted } = setUp()
    send({ id: 1, args: [3], flags: WANTS_START })
    expect(replies().map(({ id, status }) => [id, status])).toEqual([
      [1, STARTED],
      [1, RESULT],
    ])
    // The first had to be there before a handler of unknown length ran.
    expect(posted.length).toBe(2)
    expect(replies()[0]).toMatchObject({ started: 0, value: undefined })
  })

  it('tell of the start together with the end where the handler is short and has a claim', () => {
    const kit = setUp()
    messages(kit, 0, 1)
    kit.posted.length = 0
    const claims = new Int32Array(new SharedArrayBuffer(4 * CLAIM_WORDS))
    Atomics.store(claims, 5, 5)
    kit.harness.receive([OPEN, 1, null, claims, 'base'])
    kit.send({ id: 1, args: [0], flags: WANTS_START, claim: 5 })
    expect(kit.posted.length).toBe(1)
    expect(kit.replies().map(({ status }) => status)).toEqual([STARTED, RESULT])
  })

  it('are given though the last progress of their call cannot be sent', () => {
    const { send, answers } = setUp({
      report() {
        const { progress } = taskContext()
        progress(1)
        progress(() => {})
        return 'done'
      },
    })
    send({ id: 1, to: 'report', flags: WANTS_PROGRESS }, { id: 2, args: [0, 'next'] })
    expect(answers()).toEqual([
      [1, RESULT, 'done'],
      [2, RESULT, 'next'],
    ])
  })

  it('are errors where the result can be read by nobody, and the next call runs', () => {
    const { send, replies } = setUp({
      trap() {
        return new Proxy(
          {},
          {
            ownKeys() {
              throw new RangeError('trap')
            },
          },
        )
      },
    })
    send({ id: 1, to: 'trap' }, { id: 2, args: [0, 'fine'] })
    expect(replies().map(({ id }) => id)).toEqual([1, 2])
    expect(replies()[0]?.status).not.toBe(RESULT)
    expect(replies()[1]).toMatchObject({ status: RESULT, value: 'fine' })
  })

  it('go out before a handler whose start was asked for, however short it is', () => {
    const kit = setUp()
    messages(kit, 0, 1)
    kit.posted.length = 0
    kit.send({ id: 1, args: [0], flags: WANTS_START })
    expect(kit.posted.length).toBe(2)
  })
})

describe('an abort', () => {
  it('returns a call that has not started, and no other', async () => {
    const { send, harness, answers, gates, ran } = setUp()
    send({ id: 1, to: 'wait', args: [1] }, { id: 2, to: 'wait', args: [2] }, { id: 3, to: 'wait', args: [3] })
    harness.receive([CANCEL, 2, false, 'no'])
    expect(answers()).toEqual([[2, RETURNED, undefined]])
    gates[0]?.()
    await drain()
    expect(ran).toEqual([1, 3])
  })

  it('gives a handler that runs the reason of the caller, an error with its class', async () => {
    const reasons: unknown[] = []
    const { send, harness, answers } = setUp({
      listen() {
        const { signal } = taskContext()
        signal.addEventListener('abort', () => reasons.push(signal.reason))
        return new Promise(() => {})
      },
    })
    harness.receive([OPEN, 3, null])
    send({ id: 1, to: 'listen' }, { id: 2, to: 'listen' })
    await drain()
    harness.receive([CANCEL, 1, false, 'plain'])
    harness.receive([CANCEL, 2, true, encodeThrown(new RangeError('far'))])
    expect(reasons).toEqual(['plain', new RangeError('far')])
    expect(reasons[1]).toBeInstanceOf(RangeError)
    expect(answers()).toEqual([])
  })

  it('closes a generator where it stands', async () => {
    const ended: string[] = []
    const { send, harness, replies } = setUp({
      *letters() {
        try {
          yield 'a'
          yield 'b'
        } finally {
          ended.push('closed')
        }
      },
    })
    send({
      id: 1,
      to: 'letters',
      meta: [undefined, 1, undefined, undefined, 1],
    })
    await drain()
    harness.receive([CANCEL, 1, true, encodeThrown(new Error('enough'))])
    await drain()
    expect(ended).toEqual(['closed'])
    expect(replies()).toMatchObject([{ id: 1, status: THROWN }])
    expect(decodeThrown(replies()[0]?.value as Encoded)).toEqual(new Error('enough'))
  })
})

describe('the page', () => {
  it('takes back what has not started, in one message, and nothing else', async () => {
    const { send, harness, posted, answers, gates, ran } = setUp()
    send(...[1, 2, 3, 4].map((id) => ({ id, to: 'wait', args: [id] })))
    harness.receive([TAKE_BACK, 1, 2, 4, 99])
    expect(posted.length).toBe(1)
    expect(answers()).toEqual([
      [2, RETURNED, undefined],
      [4, RETURNED, undefined],
    ])
    gates[0]?.()
    await drain()
    expect(ran).toEqual([1, 3])
  })

  it('is told that a call which was returned never ran', () => {
    const { send, harness, replies } = setUp()
    send({ id: 1, to: 'wait' }, { id: 2, to: 'wait' })
    time.now += 5
    harness.receive([TAKE_BACK, 2])
    expect(replies()).toEqual([{ id: 2, status: RETURNED, value: undefined, started: -1, ended: -1 }])
  })

  it('may send a call again that it took back, and that runs', async () => {
    const { send, harness, gates, answers } = setUp()
    send({ id: 1, to: 'wait', args: [1] }, { id: 2, to: 'wait', args: [2] })
    harness.receive([TAKE_BACK, 2])
    send({ id: 2, to: 'wait', args: ['again'] })
    gates[0]?.()
    await drain()
    gates[1]?.()
    await drain()
    expect(answers().at(-1)).toEqual([2, RESULT, 'again'])
  })

  it('learns which calls are held, and how many items of each were sent', async () => {
    const { send, harness, posted } = setUp({
      *letters() {
        yield 'a'
        yield 'b'
        yield 'c'
      },
    })
    harness.receive([OPEN, 2, null])
    const room = [undefined, 1, undefined, undefined, 2]
    send(
      { id: 1, to: 'wait' },
      { id: 2, to: 'letters', meta: room },
      { id: 3, to: 'wait' },
      { id: 4, args: [0] },
    )
    await drain()
    harness.receive([AUDIT, 77])
    expect(posted.at(-1)).toEqual([AUDITED, 77, 1, 0, 2, 2, 3, 0, 4, 0])
  })

  it('learns of a message that could not be read', () => {
    const { harness, posted } = setUp()
    harness.unreadable()
    // What the browser delivers when there was no memory for the copy.
    harness.receive(null)
    expect(posted).toEqual([[UNREADABLE], [UNREADABLE]])
  })
})

describe('a generator', () => {
  const letters = {
    *letters() {
      yield 'a'
      yield 'b'
      return 'end'
    },
  }

  it('yields as much as there is room for, and answers with the count and what it returned', async () => {
    const { send, harness, posted, answers } = setUp(letters)
    send({ id: 1, to: 'letters' })
    await drain()
    expect(posted).toEqual([[ITEMS, 1]])
    harness.receive([CREDIT, 1, 1])
    await drain()
    expect(posted.slice(1)).toEqual([[ITEMS, 1, 'a']])
    harness.receive([CREDIT, 1, 5])
    await drain()
    expect(posted[2]).toEqual([ITEMS, 1, 'b'])
    expect(answers()).toEqual([[1, STREAM_END, [2, 'end']]])
  })

  it('has the room that came before it started', async () => {
    const { send, harness, gates, posted } = setUp(letters)
    send({ id: 1, to: 'wait' }, { id: 2, to: 'letters', meta: [undefined, 1, undefined, undefined, 1] })
    harness.receive([CREDIT, 2, 1])
    harness.receive([CREDIT, 99, 1])
    gates[0]?.()
    await drain()
    expect(posted.filter(([kind]) => kind === ITEMS)).toEqual([
      [ITEMS, 2, 'a'],
      [ITEMS, 2, 'b'],
    ])
  })

  it('holds its slot until it ends', async () => {
    const { send, ran, harness } = setUp(letters)
    send({ id: 1, to: 'letters' }, { id: 2, args: [0, 'next'] })
    await drain()
    expect(ran).toEqual([])
    harness.receive([CREDIT, 1, 9])
    await drain()
    expect(ran).toEqual(['next'])
  })

  it('that yields what has no clone fails with the place of it', async () => {
    const { send, answers } = setUp({
      *odd() {
        yield { deep: [() => {}] }
      },
    })
    send({ id: 1, to: 'odd', meta: [undefined, 1, undefined, undefined, 3] })
    await drain()
    expect(answers()).toEqual([[1, UNCLONABLE, 'result.deep[0]']])
  })
})

describe('memory that is shared with the page', () => {
  const words = (): Int32Array => new Int32Array(new SharedArrayBuffer(4 * CLAIM_WORDS))

  it('decides who has a call that was handed ahead: what the page has taken is dropped in silence', () => {
    const { send, harness, ran, answers, posted } = setUp()
    const claims = words()
    Atomics.store(claims, 7, 7)
    Atomics.store(claims, 9, 9)
    harness.receive([OPEN, 1, null, claims, 'base'])
    send(
      { id: 1, args: [0, 'ours'], claim: 7 },
      { id: 2, args: [0, 'theirs'], claim: 8 },
      { id: 3, args: [0, 'ours too'], claim: 9 },
      { id: 4, args: [0, 'free'] },
    )
    expect(ran).toEqual(['ours', 'ours too', 'free'])
    expect(answers().map(([id]) => id)).toEqual([1, 3, 4])
    harness.receive([AUDIT, 1])
    expect(posted.at(-1)).toEqual([AUDITED, 1])
  })

  it('tells a loop that reads no mail of its abort', () => {
    const flags = new Int32Array(new SharedArrayBuffer(16))
    const { send, harness, replies } = setUp({
      loop() {
        Atomics.store(flags, 2, 5)
        taskContext().throwIfAborted()
      },
    })
    harness.receive([OPEN, 1, 'no memory'])
    harness.receive([OPEN, 1, flags])
    harness.receive([OPEN, 1, null])
    send({ id: 4, to: 'loop' }, { id: 5, to: 'loop' })
    expect(replies().map(({ id, status }) => [id, status])).toEqual([
      [4, RESULT],
      [5, THROWN],
    ])
  })
})

describe('the locks of calls that were handed ahead', () => {
  /** A lock manager whose answers a test gives. */
  function lockable() {
    const asked: { name: string; grant(isFree: boolean): void }[] = []
    const request = (
      name: string,
      _options: object,
      run: (lock: object | null) => unknown,
    ): Promise<void> => {
      asked.push({ name, grant: (isFree) => run(isFree ? {} : null) })
      return Promise.resolve()
    }
    const kit = setUp({}, {}, { locks: { request } as unknown as LockManager })
    kit.harness.receive([OPEN, 1, null, null, 'base'])
    return { ...kit, asked }
  }

  it('are asked for one by one, and the call runs when its own is granted', async () => {
    const { send, asked, ran, answers } = lockable()
    send({ id: 1, args: [0, 'a'], claim: 3 }, { id: 2, args: [0, 'b'], claim: 4 })
    expect([ran, asked.map(({ name }) => name)]).toEqual([[], [claimLock('base', 3)]])
    asked[0]?.grant(true)
    await drain()
    expect([ran, asked.length]).toEqual([['a'], 2])
    asked[1]?.grant(true)
    await drain()
    expect(answers()).toEqual([
      [1, RESULT, 'a'],
      [2, RESULT, 'b'],
    ])
  })

  it('refused, leave the calls of that claim to the page, which is told; the others run', async () => {
    const { send, asked, ran, posted, harness } = lockable()
    send({ id: 1, args: [0, 'a'], claim: 3 }, { id: 2, args: [0, 'b'], claim: 3 }, { id: 3, args: [0, 'c'] })
    asked[0]?.grant(false)
    await drain()
    expect([ran, asked.length]).toEqual([['c'], 1])
    expect(posted.filter(([kind]) => kind === UNCLAIMED)).toEqual([[UNCLAIMED, 3]])
    harness.receive([AUDIT, 1])
    expect(posted.at(-1)).toEqual([AUDITED, 1])
  })

  it('granted, are not spoken of', async () => {
    const { send, asked, posted } = lockable()
    send({ id: 1, args: [0, 'a'], claim: 3 })
    asked[0]?.grant(true)
    await drain()
    expect(posted.flatMap(repliesIn).length).toBe(posted.length)
  })

  it("are the page's to let go, which is told, when all calls of a claim were aborted before one was asked for", async () => {
    const { send, gates, posted, harness } = lockable()
    send({ id: 1, to: 'wait' }, { id: 2, args: [0, 'a'], claim: 3 }, { id: 3, args: [0, 'b'], claim: 3 })
    const told = () => posted.filter(([kind]) => kind === UNCLAIMED)
    harness.receive([CANCEL, 2, false, 'no'])
    expect(told()).toEqual([])
    harness.receive([CANCEL, 3, false, 'no'])
    expect(told()).toEqual([[UNCLAIMED, 3]])
    // Behind what was given back: the page takes nothing for the worker's then.
    expect(posted.at(-1)).toEqual([UNCLAIMED, 3])
    gates[0]?.()
    await drain()
    expect(told()).toHaveLength(1)
  })

  it('are not spoken of when one call of a claim has run, or a call that has none is aborted', async () => {
    const { send, gates, asked, posted, harness } = lockable()
    send({ id: 1, to: 'wait', claim: 3 }, { id: 2, args: [0, 'a'], claim: 3 }, { id: 3, args: [0, 'b'] })
    asked[0]?.grant(true)
    await drain()
    harness.receive([CANCEL, 2, false, 'no'])
    harness.receive([CANCEL, 3, false, 'no'])
    gates[0]?.()
    await drain()
    expect(posted.filter(([kind]) => kind === UNCLAIMED)).toEqual([])
  })

  it('are not waited for by a call that comes first', async () => {
    const { send, asked, ran, harness, answers } = lockable()
    send({ id: 1, args: [0, 'a'], claim: 3 })
    harness.receive([CANCEL, 1, false, 'no'])
    expect(answers()).toEqual([[1, RETURNED, undefined]])
    asked[0]?.grant(true)
    await drain()
    expect(ran).toEqual([])
  })
})

describe('the end', () => {
  it('aborts what runs, waits for the teardown, and closes', async () => {
    let release = (): void => {}
    const teardown = () => new Promise<void>((resolve) => (release = resolve))
    const reasons: unknown[] = []
    const { send, harness, closed } = setUp(
      {
        listen() {
          const { signal } = taskContext()
          signal.addEventListener('abort', () => reasons.push(signal.reason))
          return new Promise(() => {})
        },
      },
      { teardown },
    )
    send({ id: 1, to: 'listen' })
    harness.receive([CLOSE])
    expect(reasons).toEqual([new DOMException('The worker is being stopped', 'AbortError')])
    await drain()
    expect(closed()).toBe(0)
    release()
    await drain()
    expect(closed()).toBe(1)
  })

  it('needs no teardown', async () => {
    const { harness, closed } = setUp()
    harness.receive([CLOSE])
    await drain()
    expect(closed()).toBe(1)
  })
})
