/** `parallelLimit`: what it runs, what it yields, which failures it tells of, and how it ends. */
import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { AbortTaskController } from '../../../src/lib/abort-task-controller.ts'
import { parallelLimit, type ParallelLimitOptions } from '../../../src/lib/parallel-limit.ts'
import { drain, watch } from '../support/lab.ts'
import { catchReports } from '../support/reported.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

/** Runs that wait for the test. */
function setUp<Item>(
  items: Iterable<Item> | AsyncIterable<Item>,
  limit: number,
  options: ParallelLimitOptions<Item> = {},
) {
  const open = new Map<Item, { resolve(value: Item): void; reject(error: unknown): void }>()
  const signals: AbortSignal[] = []
  const failures: [item: Item, error: unknown][] = []
  const results = parallelLimit(
    items,
    limit,
    (item, { signal }) => {
      signals.push(signal)
      return new Promise<Item>((resolve, reject) => open.set(item, { resolve, reject }))
    },
    { onError: (error, item) => failures.push([item, error]), ...options },
  )
  return { results, open, signals, failures }
}

describe('onError', () => {
  it('hears each failure under fail-fast, though only the first is thrown', async () => {
    const { results, open, failures } = setUp([1, 2, 3], 3)
    const first = watch(results.next())
    await drain()
    for (const [item, { reject }] of open) reject(`no ${item}`)
    await drain()
    expect(first()).toMatchObject({ status: 'rejected', reason: 'no 1' })
    expect(failures).toEqual([
      [1, 'no 1'],
      [2, 'no 2'],
      [3, 'no 3'],
    ])
  })

  it.each(['fail-fast', 'leave', 'signal'])(
    'hears a failure after the end (%s), and no cancellation',
    async (how) => {
      const controller = new AbortController()
      const { results, open, failures, signals } = setUp([1, 2, 3, 4], 4, { signal: controller.signal })
      const first = watch(results.next())
      await drain()
      if (how === 'fail-fast') open.get(1)?.reject('no 1')
      else if (how === 'leave') {
        open.get(1)?.resolve(1)
        await drain()
        await results.return()
      } else controller.abort(new Error('enough'))
      await drain()
      expect(first().status).not.toBe('open')
      const { aborted, reason } = signals[1] as AbortSignal
      expect(aborted).toBe(true)
      open.get(2)?.reject(reason)
      open.get(3)?.reject(new Error('aborted', { cause: reason }))
      open.get(4)?.reject('no 4')
      await drain()
      expect(failures).toEqual([...(how === 'fail-fast' ? [[1, 'no 1']] : []), [4, 'no 4']])
    },
  )

  it('may throw: that is reported, and changes nothing', async () => {
    const reported = catchReports()
    const mine = new Error('mine')
    const onError = () => {
      throw mine
    }
    const { results, open } = setUp([1, 2], 2, { onError, failures: 'skip' })
    const first = watch(results.next())
    await drain()
    open.get(1)?.reject('no')
    open.get(2)?.resolve(2)
    await drain()
    expect(first()).toMatchObject({ value: { value: 2 } })
    expect(reported).toEqual([mine])
  })

  it('may end the iteration that it hears of', async () => {
    const { results, open, signals } = setUp([1, 2, 3], 2, {
      failures: 'skip',
      onError: () => void results.return(),
    })
    const first = watch(results.next())
    await drain()
    open.get(1)?.reject('no')
    open.get(2)?.resolve(2)
    await drain()
    expect(first()).toMatchObject({ value: { value: 2 } })
    expect(signals[0]?.aborted).toBe(true)
  })
})

describe('keyOf', () => {
  it('that throws fails its item, not the others, and the source is closed at the end', async () => {
    const failures: unknown[] = []
    const results = parallelLimit([1, 2, 3], 1, (item) => item * 10, {
      failures: 'skip',
      onError: (error, item) => failures.push([item, error]),
      keyOf: (item) => {
        if (item === 2) throw new TypeError('no key')
        return `${item}`
      },
      keys: new AbortTaskController(),
    })
    expect(await all(results)).toEqual([10, 30])
    expect(failures).toEqual([[2, new TypeError('no key')]])
  })

  it('leaves out what was aborted before it started, for once and for good', async () => {
    const keys = new AbortTaskController()
    keys.abort('b', undefined, { sticky: true })
    const seen: string[] = []
    const results = parallelLimit(
      ['a', 'b', 'c', 'd'],
      1,
      (item) => {
        seen.push(item)
        if (item === 'a') keys.abort('c')
        return item
      },
      { keyOf: (item) => item, keys },
    )
    expect(await all(results)).toEqual(['a', 'd'])
    expect(seen).toEqual(['a', 'd'])
  })

  it.each(
    (['throw', 'skip', 'settle'] as const).flatMap((failures) =>
      [true, false].flatMap((ordered) => [true, false].map((throws) => ({ failures, ordered, throws }))),
    ),
  )(
    'leaves out what is aborted while it runs, however it ends: %o',
    async ({ failures, ordered, throws }) => {
      const keys = new AbortTaskController()
      const errors: unknown[] = []
      const options = {
        keyOf: (item: string) => item,
        keys,
        ordered,
        onError: (error: unknown) => errors.push(error),
      }
      const run = async (item: string) => {
        await Promise.resolve()
        if (item === 'b') keys.abort('b', undefined)
        if (item === 'b' && throws) throw new Error('it was aborted')
        return item
      }
      const results = parallelLimit(['a', 'b', 'c'], 2, run, { ...options, failures })
      const found = (await all(results as AsyncIterable<unknown>)) as (string | { item: string })[]
      expect(found.map((each) => (typeof each === 'string' ? each : each.item)).toSorted()).toEqual([
        'a',
        'c',
      ])
      expect(errors).toEqual([])
    },
  )
})

