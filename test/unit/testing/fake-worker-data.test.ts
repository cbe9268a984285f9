/** What crosses to a fake worker and back is cloned, shared or transferred exactly as with a real one. */
import { createFakeWorker, createTestRuntime, expectNoLiveWorkers } from 'atelier-react/testing'
import { transfer } from 'atelier-react/worker'
import { afterEach, describe, expect, it } from 'vitest'
import { shown, watch } from '../support/lab.ts'

class Point {
  readonly x = 1
  get double() {
    return this.x * 2
  }
}

/** What the handlers of the last call hold. */
let held: unknown

const handlers = {
  keep<T>(value: T): T {
    held = value
    return value
  },
  pair: (a: object, b: object) => a === b,
  bytes(count: number) {
    const made = new Uint8Array(count).fill(7)
    held = made
    return made
  },
  moved(count: number) {
    const made = new Uint8Array(count).fill(7)
    held = made
    return transfer(made, [made.buffer])
  },
  write(memory: SharedArrayBuffer) {
    new Uint8Array(memory)[0] = 42
    return memory
  },
  say(port: MessagePort) {
    port.postMessage('hello')
    port.close()
  },
  async read(source: ReadableStream<string>) {
    let text = ''
    for await (const part of source) text += part
    return text
  },
  numbers: () =>
    new ReadableStream<number>({
      start(controller) {
        for (const n of [1, 2]) controller.enqueue(n)
        controller.close()
      },
    }),
}
type Api = typeof handlers

const runtime = createTestRuntime()
const task = runtime.defineTask<Api>({
  type: 'parallel',
  maxWorkers: 1,
  maxQueueDepth: 10,
  worker: () => createFakeWorker({ handlers }),
})
afterEach(() => {
  held = undefined
  task.control.stop()
  expectNoLiveWorkers()
  task.control.start()
  // The last one goes with the process.
})

describe('an argument', () => {
  it('is a structured clone: dates, maps and rings live on, prototypes do not', async () => {
    const ring: Record<string, unknown> = { at: new Date(0), map: new Map([['a', new Set([1n])]]) }
    ring['self'] = ring
    const back = (await task.keep(ring)) as typeof ring
    expect(held).not.toBe(ring)
    expect(back).not.toBe(held)
    for (const copy of [held as typeof ring, back]) {
      expect(copy['self']).toBe(copy)
      expect([copy['at'], copy['map']]).toEqual([ring['at'], ring['map']])
    }
    expect(await task.keep(new Point())).toStrictEqual({ x: 1 })
  })

  it('keeps its identity within a call, and has none between calls', async () => {
    const one = { n: 1 }
    expect(await task.pair(one, one)).toBe(true)
    const [first, second] = await Promise.all([task.keep(one), task.keep(one)])
    expect(first).not.toBe(second)
  })

  it('is cloned when it is a buffer, and is the worker’s alone when it is transferred', async () => {
    const bytes = new Uint8Array([1, 2, 3])
    await task.keep(bytes)
    expect(held).toEqual(bytes)
    expect(bytes.byteLength).toBe(3)
    expect(await task.with({ transfer: [bytes.buffer] }).keep(bytes)).toEqual(new Uint8Array([1, 2, 3]))
    expect(bytes.byteLength).toBe(0)
    const auto = new Uint8Array(4)
    await task.with({ transfer: 'auto' }).keep({ deep: [auto] })
    expect(auto.byteLength).toBe(0)
  })

  it('cannot be transferred twice', async () => {
    const { buffer } = new Uint8Array(8)
    await task.with({ transfer: [buffer] }).keep(buffer)
    await expect(task.with({ transfer: [buffer] }).keep(buffer)).rejects.toMatchObject({ code: 'clone-args' })
  })

  it('is shared when it is shared memory', async () => {
    const memory = new SharedArrayBuffer(4)
    const back = await task.write(memory)
    expect(new Uint8Array(memory)[0]).toBe(42)
    new Uint8Array(back)[1] = 43
    expect(new Uint8Array(memory)[1]).toBe(43)
  })

  it('is moved when it has no clone: a port, a stream', async () => {
    const { port1, port2 } = new MessageChannel()
    const heard = new Promise((resolve) => (port1.onmessage = ({ data }) => resolve(data)))
    await task.say(port2)
    expect(await heard).toBe('hello')
    port1.close()
    const source = new ReadableStream<string>({
      start(controller) {
        controller.enqueue('to ')
        controller.enqueue('and fro')
        controller.close()
      },
    })
    expect(await task.read(source)).toBe('to and fro')
  })
})

describe('a result', () => {
  it('is a clone of what the handler keeps', async () => {
    const result = await task.bytes(4)
    expect(result).toEqual(held)
    expect((held as Uint8Array).byteLength).toBe(4)
  })

  it('leaves nothing behind where the handler or the caller asks for a transfer', async () => {
    expect((await task.moved(4)).byteLength).toBe(4)
    expect((held as Uint8Array).byteLength).toBe(0)
    expect((await task.with({ transferResult: 'auto' }).bytes(4)).byteLength).toBe(4)
    expect((held as Uint8Array).byteLength).toBe(0)
  })

  it('may be a stream', async () => {
    const items: number[] = []
    for await (const item of await task.numbers()) items.push(item)
    expect(items).toEqual([1, 2])
  })
})

it('starts no handler once it has crashed, though one message held several calls', async () => {
  const started: string[] = []
  const own = {
    note(name: string) {
      started.push(name)
      return name
    },
  }
  const pool = runtime.defineTask<typeof own>({
    type: 'parallel',
    maxWorkers: 1,
    maxInFlight: 3,
    worker: () => createFakeWorker({ handlers: own, crashOn: (_method, [name]) => name === 'second' }),
  })
  const fates = ['first', 'second', 'third'].map((name) => watch(pool.note(name)))
  await runtime.clock.settle()
  expect(started).toEqual(['first'])
  // What had not started goes to the next workers.
  expect(fates.map((fate) => shown(fate()))).toEqual(['crashed', 'open', 'open'])
  for (let restart = 0; restart < 2; restart++) {
    runtime.clock.advance(2_000)
    await runtime.clock.settle()
  }
  expect(started).toEqual(['first', 'third'])
  expect(fates.map((fate) => shown(fate()))).toEqual(['crashed', 'crashed', 'third'])
  pool.control.dispose()
})
