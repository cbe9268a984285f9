import { transfer } from 'atelier-react/core'
import { expect, it } from 'vitest'
import { lab, rejection } from './fixtures/lab.ts'

it('runs a method in a worker and gives back its result', async () => {
  const { task } = lab()
  expect(await task.add(1, 2)).toBe(3)
  expect(await task.echo({ nested: [1, new Date(0)] })).toEqual({ nested: [1, new Date(0)] })
})

it('hands a handler exactly the arguments that the caller gave', async () => {
  const { task } = lab()
  expect(await task.add(1)).toBe(11)
  expect(await task.argumentCount()).toBe(0)
  expect(await task.argumentCount(undefined)).toBe(1)
})

it('starts no worker until a call is made', async () => {
  const { task, workers } = lab()
  expect(workers).toHaveLength(0)
  await task.add(1, 1)
  expect(workers).toHaveLength(1)
})

it('starts all workers at definition when asked to', () => {
  const { workers } = lab({ init: 'eager', maxWorkers: 3 })
  expect(workers).toHaveLength(3)
})

it('runs thousands of calls of one turn, each with its own result', async () => {
  const { task, runtime } = lab({ maxQueueDepth: 10_000 })
  const results = await Promise.all(Array.from({ length: 5_000 }, (_, n) => task.add(n, 1)))
  expect(results).toEqual(Array.from({ length: 5_000 }, (_, n) => n + 1))
  const [state] = runtime.getRuntimeSnapshot().tasks
  expect(state?.counts).toMatchObject({ dispatched: 5_000, succeeded: 5_000 })
  expect(state?.queue).toMatchObject({ inFlight: 0, pending: 0, blocked: 0 })
})

it('runs a singleton in the order of the calls, one at a time', async () => {
  const { task } = lab({ type: 'singleton', maxQueueDepth: 1_000, maxWorkers: undefined })
  const entries = Array.from({ length: 300 }, (_, n) => `n${n}`)
  await Promise.all(entries.map((entry) => task.note(entry)))
  expect(await task.noted()).toEqual(entries)
})

it('runs maxInFlight handlers at once on fewer workers', async () => {
  const { task, workers, runtime } = lab({ maxWorkers: 2, maxInFlight: 6 })
  const waiting = Array.from({ length: 6 }, () => task.wait('gate'))
  await expect
    .poll(() => runtime.getRuntimeSnapshot().tasks[0]?.workers.list.map((worker) => worker.status))
    .toEqual(['busy', 'busy'])
  await expect.poll(() => task.control.getSnapshot().counts.dispatched).toBe(6)
  expect(runtime.getRuntimeSnapshot().tasks[0]?.queue.inFlight).toBe(6)
  expect(workers).toHaveLength(2)
  task.control.stop()
  await Promise.allSettled(waiting)
})

it('gives an error its class, message, cause, own fields and both stacks back', async () => {
  const { task } = lab()
  const error = await rejection(task.throwTypeError())
  expect(error).toBeInstanceOf(TypeError)
  expect(error.message).toBe('not what I asked for')
  expect(error.cause).toBeInstanceOf(RangeError)
  expect(error.stack).toContain('lab.worker')
  expect(error.stack).toContain('lab.throwTypeError')

  const custom = await rejection(task.throwCustom())
  expect(custom).toMatchObject({ message: 'no such page', status: 404 })
  const dom = await rejection(task.throwDom())
  expect(dom).toBeInstanceOf(DOMException)
  expect(dom.name).toBe('QuotaExceededError')
  const aggregate = (await rejection(task.throwAggregate())) as unknown as AggregateError
  expect(aggregate).toBeInstanceOf(AggregateError)
  expect(aggregate.errors[1]).toBeInstanceOf(TypeError)
  expect(await rejection(task.throwString())).toBe('just a string')
  expect((await rejection(task.reject())).message).toBe('rejected')
})

it('names the methods that exist when one does not', async () => {
  const { task } = lab()
  const missing = (task as unknown as Record<string, () => Promise<unknown>>)['resize']
  const error = await rejection(missing?.() ?? Promise.resolve())
  expect(error).toMatchObject({ name: 'TaskMethodError', code: 'no-method', method: 'resize' })
  expect(error.message).toContain('echo, add')
})

it('names the argument that cannot be cloned, and goes on', async () => {
  const { task } = lab()
  const error = await rejection(task.echo({ list: [{ onClick: () => {} }] }))
  expect(error).toMatchObject({ name: 'DataCloneError', code: 'clone-args', path: 'args[0].list[0].onClick' })
  expect(await task.add(1, 1)).toBe(2)
})

