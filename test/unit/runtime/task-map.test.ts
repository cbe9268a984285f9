/** `control.map`: pulls inputs as there is room, yields results in the order that was asked for, and stops what it began. */
import { describe, expect, it } from 'vitest'
import { mapCalls } from '../../../src/runtime/task-map.ts'
import type { MapOptions } from '../../../src/types/control.ts'
import { drain, watch } from '../support/lab.ts'

/** One call that waits for the test. */
interface Running {
  readonly input: unknown
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

const BOUND = 6

/** Two in flight and four in the queue, over calls that wait, or over `run`. */
function setUp(
  inputs: Iterable<unknown> | AsyncIterable<unknown>,
  options: MapOptions = {},
  run?: (input: unknown) => unknown,
) {
  const running: Running[] = []
  let signal: AbortSignal | undefined
  const results = mapCalls({ maxInFlight: 2, maxQueueDepth: 4 }, inputs, options, (given) => {
    signal = given
    return async (input) =>
      run ? run(input) : new Promise((resolve, reject) => running.push({ input, resolve, reject }))
  })
  return { results, running, signal: () => signal as AbortSignal }
}

/** Numbers, and how many of them were pulled, and whether the source was closed. */
function source(count: number) {
  const seen = { pulled: 0, closed: false }
  async function* numbers(): AsyncGenerator<number, void, void> {
    try {
      while (seen.pulled < count) yield seen.pulled++
    } finally {
      seen.closed = true
    }
  }
  return { seen, numbers: numbers() }
}

describe('control.map', () => {
  it.each([true, false])('holds six of a million inputs at most (ordered: %s)', async (ordered) => {
    const { seen, numbers } = source(1_000_000)
    const { results } = setUp(numbers, { ordered }, (input) => input)
    let yielded = 0
    let most = 0
    for await (const result of results) {
      most = Math.max(most, seen.pulled - yielded)
      if (ordered && result !== yielded) expect(result).toBe(yielded)
      if (++yielded === 100_000) break
    }
    expect(most).toBeLessThanOrEqual(BOUND + 1)
    expect(yielded).toBe(100_000)
    expect(seen.closed).toBe(true)
  })

  it('yields as calls complete', async () => {
    const { results, running } = setUp([1, 2, 3])
    const first = results.next()
    await drain()
    running[2]?.resolve('c')
    await expect(first).resolves.toEqual({ done: false, value: 'c' })
    running[0]?.resolve('a')
    await expect(results.next()).resolves.toEqual({ done: false, value: 'a' })
    running[1]?.resolve('b')
    await expect(results.next()).resolves.toEqual({ done: false, value: 'b' })
    await expect(results.next()).resolves.toEqual({ done: true, value: undefined })
  })

  it('yields in the order of the inputs where that is asked for', async () => {
    const { results, running } = setUp([1, 2], { ordered: true })
    const first = watch(results.next())
    await drain()
    running[1]?.resolve('b')
    await drain()
    expect(first().status).toBe('open')
    running[0]?.resolve('a')
    await drain()
    expect(first()).toMatchObject({ value: { value: 'a' } })
    await expect(results.next()).resolves.toEqual({ done: false, value: 'b' })
  })

  it('pulls nothing before it is read, and no more while nobody reads on', async () => {
    const { seen, numbers } = source(100)
    const { results, running } = setUp(numbers)
    await drain()
    expect(seen.pulled).toBe(0)
    const first = results.next()
    await drain()
    for (const call of running) call.resolve(call.input)
    await first
    await drain()
    expect(seen.pulled).toBe(BOUND)
  })

  it('throws the first failure, aborts the rest and closes the source', async () => {
    const { seen, numbers } = source(100)
    const { results, running, signal } = setUp(numbers)
    const first = watch(results.next())
    await drain()
    running[1]?.reject(new Error('second'))
    await drain()
    expect(first()).toMatchObject({ status: 'rejected', reason: { message: 'second' } })
    expect([signal().aborted, seen.closed]).toEqual([true, true])
  })

  it('leaves failures out, or yields them, as it is told', async () => {
    const odd = (input: unknown) => {
      if (Number(input) % 2 === 1) throw new Error(`${String(input)} is odd`)
      return input
    }
    expect(await all(setUp([0, 1, 2], { failures: 'skip' }, odd).results)).toEqual([0, 2])
    expect(await all(setUp([0, 1], { failures: 'settle', ordered: true }, odd).results)).toMatchObject([
      { status: 'fulfilled', value: 0 },
      { status: 'rejected', reason: { message: '1 is odd' } },
    ])
  })

  it('aborts what is open and closes the source when its reader leaves', async () => {
    const { seen, numbers } = source(100)
    const { results, running, signal } = setUp(numbers)
    const first = results.next()
    await drain()
    running[0]?.resolve('a')
    await first
    await results.return()
    expect([signal().aborted, seen.closed]).toEqual([true, true])
  })

  it('ends with the reason of its signal, and aborts its calls', async () => {
    const controller = new AbortController()
    const { seen, numbers } = source(100)
    const { results, signal } = setUp(numbers, { signal: controller.signal })
    const first = watch(results.next())
    await drain()
    const reason = new Error('enough')
    controller.abort(reason)
    await drain()
    expect(first()).toEqual({ status: 'rejected', reason })
    expect([signal().aborted, signal().reason, seen.closed]).toEqual([true, reason, true])
  })

  it('does not end as if it were complete when it is aborted at the last calls', async () => {
    const controller = new AbortController()
    const { results } = setUp([1, 2], { signal: controller.signal, failures: 'skip' })
    const first = watch(results.next())
    await drain()
    controller.abort(new Error('enough'))
    await drain()
    expect(first().status).toBe('rejected')
  })

  it('yields what is done while the source has nothing more to give yet', async () => {
    const { results, running } = setUp(oneAndThenNothing())
    const first = watch(results.next())
    await drain()
    running[0]?.resolve('a')
    await drain()
    expect(first()).toMatchObject({ status: 'fulfilled', value: { value: 'a' } })
  })

  it('ends at an abort while the source has nothing more to give yet', async () => {
    const controller = new AbortController()
    const { results } = setUp(oneAndThenNothing(), { signal: controller.signal })
    const first = watch(results.next())
    await drain()
    controller.abort(new Error('enough'))
    await drain()
    expect(first()).toMatchObject({ status: 'rejected', reason: { message: 'enough' } })
  })

  it('passes the failure of its source on, and aborts its calls', async () => {
    const { results, signal } = setUp(brokenSource())
    const first = watch(results.next())
    await drain()
    expect(first()).toMatchObject({ status: 'rejected', reason: { message: 'no more' } })
    expect(signal().aborted).toBe(true)
  })
})

async function all(results: AsyncIterable<unknown>): Promise<unknown[]> {
  const list: unknown[] = []
  for await (const result of results) list.push(result)
  return list
}

async function* oneAndThenNothing(): AsyncGenerator<number, void, void> {
  yield 1
  await new Promise(() => {})
}

async function* brokenSource(): AsyncGenerator<number, void, void> {
  yield 1
  throw new Error('no more')
}
