/** Calls with transferred arguments behind a busy worker: handed ahead with a copy that stays, or without one, or not at all. */
import { crashOptions } from '../setup/crash-policies.ts'
import { describe, expect, it, vi } from 'vitest'
import type { TaskConfig } from 'atelier-react/core'
import { type Lab, lab, rejection } from './fixtures/lab.ts'
import { TAKE_BACK } from '../../src/wire/protocol.ts'
import type { LabApi } from './fixtures/lab.worker.ts'

const SIZE = 1_024

/** One worker that is known to be quick, and is busy until `held` is aborted. */
async function busyLab(config: Partial<TaskConfig<LabApi>> = {}) {
  const made = lab({ maxWorkers: 1, maxQueueDepth: 100, ...config })
  await learnThatCallsAreShort(made)
  const held = made.task.wait('for good')
  held.catch(() => {})
  return { ...made, held }
}

async function learnThatCallsAreShort({ task }: Lab) {
  for (let run = 0; run < 20; run++) await Promise.all([task.echo(run), task.length(new ArrayBuffer(1))])
}

const buffers = (count: number) => Array.from({ length: count }, () => new ArrayBuffer(SIZE))
const turn = () => new Promise<void>((resolve) => queueMicrotask(resolve))

describe('by default', () => {
  it('sends small buffers to the busy worker at once', async () => {
    const { task, held } = await busyLab()
    const [buffer] = buffers(1) as [ArrayBuffer]
    const call = task.with({ transfer: [buffer] }).length(buffer)
    await turn()
    expect(buffer.byteLength).toBe(0)
    held.abort()
    expect(await call).toBe(SIZE)
  })

  it('sends large ones, too, where plain data stands beside them', async () => {
    const { task, held } = await busyLab()
    const buffer = new ArrayBuffer(2 ** 20)
    const call = task.with({ transfer: [buffer] }).length(buffer)
    await turn()
    expect(buffer.byteLength).toBe(0)
    held.abort()
    expect(await call).toBe(2 ** 20)
  })

  it('leaves very large ones on the page until a worker is free', async () => {
    const { task, held } = await busyLab()
    const buffer = new ArrayBuffer(2 ** 22)
    const call = task.with({ transfer: [buffer] }).length(buffer)
    await turn()
    expect(buffer.byteLength).toBe(2 ** 22)
    held.abort()
    expect(await call).toBe(2 ** 22)
    expect(buffer.byteLength).toBe(0)
  })

  it('runs them elsewhere when another worker has nothing to do, with what they held', async () => {
    const { task, held } = await busyLab({ maxWorkers: 2 })
    const other = task.wait('for the second worker')
    other.catch(() => {})
    await expect
      .poll(() => task.control.getSnapshot().workers.list.map(({ status }) => status))
      .toEqual(['busy', 'busy'])
    // One is cloned, of the other its bytes are copied.
    const bytes = [Uint8Array.of(1, 2, 3), new Uint8Array(2 ** 17).fill(4)]
    const calls = bytes.map((each, n) =>
      task.with({ transfer: n === 0 ? 'auto' : [each.buffer] }).echo({ each, twice: each }),
    )
    await turn()
    expect(bytes.map(({ length }) => length)).toEqual([0, 0])
    // One worker is busy for good; what waits on it goes to the other.
    held.abort()
    const results = (await Promise.all(calls)) as { each: Uint8Array; twice: Uint8Array }[]
    expect(results.map(({ each }) => [each.length, ...new Set(each)])).toEqual([
      [3, 1, 2, 3],
      [2 ** 17, 4],
    ])
    expect(results.every(({ each, twice }) => each === twice)).toBe(true)
    other.abort()
  })

  it('loses no buffer to a worker that dies under another call', async () => {
    const { task, workers } = await busyLab()
    const [buffer] = buffers(1) as [ArrayBuffer]
    const call = task.with({ transfer: 'auto' }).length(buffer)
    await turn()
    workers[0]?.terminate()
    expect(await call).toBe(SIZE)
  })

  it('loses no port to a worker that dies under another call, though nobody asked for its transfer', async () => {
    const { task, workers } = await busyLab()
    const { port1, port2 } = new MessageChannel()
    const heard = new Promise((resolve) => (port1.onmessage = ({ data }) => resolve(data)))
    const talk = task.talk(port2)
    const after = task.echo('behind it')
    await turn()
    workers[0]?.terminate()
    await talk
    expect(await after).toBe('behind it')
    expect(await heard).toBe('hello from the worker')
    port1.close()
  })

  it('keeps the order: what was called after a port waits with it', async () => {
    const { task, held } = await busyLab({ type: 'singleton' })
    const { port1, port2 } = new MessageChannel()
    const order: string[] = []
    const calls = [
      task.talk(port2).then(() => order.push('port')),
      task.echo('after').then(() => order.push('after')),
    ]
    await turn()
    held.abort()
    await Promise.all(calls)
    expect(order).toEqual(['port', 'after'])
    port1.close()
  })

  it('hands calls ahead that have nothing to transfer, though the task transfers', async () => {
    const { task, workers, held } = await busyLab({ defaults: { transfer: 'auto' } })
    const sent = vi.spyOn(workers[0] as Worker, 'postMessage')
    const note = task.echo('nothing to transfer')
    await turn()
    expect(sent).toHaveBeenCalledOnce()
    held.abort()
    expect(await note).toBe('nothing to transfer')
  })
})

