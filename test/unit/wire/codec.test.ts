/** Objects of a class keep it on their way to a worker and back, wherever they stand. */
import { codec } from 'atelier-react/core'
import { taskContext } from 'atelier-react/worker'
import { describe, expect, it, vi } from 'vitest'
import type { Codec } from '../../../src/types/codec.ts'
import { makeLab } from '../support/lab.ts'

class Money {
  readonly cents: number
  constructor(cents: number) {
    this.cents = cents
  }
  plus(other: Money): Money {
    return new Money(this.cents + other.cents)
  }
}

class Order {
  readonly prices: Money[]
  constructor(prices: Money[]) {
    this.prices = prices
  }
  get total(): Money {
    return this.prices.reduce((sum, price) => sum.plus(price), new Money(0))
  }
}

class Table {
  readonly bytes: Uint8Array<ArrayBuffer>
  constructor(bytes: Uint8Array<ArrayBuffer>) {
    this.bytes = bytes
  }
  get rows(): number {
    return this.bytes.length
  }
}

const money = codec(Money, {
  name: 'money',
  encode: ({ cents }) => cents,
  decode: (cents) => new Money(cents),
})
const order = codec(Order, {
  name: 'order',
  encode: ({ prices }) => ({ prices }),
  decode: ({ prices }) => new Order(prices),
})
const table = codec(Table, {
  name: 'table',
  encode: ({ bytes }) => bytes,
  decode: (bytes) => new Table(bytes),
  transfer: (bytes) => [bytes.buffer],
})
const codecs: readonly Codec[] = [money, order, table]

type Handlers = Record<string, (...args: never[]) => unknown>

function lab<Api extends Handlers>(handlers: Api, given: readonly Codec[] = codecs, theirs = given) {
  return makeLab<Api>(() => handlers, { codecs: given }, { lifecycle: { codecs: theirs } })
}

