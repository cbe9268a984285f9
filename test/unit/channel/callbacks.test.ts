/** Functions of the page that a handler calls: in order, bounded, over with their call, each settled once. */
import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Call } from '../../../src/call/call.ts'
import { takeCallbacks } from '../../../src/channel/callbacks.ts'
import { callback } from '../../../src/channel/callback-mark.ts'
import type { TaskRuntime } from '../../../src/types/runtime.ts'
import type { TaskConfig } from '../../../src/types/task.ts'
import type { Callback } from '../../../src/types/conversation.ts'
import { transfer } from '../../../src/wire/transfer.ts'
import { drain, makeLab, watch } from '../support/lab.ts'

type Fn = Callback<(n: number) => unknown>
const kept: { last?: Fn; outcomes: unknown[] } = { outcomes: [] }

const noted = (promise: Promise<unknown>) =>
  promise.then(
    (value) => kept.outcomes.push(value),
    (error: Error) => kept.outcomes.push(`${error.name}: ${error.message}`),
  )

const handlers = () => ({
  async each(to: number, fn: Fn) {
    const results: unknown[] = []
    for (let n = 1; n <= to; n++) results.push(await fn(n))
    return results
  },
  async burst(to: number, options: { deep: [{ fn: Fn }] }) {
    return await Promise.all(Array.from({ length: to }, (_, n) => options.deep[0].fn(n)))
  },
  keep(fn: Fn) {
    kept.last = fn
    return 'kept'
  },
  leave(fn: Fn) {
    void noted(fn(1))
    return 'left'
  },
  async give(fn: (value: unknown) => Promise<unknown>, kind: 'function' | 'buffer') {
    const buffer = new ArrayBuffer(8)
    await fn(kind === 'function' ? { on: [() => {}] } : transfer({ buffer }, [buffer]))
    return buffer.byteLength
  },
  plain: (fn: unknown) => fn,
  behind: (_list: unknown, { fn }: { fn: Fn }) => fn(1),
})
type Api = ReturnType<typeof handlers>

const runtimes: TaskRuntime[] = []
const lab = (config: Partial<TaskConfig<Api>> = {}) => {
  const made = makeLab(handlers, config)
  runtimes.push(made.runtime)
  return made
}

afterEach(() => {
  for (const runtime of runtimes.splice(0)) runtime.dispose()
  kept.outcomes = []
  vi.restoreAllMocks()
})

