/** What is transferred arrives, what cannot be is cloned, nothing is lost on the way, and a mistake in a list is named. */
import { callback, transfer as mark } from 'atelier-react/core'
import { describe, expect, it } from 'vitest'
import { deferred, rejection, testRuntime } from './fixtures/lab.ts'
import type { WireApi } from './fixtures/wire.worker.ts'

function wire() {
  return testRuntime().defineTask<WireApi>({
    type: 'singleton',
    taskId: 'wire',
    worker: () => new Worker(new URL('./fixtures/wire.worker.ts', import.meta.url), { type: 'module' }),
  })
}

const memory = () => new WebAssembly.Memory({ initial: 1 }).buffer
const wasmPage = () => new ArrayBuffer(65_536)

describe('memory of WebAssembly', () => {
  const orders = [
    ['small', 'memory', 'like'],
    ['like', 'memory', 'small'],
    ['memory', 'like', 'small'],
    ['like', 'small', 'memory'],
  ] as const

  it.each(orders.map((order) => [order.join(', '), order] as const))(
    'is cloned by auto, and what stands beside it is moved: %s',
    async (_what, order) => {
      const parts = { small: new ArrayBuffer(8), memory: memory(), like: wasmPage() }
      const value = Object.fromEntries(order.map((name) => [name, parts[name]]))
      const sizes = await wire().with({ transfer: 'auto' }).sizes(value)
      expect(sizes).toEqual({ small: 8, memory: 65_536, like: 65_536 })
      const left = [parts.small.byteLength, parts.memory.byteLength, parts.like.byteLength]
      expect(left).toEqual([0, 65_536, 0])
    },
  )

  it.each(orders.map((order) => [order.join(', '), order] as const))(
    'is cloned where a list names it: %s',
    async (_what, order) => {
      const parts = { small: new ArrayBuffer(8), memory: memory(), like: wasmPage() }
      const sizes = await wire()
        .with({ transfer: order.map((name) => parts[name]) })
        .sizes(parts)
      expect(sizes).toEqual({ small: 8, memory: 65_536, like: 65_536 })
      const left = [parts.small.byteLength, parts.memory.byteLength, parts.like.byteLength]
      expect(left).toEqual([0, 65_536, 0])
    },
  )

  it('of which there are two is cloned twice', async () => {
    const parts = { a: memory(), small: new ArrayBuffer(8), b: memory() }
    expect(await wire().with({ transfer: 'auto' }).sizes(parts)).toEqual({ a: 65_536, small: 8, b: 65_536 })
    expect([parts.a.byteLength, parts.small.byteLength, parts.b.byteLength]).toEqual([65_536, 0, 65_536])
  })

  it('is cloned on the way back, by transferResult and where a list names it', async () => {
    const task = wire()
    const { small, memory: copy, like, last } = await task.with({ transferResult: 'auto' }).mixed()
    expect([small, copy, like, last].map((part) => part.byteLength)).toEqual([8, 65_536, 65_536, 4])
    expect(await task.left()).toEqual([65_536, 0])
    expect((await task.named()).byteLength).toBe(65_536)
    expect(await task.left()).toEqual([65_536, 0])
  })
})

describe('memory of WebAssembly that has to wait', () => {
  const sizesOf = (value: Record<string, ArrayBuffer>) => [
    value['small']?.byteLength,
    value['memory']?.byteLength,
  ]

  it('for a page that reads events is cloned', async () => {
    const task = wire()
    const seen: unknown[] = []
    const { promise, resolve } = deferred()
    task.control.on('burst', (payload) => {
      if (seen.push(sizesOf(payload as Record<string, ArrayBuffer>)) === 400) resolve(undefined)
    })
    expect(await task.burst(400)).toBe(65_536)
    await promise
    expect(new Set(seen.map(String))).toEqual(new Set(['8,65536']))
  })

  it('for a callback that is busy is cloned', async () => {
    const sizes: unknown[] = []
    const fn = callback((value: Record<string, ArrayBuffer>) => sizes.push(sizesOf(value)), { credit: 2 })
    await wire().ask(10, fn)
    expect(new Set(sizes.map(String))).toEqual(new Set(['8,65536']))
    expect(sizes).toHaveLength(10)
  })
})