describe('a codec', () => {
  it('keeps the class of arguments and results, deep in all containers', async () => {
    const { task, settle } = lab({
      sum: (given: { list: Money[]; map: Map<string, Money>; set: Set<Money> }, more: Money) => {
        const all = [...given.list, ...given.map.values(), ...given.set, more]
        return { all, total: all.reduce((sum, each) => sum.plus(each)) }
      },
    })
    const call = task.sum(
      {
        list: [new Money(1)],
        map: new Map([['a', new Money(2)]]),
        set: new Set([new Money(3), new Money(4)]),
      },
      new Money(5),
    )
    await settle()
    const { all, total } = await call
    expect(all.every((each) => each instanceof Money)).toBe(true)
    expect(total).toEqual(new Money(15))
  })

  it('may hold objects of others, and rings; one object is one on the other side', async () => {
    interface Ring {
      price: Money
      self?: Ring
      again: Order
      order: Order
    }
    const { task, settle } = lab({
      ring: (ring: Ring) => [ring.self === ring, ring.order === ring.again, ring] as const,
    })
    const one = new Order([new Money(1), new Money(2)])
    const ring: Ring = { price: new Money(7), order: one, again: one }
    ring.self = ring
    const call = task.ring(ring)
    await settle()
    const [isRing, isOne, back] = await call
    expect([isRing, isOne]).toEqual([true, true])
    expect(back.self).toBe(back)
    expect(back.order).toBe(back.again)
    expect(back.order.total).toEqual(new Money(3))
    // What was given is as it was.
    expect([ring.price, ring.order]).toEqual([new Money(7), one])
  })

  it('moves what it says', async () => {
    const { task, settle } = lab({ half: (given: Table) => new Table(given.bytes.slice(given.rows / 2)) })
    const given = new Table(new Uint8Array(8))
    const call = task.half(given)
    await settle()
    const half = await call
    expect([half instanceof Table, half.rows, given.bytes.byteLength]).toEqual([true, 4, 0])
  })

  it('serves streams, what they return, promises and contexts', async () => {
    const { task, settle } = lab({
      *each(upTo: Money) {
        taskContext().progress(1)
        for (let cents = 1; cents <= upTo.cents; cents++) yield new Money(cents)
        return new Order([upTo])
      },
      later: async (price: Money) => {
        const { method } = taskContext()
        await Promise.resolve()
        return { method, price }
      },
    })
    const stream = task.each(new Money(2))
    const steps = [stream.next(), stream.next(), stream.next()]
    const later = task.later(new Money(9))
    await settle()
    expect(await Promise.all(steps)).toEqual([
      { done: false, value: new Money(1) },
      { done: false, value: new Money(2) },
      { done: true, value: new Order([new Money(2)]) },
    ])
    await settle()
    expect((await later).price).toBeInstanceOf(Money)
  })

  it('is one object for callers that share a run', async () => {
    const { task, settle } = lab({ price: () => new Money(1) })
    const shared = task.with({ key: 'one', keyMode: 'dedupe' })
    const calls = [shared.price(), shared.price()]
    await settle()
    const [first, second] = await Promise.all(calls)
    expect(first).toBeInstanceOf(Money)
    expect(second).toBe(first)
  })

  it('leaves values without such objects as they are', async () => {
    const encode = vi.fn<(value: Table) => unknown>()
    const never = codec(Table, { name: 'never', encode, decode: () => new Table(new Uint8Array()) })
    const { task, settle } = lab({ echo: (value: unknown) => value }, [never])
    const value = { date: new Date(0), list: [1, undefined, 3], nothing: null }
    const call = task.echo(value)
    await settle()
    expect(await call).toEqual(value)
    expect(encode).not.toHaveBeenCalled()
  })

  it('that throws fails its call alone, and says where the object stood', async () => {
    const boom = () => {
      throw new RangeError('boom')
    }
    const broken = codec(Money, { name: 'broken', encode: boom, decode: boom })
    const { task, settle, runtime } = lab({ echo: (value: unknown) => value, make: () => [new Money(1)] }, [
      broken,
    ])
    const sent = task.echo({ price: new Money(1) }).catch((error: unknown) => error)
    const made = task.make().catch((error: unknown) => error)
    const fine = task.echo(1)
    await settle()
    expect(await sent).toMatchObject({
      code: 'clone-args',
      path: 'args[0].price',
      message: expect.stringContaining('could not be encoded by codec "broken": boom'),
      cause: expect.any(RangeError) as unknown,
    })
    expect(await made).toMatchObject({
      name: 'DataCloneError',
      message: 'Handler "make": result[0] could not be encoded by codec "broken": boom',
    })
    expect(await fine).toBe(1)
    runtime.dispose()
  })

  it('that cannot decode fails the call with the path', async () => {
    const half = codec(Money, {
      name: 'half',
      encode: ({ cents }) => cents,
      decode: () => {
        throw new Error('no')
      },
    })
    const { task, settle } = lab({ price: () => ({ at: new Money(1) }) }, [half])
    const call = task.price().catch((error: unknown) => error)
    await settle()
    expect(await call).toMatchObject({
      code: 'clone-result',
      // Its handler had run.
      phase: 'running',
      path: 'result.at',
      message: expect.stringContaining('could not be decoded by codec "half": no'),
    })
  })

  it('that cannot decode an item ends the stream: its worker is free for the next call', async () => {
    const half = codec(Money, {
      name: 'half',
      encode: ({ cents }) => cents,
      decode: () => {
        throw new Error('no')
      },
    })
    function* prices() {
      for (;;) yield new Money(1)
    }
    const { task, settle } = lab({ prices, next: () => 'next' }, [half])
    const seen = (async () => {
      for await (const price of task.prices()) return price
      return undefined
    })().catch((error: unknown) => error)
    await settle()
    expect(await seen).toMatchObject({ code: 'clone-result', path: 'result' })
    const next = task.next()
    await settle()
    expect(await next).toBe('next')
  })

  it('has made the items again that are measured', async () => {
    function* prices() {
      for (let cents = 1; cents <= 3; cents++) yield new Money(cents)
    }
    const { task, settle } = lab({ prices })
    const measured: unknown[] = []
    const size = (item: unknown) => measured.push(item)
    const items: unknown[] = []
    const read = (async () => {
      for await (const item of task.with({ highWaterMark: { size, max: 100 } }).prices()) items.push(item)
    })()
    await settle()
    await read
    expect(measured).toEqual([new Money(1), new Money(2), new Money(3)])
    // An item is made once.
    expect(items.every((item, index) => item === measured[index])).toBe(true)
  })

  it.each([
    ['the page has and the worker has not', [money, order], [money], 'order'],
    ['the worker has and the page has not', [money], [money, table], 'table'],
  ] as const)('that only %s fails the start', async (_says, ours, theirs, name) => {
    const { task, settle } = lab({ echo: (value: unknown) => value }, ours, theirs)
    const call = task.echo(1).catch((error: unknown) => error)
    await settle()
    expect(await call).toMatchObject({
      code: 'start-failed',
      message: expect.stringMatching(
        new RegExp(`codec "${name}" that .*Give the same codecs to taskOptions`),
      ),
    })
  })

  it.each([
    [() => codec(5 as never, { name: 'a', encode: () => 1, decode: () => ({}) }), /codec\(type\)/],
    [() => codec(Money, { encode: () => 1, decode: () => new Money(1) } as never), /"name"/],
    [() => codec(Money, { name: 'a', decode: () => new Money(1) } as never), /"encode"/],
    [() => lab({ a: () => 1 }, [{ name: 'a' }]), /"codecs\[0\]"/],
    [() => lab({ a: () => 1 }, [money, money]), /Two codecs are named "money"/],
  ])('is checked: %#', (make, message) => {
    expect(make).toThrow(message)
  })
})

describe('errors of a task', () => {
  class NotFound extends Error {
    get isNotFound(): boolean {
      return true
    }
  }

  it('keep their class where the task names it, and there alone', async () => {
    const handlers = {
      fail: () => {
        throw new NotFound('no such page')
      },
    }
    const named = makeLab(() => handlers, { errors: [NotFound] })
    const other = makeLab(() => handlers)
    const calls = [named, other].map(async ({ task, settle }) => {
      const call = task.fail().catch((error: unknown) => error)
      await settle()
      return (await call) instanceof NotFound
    })
    expect(await Promise.all(calls)).toEqual([true, false])
    expect(() => makeLab(() => handlers, { errors: ['NotFound' as never] })).toThrow(/"errors\[0\]"/)
  })
})
