/** How a worker starts: what it tells while `setup` runs, what it waits for, and where it refuses to. */
import { afterEach, describe, expect, it } from 'vitest'
import {
  CLOSE,
  FAILED,
  LOADED,
  LOCKED,
  READY,
  SET_UP,
  SETTING_UP,
  UNCAUGHT,
} from '../../src/wire/protocol.ts'
import { rejection, testRuntime } from './fixtures/lab.ts'
import type { SetupApi } from './fixtures/setup.worker.ts'

const workers: Worker[] = []
afterEach(() => {
  for (const worker of workers.splice(0)) worker.terminate()
})

function start(name: string): { readonly worker: Worker; readonly messages: unknown[] } {
  const worker = new Worker(new URL('./fixtures/setup.worker.ts', import.meta.url), { type: 'module', name })
  workers.push(worker)
  const messages: unknown[] = []
  worker.addEventListener('message', ({ data }) => {
    messages.push(data)
    // As the page does, which has no data for it.
    if (op(data) === LOADED) worker.postMessage([SET_UP, undefined])
  })
  worker.addEventListener('error', (event) => event.preventDefault())
  return { worker, messages }
}

const op = (message: unknown): unknown => (Array.isArray(message) ? message[0] : message)
/** What it sent, without the lock, which comes whenever the browser grants it. */
const opsOf = (messages: readonly unknown[]): unknown[] => messages.map(op).filter((each) => each !== LOCKED)

async function startedWith(name: string): Promise<unknown[]> {
  const { messages } = start(name)
  await expect.poll(() => opsOf(messages).some((each) => each === READY || each === FAILED)).toBe(true)
  return messages
}

const taskOf = (name: string) =>
  testRuntime().defineTask<SetupApi>({
    type: 'singleton',
    worker: () =>
      new Worker(new URL('./fixtures/setup.worker.ts', import.meta.url), { type: 'module', name }),
  })

describe('setup', () => {
  it('is ready in one message where there is none', async () => {
    expect(opsOf(await startedWith(''))).toEqual([READY])
  })

  it('is announced before it runs, also where it is synchronous: a slow one is not a missing script', async () => {
    const messages = await startedWith('synchronous')
    expect(opsOf(messages)).toEqual([LOADED, 'setting up', READY])
  })

  it.each(['promise', 'thenable', 'callable thenable'])(
    'is waited for, and the worker says at once that its script runs: %s',
    async (name) => {
      expect(opsOf(await startedWith(name))).toEqual([LOADED, READY])
      expect(await taskOf(name).isSetUp()).toBe(true)
    },
  )

  it.each(['thenable that rejects', 'then that throws', 'throws a symbol'])(
    'fails the start when it fails: %s',
    async (name) => {
      const messages = await startedWith(name)
      expect(opsOf(messages).at(-1)).toBe(FAILED)
    },
  )

  it('gives signs of life, each with its progress as it was when it was reported', async () => {
    const messages = await startedWith('signs of life')
    const signs = messages.filter((message) => op(message) === SETTING_UP)
    expect(opsOf(messages)[0]).toBe(LOADED)
    expect(signs).toContainEqual([SETTING_UP, { part: 0 }])
    expect(signs).toContainEqual([SETTING_UP, { part: 1 }])
    expect(signs).toContainEqual([SETTING_UP])
    expect(signs.at(-1)).toEqual([SETTING_UP, { data: null, aborted: false }])
    // An error event would be taken for a script that threw.
    expect(opsOf(messages)).toContain(UNCAUGHT)
    expect(opsOf(messages).at(-1)).toBe(READY)
    expect(await taskOf('signs of life').isSetUp()).toBe(true)
    expect(opsOf(await startedWith('synchronous, with progress')).at(-1)).toBe(READY)
  })

  it('hears by its signal that the worker is stopped before it is ready', async () => {
    const { worker, messages } = start('until aborted')
    await expect.poll(() => opsOf(messages)).toContain(LOADED)
    worker.postMessage([CLOSE])
    await expect.poll(() => messages).toContain('aborted: AbortError')
    // It never was set up: there is nothing to tear down.
    await expect.poll(() => opsOf(messages)).toContain(FAILED)
    expect(messages).not.toContain('torn down')
  })
})

describe('createTaskWorker', () => {
  it('refuses a second set of handlers, and the worker does not start', async () => {
    const error = await rejection(taskOf('twice').isSetUp())
    expect(error).toMatchObject({ name: 'WorkerStartError' })
    expect(error.message).toMatch(/createTaskWorker.*once/s)
    expect(await startedWith('twice, and the error is swallowed')).toContainEqual(
      expect.stringMatching(/^TypeError: .*once/s),
    )
  })

  it('refuses to run on a page, names the remedy and touches nothing', async () => {
    const { close } = window
    const posted: unknown[] = []
    const listen = ({ data }: MessageEvent<unknown>) => posted.push(data)
    window.addEventListener('message', listen)
    await expect(import('./fixtures/setup.worker.ts')).rejects.toThrow(/import type/)
    expect(window.close).toBe(close)
    const last = 'the last message'
    window.postMessage(last)
    await expect.poll(() => posted).toContain(last)
    window.removeEventListener('message', listen)
    expect(posted.filter((message) => op(message) === READY)).toEqual([])
  })
})