describe("ahead: 'off'", () => {
  it('gives a busy worker nothing, moved or not', async () => {
    const { task, held, workers } = await busyLab({ ahead: 'off' })
    const sent = vi.spyOn(workers[0] as Worker, 'postMessage')
    const [buffer] = buffers(1) as [ArrayBuffer]
    const calls = [task.echo(SIZE), task.with({ transfer: [buffer] }).length(buffer)]
    await turn()
    expect(sent).not.toHaveBeenCalled()
    expect(task.control.getSnapshot().queue).toMatchObject({ pending: 2, ahead: 0 })
    held.abort()
    expect(await Promise.all(calls)).toEqual([SIZE, SIZE])
  })
})

describe("ahead: 'always'", () => {
  it('sends buffers to the busy worker at once', async () => {
    const { task, held } = await busyLab({ ahead: 'always' })
    const list = buffers(10)
    const calls = list.map((buffer) => task.with({ transfer: [buffer] }).length(buffer))
    await turn()
    // How many of them depends on how fast the runs were; one goes in any case.
    expect(list[0]?.byteLength).toBe(0)
    expect(task.control.getSnapshot().queue.pending).toBe(10)
    held.abort()
    expect(await Promise.all(calls)).toEqual(list.map(() => SIZE))
  })

  it('cancels what waits there', async () => {
    const { task, held } = await busyLab({ ahead: 'always' })
    const [first, second] = buffers(2).map((buffer) => task.with({ transfer: [buffer] }).length(buffer))
    await turn()
    first?.abort('not needed')
    expect(await rejection(first as PromiseLike<unknown>)).toMatchObject({ code: 'aborted' })
    held.abort()
    expect(await second).toBe(SIZE)
  })

  it.each(['restart', 'retry', 'fail-task'] as const)(
    'says under %s which call was lost with its worker',
    async (crashPolicy) => {
      const { task, workers } = await busyLab({ ahead: 'always', ...crashOptions(crashPolicy) })
      const [buffer] = buffers(1) as [ArrayBuffer]
      const call = task.with({ transfer: [buffer] }).length(buffer)
      await turn()
      workers[0]?.terminate()
      expect(await rejection(call)).toMatchObject({
        code: 'not-replayable',
        method: 'length',
        phase: 'pending',
      })
    },
  )

  it('runs what was not transferred elsewhere', async () => {
    const { task, workers } = await busyLab({ ahead: 'always' })
    const [buffer] = buffers(1) as [ArrayBuffer]
    const call = task.with({ transfer: [buffer] }).length(buffer)
    const cloned = task.echo('cloned')
    await turn()
    workers[0]?.terminate()
    await rejection(call)
    expect(await cloned).toBe('cloned')
  })

  it('leaves buffers with their worker when another has nothing to do, and takes back the rest', async () => {
    const { task, held, workers } = await busyLab({ ahead: 'always', maxWorkers: 2 })
    const other = task.wait('for the second worker')
    other.catch(() => {})
    await expect
      .poll(() => task.control.getSnapshot().workers.list.map(({ status }) => status))
      .toEqual(['busy', 'busy'])
    const sent = vi.spyOn(workers[1] as Worker, 'postMessage')
    // They are dealt in turn: each worker gets one that moves and one that is copied.
    const [first, last] = buffers(2) as [ArrayBuffer, ArrayBuffer]
    const moving = task.with({ transfer: 'auto' })
    const calls = [moving.length(first), task.echo(1), task.echo(2), moving.length(last)]
    await turn()
    held.abort()
    await expect.poll(() => task.control.getSnapshot().queue.pending).toBe(1)
    // The page claims what it takes back: the busy worker need not answer.
    expect(await calls[2]).toBe(2)
    expect(sent.mock.calls.map(([message]) => (message as number[])[0])).not.toContain(TAKE_BACK)
    other.abort()
    expect(await Promise.all(calls)).toEqual([SIZE, 1, 2, SIZE])
  })
})
