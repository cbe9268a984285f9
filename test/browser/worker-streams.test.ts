/** A generator stops where its reader stops, and its items may be transferred as results are. */
import { expect, it } from 'vitest'
import { callback, type Task } from 'atelier-react/core'
import { REPLIES } from '../../src/wire/protocol.ts'
import type { HostileApi } from './fixtures/hostile.worker.ts'
import { lacks } from './fixtures/lacks.ts'
import { deferred, rejection, testRuntime } from './fixtures/lab.ts'

const hostile = (): Task<HostileApi> =>
  testRuntime().defineTask<HostileApi>({
    type: 'singleton',
    worker: () => new Worker(new URL('./fixtures/hostile.worker.ts', import.meta.url), { type: 'module' }),
  })

const steps = async (task: Task<HostileApi>): Promise<number> =>
  (await task.seen()).filter((entry) => entry.startsWith('step')).length

it.each([1, 3, 20])(
  'runs one more step at most after a break: of slow steps, after %d items',
  async (wanted) => {
    const task = hostile()
    let read = 0
    for await (const step of task.slowly(15)) {
      read = step
      if (step === wanted) break
    }
    expect(read).toBe(wanted)
    expect(await steps(task)).toBeLessThanOrEqual(wanted + 1)
  },
)

it.each([1, 3, 12])(
  'runs one more step at most after a break: of quick steps, after %d items',
  async (wanted) => {
    const task = hostile()
    for await (const step of task.quickly()) if (step === wanted) break
    expect(await steps(task)).toBeLessThanOrEqual(wanted + 1)
  },
)

it('stops a generator of slow steps when its call is aborted', async () => {
  const task = hostile()
  const stream = task.slowly(15)
  const reading = (async () => {
    for await (const step of stream) if (step === 2) stream.abort()
  })()
  await expect(reading).rejects.toMatchObject({ name: 'AbortError' })
  expect(await steps(task)).toBeLessThanOrEqual(3)
})

it('awaits the promises that a synchronous generator yields and returns, as a loop in the worker would', async () => {
  const task = hostile()
  const stream = task.promised('resolves')
  const values: unknown[] = []
  let step = await stream.next()
  for (; !step.done; step = await stream.next()) values.push(step.value)
  expect([...values, step.value]).toEqual([1, 2, 'done'])
})

it('ends with what such a promise rejects with, and closes the generator', async () => {
  const task = hostile()
  const stream = task.promised('rejects')
  expect(await stream.next()).toEqual({ done: false, value: 1 })
  expect(await rejection(stream.next())).toMatchObject({ name: 'RangeError', message: 'no second' })
  expect(await task.seen()).toEqual(['closed'])
})

it('transfers what transfer() marks, of items and of what the generator returns', async () => {
  const task = hostile()
  const stream = task.transferred(2)
  const lengths: number[] = []
  let step = await stream.next()
  while (!step.done) {
    lengths.push(step.value.length)
    step = await stream.next()
  }
  expect([...lengths, step.value.length]).toEqual([8, 8, 4])
  expect((await task.seen()).filter((entry) => entry.startsWith('kept'))).toEqual(['kept 0', 'kept 0'])
  expect(await task.lastLength()).toBe(0)
})

it('transfers items of which transferResult was asked', async () => {
  const task = hostile()
  let count = 0
  for await (const bytes of task.with({ transferResult: 'auto' }).transferred(3)) count += bytes.length
  expect(count).toBe(24)
})

it.skipIf(await lacks('streams'))('says of a result that it holds a stream, and of no other', async () => {
  const messages: unknown[][] = []
  const task = testRuntime().defineTask<HostileApi>({
    type: 'singleton',
    worker: () => {
      const worker = new Worker(new URL('./fixtures/hostile.worker.ts', import.meta.url), { type: 'module' })
      worker.addEventListener('message', ({ data }) => messages.push(data as unknown[]))
      return worker
    },
  })
  const { body } = await task.openStream()
  expect(await task.ping(1)).toBe(2)
  const reader = body.getReader()
  expect(await reader.read()).toEqual({ done: false, value: 1 })
  await reader.cancel()
  const replies = messages.filter(([op]) => op === REPLIES)
  expect(replies.map((reply) => reply[5])).toEqual([true, undefined])
})

it.skipIf(await lacks('streams'))(
  'ends each stream of a worker that is stopped, however it came to the page',
  async () => {
    const task = hostile()
    const { promise, resolve } = deferred<ReadableStream>()
    task.control.on('stream', (body) => resolve(body as ReadableStream))
    const items = task.sendStreams()
    const [item, end] = [await items.next(), await items.next()]
    const given: ReadableStream[] = []
    const { body } = await task.giveStream(callback((stream: ReadableStream) => void given.push(stream)))
    const all = [await promise, item.value, end.value, given[0], body] as ReadableStream[]
    const readings = all.map((stream) => rejection(stream.getReader().read()))
    task.control.stop()
    const errors = await Promise.all(readings)
    expect(errors.map(({ name, phase }) => [name, phase])).toEqual([
      ['AbortError', undefined],
      ...Array.from({ length: 4 }, () => ['AbortError', 'running']),
    ])
  },
)

it.each([
  ['function', { code: 'clone-result', path: 'result' }],
  ['getter that throws', { message: 'it does not want to be read' }],
] as const)(
  'tells the reader why its stream ends, though the generator waits to close: %s',
  async (name, why) => {
    const task = hostile()
    const stream = task.closesLate(name, 'abort')
    expect(await rejection(stream.next())).toMatchObject(why)
    // It was aborted, and its slot is free when it has closed.
    expect(await task.seen()).toEqual([`closed after ${name === 'function' ? 'DataCloneError' : 'Error'}`])
  },
)

it('replaces a worker whose generator does not close after an item that cannot be sent', async () => {
  const task = hostile().with({ abortGraceMs: 50 })
  expect(await rejection(task.closesLate('function', 'never').next())).toMatchObject({
    code: 'clone-result',
    message: expect.stringMatching(/failed: its result cannot be cloned/),
  })
  expect(await task.ping(1)).toBe(2)
})
