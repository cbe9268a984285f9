/** A word to every worker: who gets it, in which order, what it waits for, and what becomes of it when a worker ends. */
import { describe, expect, it } from 'vitest'
import { isAtelierError, WorkerCrashedError } from '../../../src/errors/errors.ts'
import { transfer } from '../../../src/wire/transfer.ts'
import type { TaskConfig } from '../../../src/types/task.ts'
import { type Fate, makeLab, shown, watch } from '../support/lab.ts'
import type { StepWorker } from '../support/step-worker.ts'

type Api = {
  where(value?: unknown): number
  gate(value: unknown): Promise<unknown>
  fail(): number
  size(bytes: Uint8Array): number
}

function lab(config: Partial<TaskConfig<Api>> = {}) {
  const gates: (() => void)[] = []
  const ran: unknown[] = []
  const indexes = new Map<StepWorker, number>()
  const made = makeLab<Api>(
    (_scope, worker) => {
      const index = indexes.size
      indexes.set(worker, index)
      return {
        where: (value) => {
          ran.push([index, value])
          return index
        },
        gate: (value) => {
          ran.push([index, value])
          return new Promise((resolve) => gates.push(() => resolve(value)))
        },
        fail: () => {
          if (index === 1) throw new RangeError('of #1')
          return index
        },
        size: ({ byteLength }) => byteLength,
      }
    },
    { maxWorkers: 3, maxQueueDepth: 50, ...config },
  )
  /** Workers that are up, and have nothing to do. */
  const up = async (count = 3) => {
    const calls = Array.from({ length: count }, () => watch(made.task.gate('up')))
    await made.settle()
    for (const gate of gates.splice(0)) gate()
    await made.settle()
    expect(calls.map((call) => shown(call()))).toEqual(calls.map(() => 'up'))
    ran.length = 0
  }
  return { ...made, gates, ran, up, control: made.task.control }
}

const reasonOf = (fate: Fate) => (fate as { reason: Error & { code?: string } }).reason

