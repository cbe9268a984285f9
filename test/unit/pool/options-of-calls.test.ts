/** `abortGraceMs` and `highWaterMark`, of a task, a method and a call: which holds, and what it does. */
import { describe, expect, it } from 'vitest'
import type { HighWaterMark } from '../../../src/index.ts'
import type { TaskConfig } from '../../../src/types/task.ts'
import { makeLab, shown, watch } from '../support/lab.ts'

type Api = { deaf(): Promise<void>; items(count: number, bytes?: number): Generator<Uint8Array> }

function lab(config: Partial<TaskConfig<Api>> = {}) {
  let made = 0
  const kit = makeLab<Api>(
    () => ({
      deaf: () => new Promise(() => {}),
      *items(count, bytes = 1) {
        while (made++ < count) yield new Uint8Array(bytes)
      },
    }),
    { maxWorkers: 1, ...config },
  )
  return { ...kit, made: () => made }
}

describe('abortGraceMs', () => {
  it.each<[string, Partial<TaskConfig<Api>>, number | null | undefined, number]>([
    ['of the task', { abortGraceMs: 100 }, undefined, 100],
    ['of the method before that of the task', { methods: { deaf: { abortGraceMs: 50 } } }, undefined, 50],
    ['of with() before that of the method', { methods: { deaf: { abortGraceMs: 50 } } }, 20, 20],
    ['of defaults', { defaults: { abortGraceMs: 70 } }, undefined, 70],
    ['of the task, where it was taken back', { defaults: { abortGraceMs: 70 }, abortGraceMs: 90 }, null, 90],
    ['of a call of a singleton', { type: 'singleton' }, 30, 30],
  ])('is the one %s', async (_, config, abortGraceMs, expected) => {
    const { task, settle, workers, clock } = lab(config)
    const call = (abortGraceMs === undefined ? task : task.with({ abortGraceMs })).deaf()
    const fate = watch(call)
    await settle()
    call.abort()
    await settle()
    clock.advance(expected - 1)
    expect([shown(fate()), workers[0]?.isAlive]).toEqual(['aborted', true])
    clock.advance(2)
    expect(workers[0]?.isAlive).toBe(false)
  })
})

describe('highWaterMark', () => {
  const ahead = async (
    config: Partial<TaskConfig<Api>>,
    highWaterMark?: number | HighWaterMark | null,
    bytes?: number,
    reads = 1,
  ) => {
    const { task, settle, made } = lab(config)
    const stream = (highWaterMark === undefined ? task : task.with({ highWaterMark })).items(1_000, bytes)
    for (let read = 0; read < reads; read++) {
      const next = stream.next()
      await settle()
      await next
    }
    await settle()
    const count = made() - reads
    stream.abort()
    return count
  }

  it.each<[string, Partial<TaskConfig<Api>>, number | null | undefined, number]>([
    ['of the library', {}, undefined, 1],
    ['of the task', { highWaterMark: 40 }, undefined, 39],
    ['of the method', { highWaterMark: 40, methods: { items: { highWaterMark: 6 } } }, undefined, 5],
    ['of with()', { methods: { items: { highWaterMark: 6 } } }, 3, 2],
    ['of with(), one at a time', { highWaterMark: 40 }, 1, 0],
    ['of the library, where it was taken back', { highWaterMark: 40 }, null, 1],
  ])(
    'is the one %s: so many items are made beyond the one that is read',
    async (_, config, mark, expected) => {
      expect(await ahead(config, mark)).toBe(expected)
    },
  )

  it('of bytes lets as many items be made as it holds of the largest so far, one at least', async () => {
    const size = (item: unknown) => (item as Uint8Array).byteLength
    expect(await ahead({}, { size, max: 1_000 }, 100)).toBe(9)
    expect(await ahead({}, { size, max: 1_000 }, 400)).toBe(1)
    expect(await ahead({}, { size, max: 1_000 }, 4_000)).toBe(0)
    expect(await ahead({ highWaterMark: { size, max: 1_000 } }, undefined, 100, 50)).toBeLessThanOrEqual(9)
  })

  it('without an end lets all be made', async () => {
    expect(await ahead({}, Number.POSITIVE_INFINITY)).toBe(1_000)
  })

  it.each([() => 'large' as never, () => -1, () => Number.NaN, throws])(
    'fails the stream where size() gives no number: %s',
    async (size) => {
      const { task, settle, made } = lab()
      const stream = task.with({ highWaterMark: { size, max: 10 } }).items(1_000)
      const first = watch(stream.next())
      await settle()
      expect(first().status).toBe('fulfilled')
      const second = watch(stream.next())
      await settle()
      expect((second() as { reason: unknown }).reason).toBeInstanceOf(Error)
      expect([made() <= 2, task.control.getSnapshot().queue.inFlight]).toEqual([true, 0])
    },
  )
})

function throws(): never {
  throw new Error('of the application')
}
