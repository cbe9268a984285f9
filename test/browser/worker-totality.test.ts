/** Whatever a handler gives, throws, reports or names: its call settles, and the worker answers the next one. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTaskRuntime, type Task, type TaskRuntime } from 'atelier-react/core'
import type { HostileApi } from './fixtures/hostile.worker.ts'

let runtime: TaskRuntime
let task: Task<HostileApi>
let names: readonly string[]
const spanNames = (): string[] => events.splice(0).map((event) => event.name)
const events: { readonly name: string }[] = []

beforeAll(async () => {
  runtime = createTaskRuntime()
  // Spans of handlers are made only for those who listen.
  runtime.subscribeEvents((event) => {
    if (event.kind === 'span') events.push(event)
  })
  task = runtime.defineTask<HostileApi>({
    type: 'parallel',
    maxWorkers: 1,
    maxInFlight: 4,
    worker: () => new Worker(new URL('./fixtures/hostile.worker.ts', import.meta.url), { type: 'module' }),
  })
  names = await task.names()
})
afterAll(() => runtime.dispose())

const settle = async (call: PromiseLike<unknown>): Promise<string> =>
  call.then(
    () => 'fulfilled',
    () => 'rejected',
  )

const drain = async (items: AsyncIterable<unknown>): Promise<void> => {
  for await (const item of items) void item
}

/** A call that gives one is a stream, and waits for its reader. */
const isIterator = (name: string): boolean => name.startsWith('a step')

/** Each way a value can leave a handler. */
const ways: Record<string, (name: string) => PromiseLike<unknown>> = {
  returned: (name) => (isIterator(name) ? drain(task.give(name) as never) : task.give(name)),
  'returned in a list, later': (name) => task.giveLater(name),
  thrown: (name) => task.throws(name),
  reported: (name) => task.with({ onProgress: () => {} }).reports1(name),
  yielded: (name) => drain(task.yields(name)),
  'returned from a generator': (name) => drain(task.returns1(name)),
  'a name of a span': (name) => task.spanNamed(name),
  'given by a span': (name) => (isIterator(name) ? drain(task.spanOf(name) as never) : task.spanOf(name)),
  'thrown in a span': (name) => task.spanThrows(name),
  'an attribute of a span': (name) => task.spanAttributes(name),
  'the attributes of a span': (name) => task.spanAttributesAre(name),
}

describe.each(Object.keys(ways))('a hostile value that is %s', (way) => {
  it('settles its call and leaves the worker able to answer', async () => {
    const answers: Record<string, unknown> = {}
    for (const name of names) {
      const call = ways[way]?.(name) as PromiseLike<unknown>
      const beside = task.ping(1)
      const fate = await inTime(settle(call))
      answers[name] = [fate === LATE ? LATE : 'settled', await inTime(beside), await inTime(task.ping(2))]
    }
    expect(answers).toEqual(Object.fromEntries(names.map((name) => [name, ['settled', 2, 3]])))
  })
})

const LATE = 'no answer'
/** Far beyond what an answer takes: a wedged worker never answers. */
const inTime = (call: PromiseLike<unknown>): Promise<unknown> =>
  Promise.race([call, new Promise((resolve) => setTimeout(() => resolve(LATE), 4_000))])

it('never changes what a handler threw inside a span, nor what it returned', async () => {
  const answers: Record<string, unknown> = {}
  for (const name of names)
    answers[name] = [
      await task.spanThrows(name),
      await task.spanNamed(name),
      await task.spanAttributes(name),
      await task.spanAttributesAre(name),
    ]
  expect(answers).toEqual(Object.fromEntries(names.map((name) => [name, ['as thrown', 5, 5, 5]])))
  expect(await task.with({ onProgress: () => {} }).reports1('function')).toBe('went on')
})

it('keeps a span with an odd name under its text, and one whose attribute throws without it', async () => {
  spanNames()
  expect(await task.spanUrl()).toBe(5)
  expect(await task.spanNamed('symbol')).toBe(5)
  expect(await task.spanThrowingAttribute()).toBe(5)
  runtime.flush()
  expect(spanNames()).toEqual(expect.arrayContaining(['https://example.com/a', 'Symbol(s)', 'attributes']))
})

it('says what is missing when a span is given no function', async () => {
  await expect(task.spanWithout()).rejects.toThrow(/span\(name, options\?, fn\).*fn must be a function/)
})

it('rejects as the promise that cannot be read would', async () => {
  await expect(task.give('a promise whose constructor throws')).rejects.toThrow('it does not want to be read')
  expect(await task.give('then that calls twice')).toBe(1)
})

it('says that an async method has returned a generator, and how it would stream', async () => {
  await expect(task.returnsGenerator()).rejects.toThrow(
    /returnsGenerator.*async.*generator.*async function\*/s,
  )
})

it.each(['symbol', 'bare', 'no text', 'an error of a symbol', 'revoked'])(
  'hears of an abort whose reason is hostile: %s',
  async (name) => {
    const reasons: Record<string, () => unknown> = {
      symbol: () => Symbol('why'),
      bare: () => Object.create(null),
      'no text': () => ({ toString: 5 }),
      'an error of a symbol': () => Object.assign(new Error('x'), { message: Symbol('m') }),
      revoked: () => {
        const { proxy, revoke } = Proxy.revocable({}, {})
        revoke()
        return proxy
      },
    }
    let heard: () => void = () => {}
    const running = new Promise<void>((resolve) => {
      heard = resolve
    })
    const call = task.with({ onProgress: heard }).abortedWith()
    await running
    const before = (await task.seen()).length
    call.abort(reasons[name]?.())
    expect(await settle(call)).toBe('rejected')
    await expect.poll(async () => (await task.seen()).length).toBe(before + 1)
  },
)