describe('control.broadcast', () => {
  it('calls once on each worker, and gives the results in their order', async () => {
    const { control, settle, up, ran } = lab()
    await up()
    const results = watch(control.broadcast('where', 'word'))
    await settle()
    expect(shown(results())).toEqual([0, 1, 2])
    expect(ran).toEqual([0, 1, 2].map((index) => [index, 'word']))
    expect(control.getSnapshot()).toMatchObject({ queue: { inFlight: 0, pending: 0 } })
    expect(control.getSnapshot()).not.toHaveProperty('sessions')
    expect(control.getSnapshot().workers.list[0]).not.toHaveProperty('sessions')
  })

  it('gives nothing where there is no worker, and starts none', async () => {
    const { control, settle, workers } = lab()
    const results = watch(control.broadcast('where'))
    await settle()
    expect([shown(results()), workers.length]).toEqual([[], 0])
  })

  it('reaches a worker that starts', async () => {
    const { control, task, settle } = lab()
    const call = watch(task.where('first'))
    const results = watch(control.broadcast('where', 'word'))
    await settle()
    expect([shown(call()), shown(results())]).toEqual([0, [0]])
  })

  it('waits for a busy worker, whose other calls go elsewhere; nobody else waits for it', async () => {
    const { control, task, settle, up, ran, gates, clock } = lab()
    await up()
    watch(task.gate('long'))
    await settle()
    const results = watch(control.broadcast('where', 'word'))
    const others = Array.from({ length: 4 }, (_, index) => watch(task.where(index)))
    await settle()
    expect(others.map((other) => shown(other()))).not.toContain('open')
    expect(results().status).toBe('open')
    expect(control.getSnapshot().queue).toMatchObject({ inFlight: 1, pending: 1 })
    clock.advance(100)
    await settle()
    gates[0]?.()
    await settle()
    expect(shown(results())).toEqual([0, 1, 2])
    expect(ran.filter((each) => String(each).includes('word'))).toHaveLength(3)
    const more = Array.from({ length: 3 }, () => watch(task.gate('more')))
    await settle()
    expect(more.every((call) => call().status === 'open')).toBe(true)
    expect(control.getSnapshot().queue.inFlight).toBe(3)
  })

  it('goes to a singleton in its turn, and between the calls of a session', async () => {
    const { control, task, settle, ran } = lab({ type: 'singleton', maxWorkers: 1 })
    watch(task.where(1))
    const session = control.session()
    watch(session.where(2))
    const results = watch(control.broadcast('where', 'word'))
    watch(session.where(3))
    await settle()
    expect([shown(results()), ran.map((each) => (each as unknown[])[1])]).toEqual([[0], [1, 2, 'word', 3]])
  })

  it('reaches workers that are kept for sessions, which stay kept', async () => {
    const { control, task, settle, up } = lab()
    await up()
    const session = control.session()
    watch(session.gate('runs'))
    await settle()
    const results = watch(control.broadcastSettled('where'))
    await settle()
    expect(results().status).toBe('open')
    session.control.release()
    await settle()
    expect(control.getSnapshot().queue.inFlight).toBe(1)
    const places = Array.from({ length: 3 }, () => watch(task.where()))
    await settle()
    expect(places.map((place) => shown(place())).sort()).not.toContain(0)
  })

  it('rejects with the first error, and broadcastSettled tells how each ended', async () => {
    const { control, settle, up } = lab()
    await up()
    const results = watch(control.broadcast('fail'))
    const settled = watch(control.broadcastSettled('fail'))
    await settle()
    expect(reasonOf(results())).toBeInstanceOf(RangeError)
    expect(shown(settled())).toMatchObject([
      { status: 'fulfilled', value: 0 },
      { status: 'rejected', reason: { message: 'of #1' } },
      { status: 'fulfilled', value: 2 },
    ])
  })

  it.each([true, false])(
    'fails for a worker that dies, and runs nowhere in its place (it ran: %s)',
    async (ran) => {
      const { control, task, settle, up, workers, clock, ran: log } = lab({ retry: { crash: 3, error: 2 } })
      await up()
      if (!ran) watch(task.gate('busy'))
      await settle()
      const settled = watch(control.broadcastSettled(ran ? 'gate' : 'where', 'word'))
      await settle()
      workers[0]?.asWorker.terminate()
      await settle()
      clock.advance(5_000)
      await settle()
      expect(log.filter((each) => String(each).includes('word')).length).toBe(ran ? 3 : 2)
      if (ran) {
        expect(control.getSnapshot().queue.inFlight).toBe(2)
        return
      }
      const [first, ...others] = shown(settled()) as PromiseSettledResult<unknown>[]
      expect(others).toMatchObject([{ value: 1 }, { value: 2 }])
      const { reason } = first as PromiseRejectedResult
      expect(reason).toBeInstanceOf(WorkerCrashedError)
      expect(reason).toMatchObject({ code: 'crashed', workerIndex: 0, method: 'where' })
      expect((reason as Error).message).toMatch(/worker #0 .*other workers of the broadcast are not affected/)
    },
  )

  it('aborts with control.stop(), and rejects where the task takes no calls', async () => {
    const { control, task, settle, up } = lab()
    await up()
    watch(task.gate('busy'))
    await settle()
    const settled = watch(control.broadcastSettled('where'))
    control.stop()
    await settle()
    const all = shown(settled()) as PromiseSettledResult<unknown>[]
    expect(all.filter(({ status }) => status === 'rejected').length).toBeGreaterThan(0)
    for (const each of all)
      if (each.status === 'rejected') expect(isAtelierError(each.reason, 'aborted', 'crashed')).toBe(true)
    const none = watch(control.broadcast('where'))
    await settle()
    expect(shown(none())).toEqual([])
    control.dispose()
    const late = watch(control.broadcast('where'))
    await settle()
    expect(shown(late())).toBe('disposed')
  })

  it('carries options of with(), and keys do not relate its calls', async () => {
    const { task, settle, up, runtime } = lab({ methods: { where: { keyMode: 'latest', keyOf: () => 'k' } } })
    await up()
    const results = watch(task.control.broadcast('where'))
    await settle()
    expect(shown(results())).toEqual([0, 1, 2])
    const gated = watch(task.with({ key: 'mine' }).control.broadcastSettled('gate', 1))
    await settle()
    expect(runtime.abort({ key: 'mine' })).toBe(3)
    await settle()
    expect(
      (shown(gated()) as PromiseRejectedResult[]).map(({ reason }) => (reason as { code: string }).code),
    ).toEqual(Array(3).fill('aborted'))
    const timed = watch(task.with({ timeoutMs: 0 }).control.broadcast('gate', 1))
    await settle()
    expect(['open', 'timeout-total']).toContain(shown(timed()))
  })

  it('clones: what is to be transferred is refused at once', async () => {
    const { task, settle, up } = lab({ defaults: { transfer: 'auto' } })
    await up()
    const bytes = new Uint8Array(10_000)
    const results = watch(task.control.broadcast('size', bytes))
    await settle()
    expect([shown(results()), bytes.byteLength]).toEqual([[10_000, 10_000, 10_000], 10_000])
    const message = /"transfer".*none for a broadcast/
    expect(() => task.with({ transfer: [bytes.buffer] }).control.broadcast('size', bytes)).toThrow(message)
    expect(() => task.control.broadcast('size', transfer(bytes, [bytes.buffer]))).toThrow(message)
    expect(() => (task.control.broadcast as (method: unknown) => unknown)(5)).toThrow(/"method"/)
  })
})