describe('callback()', () => {
  it('is an async function in the handler: results, promises and errors travel', async () => {
    const { task, settle } = lab()
    const call = task.each(
      2,
      callback((n: number) => n * 10),
    )
    const later = task.each(
      2,
      callback(async (n: number) => await Promise.resolve({ n })),
    )
    const failing = watch(
      task.each(
        1,
        callback((n: number) => {
          throw new RangeError(`not ${n}`)
        }),
      ),
    )
    await settle()
    expect(await call).toEqual([10, 20])
    expect(await later).toEqual([{ n: 1 }, { n: 2 }])
    expect(failing()).toMatchObject({ status: 'rejected', reason: { name: 'RangeError', message: 'not 1' } })
  })

  it('stands anywhere in plain objects and arrays, which the caller keeps as they are', async () => {
    const { task, settle } = lab()
    const fn = callback((n: number) => n + 1)
    const options: { deep: [{ fn: Fn }] } = { deep: [{ fn }] }
    const call = task.burst(3, options)
    await settle()
    expect(await call).toEqual([1, 2, 3])
    expect(options.deep[0].fn).toBe(fn)
  })

  it('is found in deep arguments, at its path', () => {
    const deep = callback(() => {})
    let list: unknown = deep
    for (let level = 0; level < 9_000; level++) list = { list }
    const found = takeCallbacks({ args: [list] } as unknown as Call)
    expect(found?.callbacks).toEqual([[[0, ...Array.from({ length: 9_000 }, () => 'list')], 16]])
  })

  it('begins its calls in their order, `credit` of them at once at most', async () => {
    const order = fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 40 })
    await fc.assert(
      fc.asyncProperty(order, fc.integer({ min: 1, max: 5 }), async (delays, credit) => {
        const { task, settle, runtime } = lab()
        const begun: number[] = []
        let underWay = 0
        let most = 0
        const fn = callback(
          async (n: number) => {
            begun.push(n)
            most = Math.max(most, ++underWay)
            for (let turn = 0; turn < (delays[n] ?? 0); turn++) await drain()
            underWay--
            return n
          },
          { credit },
        )
        const outcome = watch(task.burst(delays.length, { deep: [{ fn }] }))
        for (let turn = 0; outcome().status === 'open' && turn < 500; turn++) await settle()
        const all = delays.map((_, n) => n)
        expect(outcome()).toEqual({ status: 'fulfilled', value: all })
        expect(begun).toEqual(all)
        expect(most).toBeLessThanOrEqual(credit)
        runtime.dispose()
      }),
      { numRuns: 30 },
    )
  })

  it('dies with its call: a later use rejects and says so, what was not awaited is silent', async () => {
    const { task, settle } = lab()
    const ran: number[] = []
    const fn = callback((n: number) => ran.push(n))
    const call = task.keep(fn)
    await settle()
    expect(await call).toBe('kept')
    await expect(kept.last?.(5)).rejects.toThrow('A callback of "keep" was called after its call had settled')
    const left = task.leave(fn)
    await settle()
    expect(await left).toBe('left')
    expect(ran).toEqual([1])
    expect(kept.outcomes).toEqual([
      'InvalidStateError: A callback of "leave" was called after its call had settled: await it before the handler returns',
    ])
  })

  it('rejects with the reason when the call is aborted, and settles once whatever the page does then', async () => {
    const { task, settle } = lab()
    let open: (value: number) => void = () => {}
    const gate = new Promise<number>((resolve) => (open = resolve))
    const call = task.each(
      2,
      callback(() => gate),
    )
    const outcome = watch(call)
    await settle()
    call.abort(new Error('enough'))
    await settle()
    open(1)
    await settle()
    expect(outcome()).toMatchObject({ status: 'rejected', reason: { code: 'aborted' } })
    expect(task.control.getSnapshot().counts).toMatchObject({ canceled: 1, succeeded: 0, failed: 0 })
  })

  it('may abort its own call, and may make others', async () => {
    const { task, settle } = lab({ maxInFlight: 2 })
    const call = task.each(
      3,
      callback((n: number) => {
        if (n === 2) call.abort('seen enough')
        return task.plain(n)
      }),
    )
    const outcome = watch(call)
    await settle()
    expect(outcome()).toMatchObject({ status: 'rejected', reason: { code: 'aborted', cause: 'seen enough' } })
  })

  it('is called again by a call that runs again, and its worker may die in it', async () => {
    const { task, workers, settle, clock } = lab({ retry: { crash: 1 } })
    const ran: string[] = []
    const outcome = watch(
      task.each(
        2,
        callback((n: number) => {
          ran.push(`${n} on ${workers.length}`)
          if (workers.length === 1) workers[0]?.asWorker.terminate()
          return n
        }),
      ),
    )
    await settle()
    clock.advance(10_000)
    await settle()
    clock.advance(10_000)
    await settle()
    expect(outcome()).toEqual({ status: 'fulfilled', value: [1, 2] })
    expect(ran).toEqual(['1 on 1', '1 on 2', '2 on 2'])
  })

  it('names what cannot cross, either way, and moves what is transferred', async () => {
    const { task, settle } = lab()
    const bad = watch(
      task.give(
        callback(() => {}),
        'function',
      ),
    )
    const moved = watch(
      task.give(
        callback((value: unknown) => void kept.outcomes.push(value)),
        'buffer',
      ),
    )
    const result = watch(
      task.each(
        1,
        callback(() => ({ node: Symbol('x') })),
      ),
    )
    const bare = watch(task.plain({ onRow: () => {} }))
    await settle()
    expect(bad()).toMatchObject({
      reason: { name: 'DataCloneError', message: expect.stringContaining('args[0].on[0]') as string },
    })
    expect(moved()).toEqual({ status: 'fulfilled', value: 0 })
    expect(kept.outcomes).toEqual([{ buffer: new ArrayBuffer(8) }])
    expect(result()).toMatchObject({ reason: { message: expect.stringContaining('result.node') as string } })
    expect(bare()).toMatchObject({
      reason: { code: 'clone-args', message: expect.stringContaining('callback(fn)') as string },
    })
  })

  it('is found behind a long list, and a large argument without one costs nothing that shows', async () => {
    const { task, settle } = lab()
    const list = Array.from({ length: 20_000 }, (_, id) => ({ id }))
    let reads = 0
    const counted = new Proxy(list, {
      getOwnPropertyDescriptor: (target, name) => {
        reads++
        return Reflect.getOwnPropertyDescriptor(target, name)
      },
    })
    const found = watch(task.behind(list, { fn: callback((n: number) => n * 2) }))
    await settle()
    expect(found()).toEqual({ status: 'fulfilled', value: 2 })
    expect(takeCallbacks({ args: [counted] } as unknown as Call)).toBeNull()
    expect(reads).toBeLessThan(5_000)
  })

  it('costs no other call its message where a value refuses to be looked at', async () => {
    const { task, settle } = lab()
    callback(() => {})
    const hostile = new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error('a trap')
        },
      },
    )
    const calls = [watch(task.plain(1)), watch(task.plain(hostile)), watch(task.plain(3))]
    await settle()
    expect(calls.map((call) => call())).toMatchObject([
      { value: 1 },
      { reason: { code: 'clone-args' } },
      { value: 3 },
    ])
  })

  it('is that of the caller who has inherited the run', async () => {
    const { task, settle } = lab()
    const shared = task.with({ key: 'k', keyMode: 'dedupe' })
    const answers: ((value: number) => void)[] = []
    const first = shared.each(
      2,
      callback(() => new Promise((resolve) => answers.push(resolve))),
    )
    const second = watch(
      shared.each(
        2,
        callback((n: number) => n * 10),
      ),
    )
    const aborted = watch(first)
    await settle()
    first.abort()
    answers[0]?.(1)
    await settle()
    expect([aborted().status, second()]).toEqual(['rejected', { status: 'fulfilled', value: [1, 20] }])
  })

  it('is no silence of the handler while the page is at it', async () => {
    const { task, settle, clock } = lab({ heartbeatMs: 100 })
    let answer: (value: number) => void = () => {}
    const asking = watch(
      task.each(
        1,
        callback((n: number) => (n === 1 ? new Promise<number>((resolve) => (answer = resolve)) : n)),
      ),
    )
    await settle()
    for (let at = 0; at < 30; at++) clock.advance(10)
    await settle()
    expect(asking().status).toBe('open')
    answer(5)
    await settle()
    expect(asking()).toEqual({ status: 'fulfilled', value: [5] })
  })

  it('does not let a handler that awaits nothing fill the memory', async () => {
    const { task, settle } = lab()
    const outcome = watch(task.burst(2_000, { deep: [{ fn: callback((n: number) => n, { credit: 1 }) }] }))
    await settle()
    expect(outcome()).toMatchObject({
      reason: { name: 'QuotaExceededError', message: expect.stringContaining('await') as string },
    })
  })

  it('refuses what is no function, and a credit below 1', () => {
    expect(() => callback(5 as never)).toThrow('Invalid option "fn"')
    expect(() => callback(() => {}, { credit: 0 })).toThrow(RangeError)
    expect(() => callback(() => {}, { credits: 1 } as never)).toThrow('Unknown option "credits"')
  })
})