describe('the end', () => {
  it('aborts what is open before it closes the source, which may take its time', async () => {
    let hasClosed: () => void = () => {}
    const source: AsyncIterable<number> = {
      [Symbol.asyncIterator]: () => {
        let next = 0
        return {
          next: () => Promise.resolve({ done: false, value: next++ }),
          return: () =>
            new Promise((resolve) => {
              hasClosed = () => resolve({ done: true, value: undefined })
            }),
        }
      },
    }
    const { results, open, signals } = setUp(source, 2)
    const first = watch(results.next())
    await drain()
    open.get(0)?.reject('no')
    await drain()
    expect([signals[1]?.aborted, first().status]).toEqual([true, 'open'])
    hasClosed()
    await drain()
    expect(first()).toMatchObject({ status: 'rejected', reason: 'no' })
  })

  it.each(['throws', 'rejects'])(
    'throws the first error, not what the source %s when it is closed',
    async (how) => {
      const controller = new AbortController()
      let next = 0
      const source = {
        [Symbol.asyncIterator]: () => ({
          next: () => Promise.resolve({ done: false as const, value: next++ }),
          return: () => {
            if (how === 'rejects') return Promise.reject(new Error('late'))
            throw new Error('late')
          },
        }),
      }
      const { results } = setUp(source, 2, { signal: controller.signal })
      const first = watch(results.next())
      await drain()
      controller.abort('enough')
      await drain()
      expect(first()).toEqual({ status: 'rejected', reason: 'enough' })
    },
  )

  it('leaves the page its turns while an endless source gives nothing but failures', async () => {
    function* endless() {
      for (let item = 0; ; item++) yield item
    }
    const controller = new AbortController()
    const results = parallelLimit(
      endless(),
      8,
      () => {
        throw new Error('no')
      },
      { failures: 'skip', signal: controller.signal },
    )
    const first = watch(results.next())
    setTimeout(() => controller.abort('enough'), 1)
    await vi.waitFor(() => expect(first()).toEqual({ status: 'rejected', reason: 'enough' }))
  })

  it('reads a hundred thousand results that came at once in linear time', async () => {
    const items = Array.from({ length: 100_000 }, (_, index) => index)
    const moved = vi.spyOn(Map.prototype, 'values')
    let sum = 0
    for await (const item of parallelLimit(items, Number.POSITIVE_INFINITY, (each) => each)) sum += item
    expect(sum).toBe((100_000 * 99_999) / 2)
    expect(moved).not.toHaveBeenCalled()
  })
})

type Fate = 'value' | 'failure' | 'late value' | 'late failure' | 'cancellation'
const fates = fc.array(
  fc.constantFrom<Fate>('value', 'failure', 'late value', 'late failure', 'cancellation'),
  { maxLength: 20 },
)

it('tells of each failure once, yields each result once, keeps its limit, and closes its source', async () => {
  await fc.assert(
    fc.asyncProperty(
      fates,
      fc.integer({ min: 1, max: 5 }),
      fc.constantFrom('throw', 'skip', 'settle'),
      fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined }),
      async (program, limit, policy, leaveAfter) => {
        const heard: number[] = []
        const failed: number[] = []
        const yielded: unknown[] = []
        const late: (() => void)[] = []
        let running = 0
        let most = 0
        let closed = 0
        function* source() {
          try {
            for (let index = 0; index < program.length; index++) yield index
          } finally {
            closed++
          }
        }
        const fn = (item: number, { signal }: { signal: AbortSignal }) =>
          new Promise<number>((resolve, reject) => {
            most = Math.max(most, ++running)
            const settle = (act: () => void) => {
              running--
              act()
            }
            const fail = () => {
              failed.push(item)
              settle(() => reject(new Error(`no ${item}`)))
            }
            const fate = program[item]
            if (fate === 'value') settle(() => resolve(item))
            else if (fate === 'failure') fail()
            else if (fate === 'cancellation') {
              signal.addEventListener('abort', () => settle(() => reject(signal.reason)))
              late.push(() => settle(() => resolve(item)))
            } else late.push(fate === 'late value' ? () => settle(() => resolve(item)) : fail)
          })
        const options: ParallelLimitOptions<number> & { failures: 'settle' } = {
          failures: policy as 'settle',
          onError: (_error, item) => heard.push(item),
        }
        const results = parallelLimit(source(), limit, fn, options)
        const reading = watch(
          (async () => {
            for await (const result of results) {
              yielded.push(result)
              if (yielded.length === leaveAfter) break
            }
          })(),
        )
        while (reading().status === 'open') {
          await drain()
          late.shift()?.()
        }
        for (const each of late.splice(0)) each()
        await drain()
        const fate = reading()
        const error = fate.status === 'rejected' ? fate.reason : undefined
        expect(heard.toSorted()).toEqual(failed.toSorted())
        expect(most).toBeLessThanOrEqual(limit)
        expect(closed).toBe(1)
        expect(new Set(yielded).size).toBe(yielded.length)
        if (policy === 'throw' && error !== undefined) expect(error).toMatchObject({ message: /^no / })
        if (policy !== 'throw') expect(error).toBeUndefined()
        if (error === undefined && leaveAfter === undefined) {
          const expected = policy === 'skip' ? program.length - failed.length : program.length
          expect(yielded).toHaveLength(expected)
        }
      },
    ),
  )
})

async function all<T>(results: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = []
  for await (const result of results) list.push(result)
  return list
}
