/** Affinity: which worker a call goes to that has one, when it goes elsewhere, and what is remembered. */
import { metrics, trace } from '@opentelemetry/api'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { TaskConfig } from '../../../src/types/task.ts'
import { Sdk } from '../telemetry/support.ts'
import { makeLab, shown, watch } from '../support/lab.ts'
import type { StepWorker } from '../support/step-worker.ts'

type Api = { where(doc?: string): number; gate(doc?: string): Promise<number> }

function lab(config: Partial<TaskConfig<Api>> = {}) {
  const gates: (() => void)[] = []
  const indexes = new Map<StepWorker, number>()
  const made = makeLab<Api>(
    (_scope, worker) => {
      const index = indexes.size
      indexes.set(worker, index)
      return {
        where: () => index,
        gate: () => new Promise((resolve) => gates.push(() => resolve(index))),
      }
    },
    {
      maxWorkers: 3,
      maxQueueDepth: 50,
      methods: { where: { affinity: (doc) => doc }, gate: { affinity: (doc) => doc } },
      ...config,
    },
    { runtime: { otel: {} } },
  )
  const ask = async (...docs: (string | undefined)[]) => {
    const places: unknown[] = []
    for (const doc of docs) {
      const place = watch(made.task.where(doc))
      await made.settle()
      places.push(shown(place()))
    }
    return places
  }
  const open = async () => {
    for (const gate of gates.splice(0)) gate()
    await made.settle()
  }
  /** Each of the documents was served by a worker of its own. */
  const spread = async (...docs: string[]) => {
    const places = docs.map((doc) => watch(made.task.gate(doc)))
    await made.settle()
    await open()
    return places.map((place) => shown(place()))
  }
  return { ...made, ask, open, spread, control: made.task.control }
}

describe('a call that has an affinity', () => {
  it('goes to the worker that served it last', async () => {
    const { ask, spread } = lab()
    expect(await spread('a', 'b', 'c')).toEqual([0, 1, 2])
    expect(await ask('b', 'c', 'c', 'a', 'b', undefined, '')).toEqual([1, 2, 2, 0, 1, 0, 0])
  })

  it('goes elsewhere while that worker is busy, and that one is its next choice', async () => {
    const { task, ask, spread, open, settle } = lab()
    await spread('a', 'b', 'c')
    const busy = watch(task.gate('b'))
    await settle()
    const [other] = await ask('b')
    expect(other).not.toBe(1)
    await open()
    expect([shown(busy()), await ask('b')]).toEqual([1, [other]])
  })

  it('uses the whole pool for a burst', async () => {
    const { spread, ask } = lab()
    await ask('a')
    expect((await spread('a', 'a', 'a')).toSorted()).toEqual([0, 1, 2])
  })

  it('goes anywhere when its worker is gone, kept for a session, or takes no more calls', async () => {
    const { ask, spread, control, settle, workers, clock } = lab()
    await spread('a', 'b', 'c')
    workers[1]?.asWorker.terminate()
    await settle()
    clock.advance(3_000)
    const [place] = await ask('b')
    expect(place).not.toBe(1)
    control.resize({ maxWorkers: 1 })
    await settle()
    const places = await ask('a', 'b', 'c')
    expect(new Set(places).size).toBe(1)
  })

  it('leaves the workers of sessions alone', async () => {
    const { ask, spread, control, settle } = lab()
    await spread('a', 'b', 'c')
    const session = control.session()
    const mine = watch(session.where('c'))
    await settle()
    expect(shown(mine())).toBe(0)
    const [place] = await ask('a')
    expect(place).not.toBe(0)
  })

  it('is handed ahead to its own worker, not to another one that is busy', async () => {
    vi.stubGlobal('crossOriginIsolated', true)
    const { task, spread, settle, open } = lab({ maxWorkers: 2 })
    await spread('a', 'b')
    const calls = ['a', 'b'].map((doc) => watch(task.gate(doc)))
    await settle()
    const next = [watch(task.where('b')), watch(task.where('a'))]
    await settle()
    await open()
    expect([...calls, ...next].map((call) => shown(call()))).toEqual([0, 1, 1, 0])
    vi.unstubAllGlobals()
  })

  it.each<[string, Partial<TaskConfig<Api>>, string | null | undefined, number]>([
    ['of the task', { affinity: () => 'c', methods: {} }, undefined, 2],
    ['of the method before that of the task', { affinity: () => 'c' }, undefined, 1],
    ['of with() before that of the method', {}, 'c', 2],
    ['of defaults', { defaults: { affinity: 'c' }, methods: {} }, undefined, 2],
    ['taken back', { affinity: () => 'c' }, null, 0],
    ['taken back by nothing', {}, '', 0],
  ])('has the one %s', async (_, config, affinity, expected) => {
    const { task, settle, open } = lab(config)
    const each = ['a', 'b', 'c'].map((doc) => watch(task.with({ affinity: doc }).gate()))
    await settle()
    await open()
    expect(each.map((place) => shown(place()))).toEqual([0, 1, 2])
    const place = watch((affinity === undefined ? task : task.with({ affinity })).where('b'))
    await settle()
    expect(shown(place())).toBe(expected)
  })

  it('fails where its function throws, or gives what is no text', async () => {
    const broken = lab({ methods: { where: { affinity: () => 7 as never } } })
    const call = watch(broken.task.where('a'))
    await broken.settle()
    expect(String((call() as { reason: unknown }).reason)).toMatch(/"affinity\(…\)".*a string, got 7/)
  })

  it('remembers so many, the newest', async () => {
    const { ask, spread, task, settle } = lab()
    await spread('a', 'b', 'c')
    for (let index = 0; index < 998; index++) void task.with({ affinity: `other ${index}` }).where()
    await settle()
    expect(await ask('c', 'b')).toEqual([2, 1])
    for (let index = 0; index < 1_200; index++) void task.with({ affinity: `more ${index}` }).where()
    await settle()
    expect(await ask('c')).toEqual([0])
  })
})

describe('atelier.affinity.hit', () => {
  afterEach(() => {
    trace.disable()
    metrics.disable()
  })

  it('tells whether it went to that worker; calls without an affinity have none', async () => {
    const sdk = new Sdk().register()
    const { ask } = lab()
    await ask('a', 'a', undefined)
    expect(sdk.calls.map(({ attributes }) => attributes['atelier.affinity.hit'])).toEqual([
      false,
      true,
      undefined,
    ])
  })
})