it('names the part of a result that cannot be cloned', async () => {
  const { task } = lab()
  const error = await rejection(task.returnFunction())
  expect(error).toMatchObject({ name: 'DataCloneError', code: 'clone-result', path: 'result.nested.handler' })
  expect(await task.add(1, 1)).toBe(2)
})

it('clones by default, transfers by list, and transfers what has no clone', async () => {
  const { task } = lab()
  const kept = new ArrayBuffer(64)
  expect(await task.length(kept)).toBe(64)
  expect(kept.byteLength).toBe(64)
  const given = new ArrayBuffer(64)
  expect(await task.with({ transfer: [given] }).length(given)).toBe(64)
  expect(given.byteLength).toBe(0)
  const auto = new ArrayBuffer(64)
  expect(await task.with({ transfer: 'auto' }).length(auto)).toBe(64)
  expect(auto.byteLength).toBe(0)
  const { port1, port2 } = new MessageChannel()
  const heard = new Promise((resolve) => {
    port1.onmessage = (event) => resolve(event.data)
  })
  expect(await task.talk(port2)).toBe('said')
  expect(await heard).toBe('hello from the worker')
  port1.close()
})

it('gives back transferred results, by the worker or by option', async () => {
  const { task } = lab()
  expect((await task.transferred(32)).byteLength).toBe(32)
  expect((await task.with({ transferResult: 'auto' }).buffer(16)).byteLength).toBe(16)
})

it('clones WebAssembly memory under auto, which cannot be detached', async () => {
  const { task } = lab()
  const memory = new WebAssembly.Memory({ initial: 1 })
  expect(await task.with({ transfer: 'auto' }).length(memory.buffer)).toBe(65_536)
  expect(memory.buffer.byteLength).toBe(65_536)
})

it('keeps objects of separate calls separate, though they travel together', async () => {
  const { task } = lab({ maxWorkers: 1, maxQueueDepth: 100 })
  const shared = { n: 1 }
  const results = await Promise.all(Array.from({ length: 20 }, () => task.echo(shared)))
  expect(new Set(results).size).toBe(20)
})

it('tells a handler about its call, at the top and nowhere else', async () => {
  const { task } = lab()
  const call = task.with({ key: 'k' }).context()
  expect(await call).toMatchObject({ callId: call.callId, method: 'context', attempt: 1, key: 'k' })
  expect((await rejection(task.lateContext())).message).toContain(
    'before its first await'.replace('before', 'after'),
  )
})

it('reports progress, the newest value last', async () => {
  const { task } = lab()
  const values: unknown[] = []
  expect(await task.with({ onProgress: (value) => values.push(value) }).progress(1_000)).toBe(1_000)
  expect(values.at(-1)).toBe(1_000)
  expect(values.length).toBeLessThan(100)
})

it("streams a generator at the consumer's pace, and stops it on break", async () => {
  const { task } = lab({ type: 'singleton', maxWorkers: undefined })
  const items: number[] = []
  for await (const item of task.count(1_000_000)) {
    items.push(item)
    if (item === 5) break
  }
  expect(items).toEqual([1, 2, 3, 4, 5])
  const produced = (await task.noted()).filter((entry) => entry.startsWith('produced')).length
  expect(produced).toBeLessThan(100)
  const failing: number[] = []
  const error = await rejection(
    (async () => {
      for await (const item of task.failAfter(3)) failing.push(item)
    })(),
  )
  expect(failing).toEqual([1, 2, 3])
  expect(error).toBeInstanceOf(RangeError)
})

it('ignores foreign and malformed messages on the port', async () => {
  const { task } = lab()
  expect(await task.postForeign()).toBe('posted')
  expect(await task.add(2, 2)).toBe(4)
})

it('is not a promise itself', async () => {
  const { task } = lab()
  expect(await (async () => task)()).toBe(task)
})

it('moves an argument that is marked on the page', async () => {
  const { task } = lab()
  const [moved, kept] = [new Uint8Array(64), new Uint8Array(64)]
  const echo = (bytes: Uint8Array) => task.echo(bytes) as Promise<Uint8Array>
  const [first, second] = await Promise.all([echo(transfer(moved, [moved.buffer])), echo(kept)])
  expect([first.byteLength, second.byteLength]).toEqual([64, 64])
  expect([moved.byteLength, kept.byteLength]).toEqual([0, 64])
})
