/** A rejection that nothing in the worker handled is told to the page, like an uncaught error. */
import { afterEach, expect, it } from 'vitest'
import { decodeThrown, type Encoded } from '../../src/wire/error-codec.ts'
import { READY, UNCAUGHT } from '../../src/wire/protocol.ts'
import type { HostileApi } from './fixtures/hostile.worker.ts'
import { testRuntime } from './fixtures/lab.ts'

const workers: Worker[] = []
afterEach(() => workers.splice(0))

function setUp() {
  const messages: unknown[][] = []
  const task = testRuntime().defineTask<HostileApi>({
    type: 'singleton',
    worker: () => {
      const worker = new Worker(new URL('./fixtures/hostile.worker.ts', import.meta.url), { type: 'module' })
      worker.addEventListener('message', ({ data }) => messages.push(data as unknown[]))
      return worker
    },
  })
  const uncaught = () =>
    messages.filter(([op]) => op === UNCAUGHT).map(([, error]) => decodeThrown(error as Encoded))
  return { task, messages, uncaught }
}

it('posts what nobody handled, whatever it is', async () => {
  const { task, uncaught } = setUp()
  await task.rejectAlone('')
  await expect.poll(uncaught).toMatchObject([{ message: 'nobody waits for this' }])
  for (const name of await task.names()) {
    const before = uncaught().length
    await task.rejectAlone(name)
    await expect.poll(() => uncaught().length, { message: name }).toBe(before + 1)
  }
  expect(await task.ping(1)).toBe(2)
})

it('leaves alone what was handled, and what a listener of the worker took', async () => {
  const { task, messages, uncaught } = setUp()
  await task.rejectHandled()
  await expect(task.throws('symbol')).rejects.toBeDefined()
  await task.rejectAlone('')
  await expect.poll(() => uncaught().length).toBe(1)
  expect(uncaught()).toMatchObject([{ message: 'nobody waits for this' }])
  expect(messages[0]?.[0]).toBe(READY)
})