describe('a mistake in a transfer list', () => {
  const gone = new ArrayBuffer(8)
  structuredClone(gone, { transfer: [gone] })
  const good = new ArrayBuffer(8)

  it.each<[string, Transferable[], RegExp]>([
    ['a view', [good, new Uint8Array(4)], /transfer\[1\] is a view/],
    ['the same twice', [good, good], /transfer\[1\] is the same as transfer\[0\]/],
    ['a buffer that is gone', [good, gone], /transfer\[1\] was transferred before/],
    ['a plain object', [good, {}], /transfer\[1\] is of type Object/],
  ])('is named, and nothing is sent: %s', async (_what, transfer, message) => {
    const error = await rejection(wire().with({ transfer }).echo({ good }))
    expect(error).toMatchObject({ name: 'DataCloneError', code: 'clone-args', path: 'transfer[1]' })
    expect(error.message).toMatch(message)
    expect(error.message).not.toContain('DOM nodes')
    expect(good.byteLength).toBe(8)
  })

  it('is named in a worker as well', async () => {
    const task = wire()
    for (const [call, message] of [
      [task.view(), /transfer\[1\] is a view/],
      [task.twice(), /transfer\[1\] is the same as transfer\[0\]/],
    ] as const) {
      const error = await rejection(call)
      expect(error).toMatchObject({ code: 'clone-result', path: 'transfer[1]' })
      expect(error.message).toMatch(message)
    }
    const stream = task.wrongItem()
    expect(await rejection(stream.next())).toMatchObject({ code: 'clone-result', path: 'transfer[1]' })
    expect(await task.echo(1)).toBe(1)
  })

  it('is not a buffer that was transferred before and is an argument, which is named all the same', async () => {
    const task = wire()
    const error = await rejection(task.echo({ list: [gone] }))
    expect(error).toMatchObject({ code: 'clone-args', path: 'args[0].list[0]' })
    expect(error.message).toMatch(/was transferred before/)
    const result = await rejection(task.gone())
    expect(result).toMatchObject({ code: 'clone-result', path: 'result.list[1]' })
    expect(result.message).toMatch(/was transferred before/)
  })

  it('is a bitmap that was closed or transferred; it is named as an argument and in a result, too', async () => {
    const task = wire()
    const closed = await createImageBitmap(new ImageData(1, 1))
    closed.close()
    const moved = await createImageBitmap(new ImageData(1, 1))
    await task.keys(mark({ moved }, [moved]))
    for (const bitmap of [closed, moved]) {
      const listed = await rejection(task.with({ transfer: [good, bitmap] }).echo({ good, bitmap }))
      expect(listed).toMatchObject({ code: 'clone-args', path: 'transfer[1]' })
      expect(listed.message).toMatch(/was transferred before, or closed/)
      const error = await rejection(task.echo({ list: [bitmap] }))
      expect(error).toMatchObject({ code: 'clone-args', path: 'args[0].list[0]' })
      expect(error.message).toMatch(/was transferred before, or closed/)
    }
    expect(await rejection(task.closed())).toMatchObject({ code: 'clone-result', path: 'result.list[1]' })
    expect(good.byteLength).toBe(8)
  })

  it('is a frame or a piece of sound that was closed, where the browser has them', async () => {
    const task = wire()
    const frame = () =>
      new VideoFrame(new Uint8Array(16), { format: 'RGBA', codedWidth: 2, codedHeight: 2, timestamp: 0 })
    const sound = () =>
      new AudioData({
        format: 'f32',
        sampleRate: 8_000,
        numberOfFrames: 2,
        numberOfChannels: 1,
        timestamp: 0,
        data: new Float32Array(2),
      })
    const makers = [
      ...(typeof VideoFrame === 'function' ? [frame] : []),
      ...(typeof AudioData === 'function' ? [sound] : []),
    ]
    expect(makers.length).toBeGreaterThan(0)
    for (const make of makers) {
      const closed = make()
      closed.close()
      const error = await rejection(task.echo({ list: [closed] }))
      expect(error).toMatchObject({ code: 'clone-args', path: 'args[0].list[0]' })
      expect(error.message).toMatch(/was transferred before, or closed/)
    }
  })

  it('is found beside an object that only has the prototype of a bitmap', async () => {
    const fake = Object.create(ImageBitmap.prototype) as ImageBitmap
    const error = await rejection(wire().echo({ fake, wrong: () => 1 }))
    expect(error).toMatchObject({ code: 'clone-args', path: 'args[0].wrong' })
    const listed = await rejection(
      wire()
        .with({ transfer: [fake] })
        .echo({ fake }),
    )
    expect(listed).toMatchObject({ code: 'clone-args', path: 'transfer[0]' })
  })
})

describe('a stream', () => {
  it.each([
    ['by transfer()', true],
    ['by transferResult', false],
  ])('moves its items and what its generator returns: %s', async (_what, marks) => {
    const task = wire()
    const stream = task.with({ transferResult: marks ? false : 'auto' }).items(marks)
    expect(((await stream.next()).value as ArrayBuffer).byteLength).toBe(16)
    const { done, value } = await stream.next()
    expect(done).toBe(true)
    expect((value as { total: ArrayBuffer }).total.byteLength).toBe(32)
    expect(await task.leftover()).toBe(0)
  })
})

describe('values of an iframe', () => {
  it('cross: buffers and ports, also where they have to be found', async () => {
    const frame = document.createElement('iframe')
    document.body.append(frame)
    const {
      ArrayBuffer: Buffer,
      MessageChannel: Channel,
      Uint8Array: Bytes,
    } = frame.contentWindow as typeof globalThis & Window
    const task = wire()
    const [buffer, bytes] = [new Buffer(8), new Bytes(4)]
    expect(await task.with({ transfer: 'auto' }).sizes({ buffer, bytes })).toEqual({ buffer: 8, bytes: 4 })
    expect([buffer.byteLength, bytes.byteLength]).toEqual([0, 0])
    const named = new Buffer(8)
    expect(await task.with({ transfer: [named] }).sizes({ named })).toEqual({ named: 8 })
    const { port1, port2 } = new Channel()
    const said = new Promise((resolve) => (port1.onmessage = ({ data }) => resolve(data)))
    await task.send(port2)
    expect(await said).toBe('hello')
    frame.remove()
  })
})
