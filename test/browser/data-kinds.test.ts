/** What is shared or moved rather than cloned crosses to a real worker and back: shared memory, ports, streams. */
import { crashOptions, type CrashPolicy } from '../setup/crash-policies.ts'
import { expectNoLiveWorkers } from 'atelier-react/testing'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { lacks } from './fixtures/lacks.ts'
import { rejection, testRuntime } from './fixtures/lab.ts'
import type { KindsApi } from './fixtures/kinds.worker.ts'

afterEach(() => {
  runtime.dispose()
  expectNoLiveWorkers()
})

let runtime = testRuntime()
function kinds(crashPolicy?: CrashPolicy) {
  runtime = testRuntime()
  const workers: Worker[] = []
  const task = runtime.defineTask<KindsApi>({
    type: 'parallel',
    maxWorkers: 1,
    taskName: 'kinds',
    ...crashOptions(crashPolicy),
    worker: () => {
      workers.push(new Worker(new URL('./fixtures/kinds.worker.ts', import.meta.url), { type: 'module' }))
      return workers.at(-1) as Worker
    },
  })
  return { task, workers }
}

/** The next message on a port. */
const next = (port: MessagePort): Promise<unknown> =>
  new Promise((resolve) => (port.onmessage = ({ data }) => resolve(data)))

async function collect<T>(stream: ReadableStream<T>): Promise<T[]> {
  const items: T[] = []
  const reader = stream.getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return items
    items.push(value)
  }
}

const streamOf = <T>(...items: T[]): ReadableStream<T> =>
  new ReadableStream({
    start(controller) {
      for (const item of items) controller.enqueue(item)
      controller.close()
    },
  })

describe('shared memory', () => {
  it('is the same memory on both sides, as an argument and as a result', async () => {
    const { task } = kinds()
    const memory = new SharedArrayBuffer(8)
    const cells = new Int32Array(memory)
    const back = await task.write(memory, 0, 42)
    expect(cells[0]).toBe(42)
    new Int32Array(back)[1] = 43
    expect(cells[1]).toBe(43)
    const made = new Int32Array((await task.allocate(2)).memory)
    expect(made).toEqual(new Int32Array([7, 7]))
    await task.write(made.buffer, 1, 8)
    expect(made[1]).toBe(8)
  })

  it('stays shared where everything that can be is transferred', async () => {
    const { task } = kinds()
    const memory = new SharedArrayBuffer(4)
    const back = await task.with({ transfer: 'auto', transferResult: 'auto' }).write(memory, 0, 1)
    new Int32Array(back)[0] = 5
    expect(new Int32Array(memory)[0]).toBe(5)
  })

  it('crosses as a view, too', async () => {
    const { task } = kinds()
    const view = new Uint8Array(new SharedArrayBuffer(4), 1, 2)
    const back = (await task.echo({ view })) as { view: Uint8Array }
    back.view[0] = 9
    expect([view[0], back.view.byteOffset, back.view.length]).toEqual([9, 1, 2])
  })
})

describe('a port', () => {
  it('is moved to the worker, and outlives the call', async () => {
    const { task } = kinds()
    const { port1, port2 } = new MessageChannel()
    expect(await task.answer(port2)).toBe('listening')
    for (const n of [2, 21]) {
      const answer = next(port1)
      port1.postMessage(n)
      expect(await answer).toBe(n * 2)
    }
    expect(await rejection(task.answer(port2))).toMatchObject({ code: 'clone-args' })
    port1.close()
  })

  it('comes back inside a result, and as an item of a stream', async () => {
    const { task } = kinds()
    const { port } = await task.open()
    const answer = next(port)
    port.postMessage('hello')
    expect(await answer).toBe('worker: hello')
    port.close()
    const heard: unknown[] = []
    for await (const each of task.ports()) heard.push(await next(each))
    expect(heard).toEqual([1, 2, 3])
  })
})

