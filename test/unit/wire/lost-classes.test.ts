/** In development an object that arrives without its class is told of, on either side: once for each class. */
import { codec } from 'atelier-react/core'
import { createFakeWorker, createTestRuntime, expectNoLiveWorkers } from 'atelier-react/testing'
import { emit, taskContext } from 'atelier-react/worker'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { TaskRuntime } from '../../../src/types/runtime.ts'
import type { TaskConfig, TaskHandlers } from '../../../src/types/task.ts'
import { warnOfLostClasses } from '../../../src/wire/lost-classes.ts'

let runtime: TaskRuntime
const warned = vi.spyOn(console, 'warn')
const said = () => warned.mock.calls.map(([text]) => String(text))
beforeEach(() => {
  warned.mockReset()
  warned.mockImplementation(() => {})
  runtime = createTestRuntime()
})
afterEach(() => {
  vi.unstubAllEnvs()
  runtime.dispose()
  expectNoLiveWorkers()
})

function define<Api extends TaskHandlers>(handlers: Api, config: Partial<TaskConfig<Api>> = {}) {
  const codecs = config.codecs ?? []
  const worker = () => createFakeWorker({ handlers, codecs })
  return runtime.defineTask<Api>({ type: 'singleton', worker, ...config })
}

/** What was said once is not said again: each test has a class of its own. */
function classNamed(name: string, base: abstract new () => object = Object): new () => object {
  return { [name]: class extends base {} }[name] as new () => object
}

it('among the arguments, with its path and what to do', async () => {
  const Money = classNamed('Money')
  const task = define({ pay: (_order: unknown) => 1 })
  await task.pay({ items: [{ price: new Money() }] })
  await task.pay({ items: [{ price: new Money() }] })
  expect(said()).toEqual([
    expect.stringMatching(
      /^Atelier: args\[0\]\.items\[0\]\.price is a Money, and arrives as plain data.*codec keeps it: pass codec\(Money, \{ … \}\).*taskOptions\(\{ codecs \}\).*createTaskWorker\(handlers, \{ codecs \}\)/,
    ),
  ])
})

it('in results, items, events, and in what collections hold', async () => {
  const [Result, Item, Payload, Held, Rows, Failure] = [
    classNamed('Result'),
    classNamed('Item'),
    classNamed('Payload'),
    classNamed('Held'),
    classNamed('Rows', Array),
    classNamed('Failure', Error),
  ]
  const task = define({
    result: () => new Result(),
    *items() {
      yield new Item()
    },
    event() {
      emit('changed', new Payload())
    },
    collections: () => new Map([['a', new Set([new Held()])]]),
    rows: () => ({ rows: new Rows(), failure: new Failure() }),
  })
  await task.result()
  for await (const _item of task.items()) continue
  await task.event()
  await task.collections()
  await task.rows()
  expect(said().map((text) => /^Atelier: (.*), and arrives/.exec(text)?.[1])).toEqual([
    'result is a Result',
    'result is a Item',
    'payload is a Payload',
    'result.get("a").values()[0] is a Held',
    'result.rows is a Rows',
    'result.failure is a Failure',
  ])
})

it('but not of what the platform has made, plain data, errors that are thrown, or a class with a codec', async () => {
  class Price {
    cents = 1
  }
  const price = codec(Price, { name: 'price', encode: ({ cents }) => cents, decode: () => new Price() })
  const task = define(
    {
      echo: (value: unknown) => value,
      fail() {
        throw new (classNamed('Thrown', Error))()
      },
      progress: () => taskContext().progress({ done: 1 }),
    },
    { codecs: [price] },
  )
  await task.echo([new Date(), /a/, new Error('x'), new Uint8Array(2), new Map([[1, new Set([2])]])])
  await task.echo([
    Object.create(null),
    { a: { b: [new Blob([])] } },
    Object.create({ plain: true }),
    Buffer.from('a'),
  ])
  await task.echo([new Price(), { price: new Price() }])
  await task.fail().catch(() => {})
  await task.progress()
  expect(said()).toEqual([])
})

it('nor in production, nor where looking at it throws', async () => {
  const trap = new Proxy(
    {},
    {
      getPrototypeOf() {
        throw new Error('trap')
      },
    },
  )
  warnOfLostClasses({ trap }, 'args[0]')
  vi.stubEnv('NODE_ENV', 'production')
  const task = define({ echo: (_value: unknown) => 1 })
  await task.echo([new (classNamed('Live'))()])
  expect(said()).toEqual([])
})