describe.skipIf(await lacks('streams'))('a readable stream', () => {
  it('is read by the worker, and by the page', async () => {
    const { task } = kinds()
    expect(await task.sum(streamOf(1, 2, 3))).toBe(6)
    expect(await collect(await task.numbers(3))).toEqual([1, 2, 3])
  })

  it('passes through the worker', async () => {
    const { task } = kinds()
    expect(await collect(await task.shout(streamOf('a', 'b')))).toEqual(['A', 'B'])
  })

  it('that is locked cannot be sent, and says which argument it was', async () => {
    const { task } = kinds()
    const locked = streamOf(1)
    locked.getReader()
    expect(await rejection(task.sum(locked))).toMatchObject({ code: 'clone-args', path: 'args[0]' })
    expect(await task.sum(streamOf(5))).toBe(5)
  })

  it('brings the error of its source', async () => {
    const { task } = kinds()
    const broken = new ReadableStream<number>({
      pull: () => Promise.reject(new RangeError('the source broke')),
    })
    expect((await rejection(task.sum(broken))).message).toContain('the source broke')
  })

  it('lets its call be aborted', async () => {
    const { task } = kinds()
    const pulled: (() => void)[] = []
    const endless = new ReadableStream<number>({ pull: (controller) => controller.enqueue(1) })
    const call = task.sum(
      endless.pipeThrough(new TransformStream({ transform: (n, to) => (to.enqueue(n), pulled.shift()?.()) })),
    )
    await new Promise<void>((resolve) => pulled.push(resolve))
    call.abort('enough')
    expect(await rejection(call)).toMatchObject({ code: 'aborted', cause: 'enough' })
    await expect.poll(() => task.control.getSnapshot().queue.inFlight).toBe(0)
  })
})

describe.skipIf(await lacks('streams'))('a writable stream', () => {
  it('is written by the worker, and by the page', async () => {
    const { task } = kinds()
    const written: string[] = []
    let isClosed = false
    const into = new WritableStream<string>({
      write: (word) => void written.push(word),
      close: () => void (isClosed = true),
    })
    await task.pour(into, ['one', 'two'])
    await expect.poll(() => isClosed).toBe(true)
    expect(written).toEqual(['one', 'two'])

    const { stream, port } = await task.sink()
    const heard: unknown[] = []
    port.onmessage = ({ data }) => heard.push(data)
    const writer = stream.getWriter()
    await writer.write('three')
    await writer.close()
    await expect.poll(() => heard).toEqual(['three', 'closed'])
    port.close()
  })
})

it.skipIf(!(await lacks('streams')))(
  'a stream that this browser cannot send is refused in words',
  async () => {
    const { task } = kinds()
    const error = await rejection(task.sum(streamOf(1)))
    expect(error).toMatchObject({ code: 'clone-args', path: 'args[0]' })
    expect(error.message).toContain('args[0] is a ReadableStream, which this browser cannot transfer')
    expect((await rejection(task.numbers(3))).message).toContain(
      'result is a ReadableStream, which this browser cannot transfer',
    )
  },
)

it('a large clone that could have been a transfer is told of, once for each method', async () => {
  const said = vi.spyOn(console, 'warn').mockImplementation(() => {})
  const { task } = kinds()
  const pixels = new Uint8Array(2 ** 21)
  await task.echo(pixels)
  await task.echo(pixels)
  await task.with({ transfer: 'auto' }).echo(pixels)
  const about = said.mock.calls.flat().filter((text) => String(text).includes('kinds.echo'))
  said.mockRestore()
  expect(about).toEqual([expect.stringMatching(/the arguments of kinds\.echo held 2\.0 MiB/)])
})

it.skipIf(await lacks('streams'))('what was moved to a worker that died cannot be sent again', async () => {
  const { task, workers } = kinds('retry')
  const endless = new ReadableStream<number>({ pull: () => new Promise(() => {}) })
  const call = task.sum(endless)
  await expect.poll(() => task.control.getSnapshot().counts.dispatched).toBe(1)
  workers[0]?.terminate()
  expect(await rejection(call)).toMatchObject({ code: 'not-replayable' })
  expect(await task.sum(streamOf(1))).toBe(1)
})
