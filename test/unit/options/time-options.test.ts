/** Every option in milliseconds, and what 0, infinite, very long and wrong values mean for it. */
import { createTestRuntime } from 'atelier-react/testing'
import { afterEach, describe, expect, it } from 'vitest'
import type { TaskConfig } from '../../../src/types/task.ts'
import { drain, makeLab, shown, watch } from '../support/lab.ts'

const handlers = () => ({ echo: (value: unknown) => value, wait: () => new Promise<void>(() => {}) })
type Api = ReturnType<typeof handlers>

const runtime = createTestRuntime()
const worker = (): Worker => {
  throw new Error('a call was made')
}
const define = (config: object) => {
  runtime.defineTask<Api>({ type: 'parallel', worker, ...config }).control.dispose()
}
const task = runtime.defineTask<Api>({ type: 'parallel', worker })

/** Each option, how it is given, and whether no time at all makes sense. */
const options: [name: string, give: (ms: never) => unknown, mayBeZero: boolean][] = [
  ['defaults.timeoutMs', (timeoutMs) => define({ defaults: { timeoutMs } }), true],
  ['defaults.timeoutMs.queue', (queue) => define({ defaults: { timeoutMs: { queue } } }), true],
  ['defaults.timeoutMs.run', (run) => define({ defaults: { timeoutMs: { run } } }), true],
  ['defaults.timeoutMs.total', (total) => define({ defaults: { timeoutMs: { total } } }), true],
  ['methods.echo.timeoutMs', (timeoutMs) => define({ methods: { echo: { timeoutMs } } }), true],
  ['startTimeoutMs', (startTimeoutMs) => define({ startTimeoutMs }), false],
  ['abortGraceMs', (abortGraceMs) => define({ abortGraceMs }), true],
  ['heartbeatMs', (heartbeatMs) => define({ heartbeatMs }), false],
  ['idleTimeoutMs', (idleTimeoutMs) => define({ idleTimeoutMs }), true],
  ['with timeoutMs', (timeoutMs) => task.with({ timeoutMs }), true],
  ['with timeoutMs.run', (run) => task.with({ timeoutMs: { run } }), true],
  ['graceMs', (graceMs) => runtime.retain({ graceMs })(), true],
  ['intervalMs', (intervalMs) => runtime.subscribeRuntimeSnapshot(() => {}, { intervalMs })(), true],
]

const outcome = (act: () => unknown): string => {
  try {
    act()
    return 'taken'
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`
  }
}

describe.each(options)('%s', (name, give, mayBeZero) => {
  const option = name.replace(/^with /, '').replaceAll('.', String.raw`\.`)
  it.each([
    [2 ** 31, 'taken'],
    [2 ** 53, 'taken'],
    [0.5, 'taken'],
    [Number.POSITIVE_INFINITY, 'taken'],
    [0, mayBeZero ? 'taken' : `RangeError: .*"${option}".*more than 0, got 0`],
    [-1, `RangeError: .*"${option}".*got -1`],
    [Number.NEGATIVE_INFINITY, `RangeError: .*"${option}".*got -Infinity`],
    [Number.NaN, `TypeError: .*"${option}".*got NaN`],
    ['5', `TypeError: .*"${option}".*got "5"`],
    [5n, `TypeError: .*"${option}".*got 5`],
    [Symbol('5'), `TypeError: .*"${option}".*Symbol`],
  ])('given %s', (ms, expected) => {
    expect(outcome(() => give(ms as never))).toMatch(new RegExp(`^${expected}`))
  })
})

describe('a time', () => {
  const labs: { runtime: { dispose(): void } }[] = []
  const lab = (config: Partial<TaskConfig<Api>>) => {
    const made = makeLab(handlers, config)
    labs.push(made)
    return made
  }
  afterEach(() => {
    for (const each of labs.splice(0)) each.runtime.dispose()
  })

  const long = 2 ** 31 + 1_000
  const limits: [what: string, config: Partial<TaskConfig<Api>>, code: string][] = [
    ['total', { defaults: { timeoutMs: long } }, 'timeout-total'],
    ['queue', { defaults: { timeoutMs: { queue: long } } }, 'timeout-queue'],
    ['run', { defaults: { timeoutMs: { run: long } } }, 'timeout-run'],
  ]
  it.each(limits)('beyond 2^31 ms is long: timeoutMs, %s', async (what, config, code) => {
    const { task: slow, clock, settle } = lab(config)
    const calls = [slow.wait(), slow.wait()].map(watch)
    await settle()
    clock.advance(2 ** 31)
    await drain()
    const limited = calls[what === 'queue' ? 1 : 0]
    expect(shown(limited?.() as never)).toBe('open')
    clock.advance(1_000)
    await drain()
    expect(shown(limited?.() as never)).toBe(code)
  })

  it('of 0 is over at the next timer: it is a limit, not the lack of one', async () => {
    const { task: slow, clock, settle } = lab({ defaults: { timeoutMs: 0 } })
    const call = watch(slow.wait())
    await settle()
    expect(shown(call())).toBe('open')
    clock.advance(0)
    await drain()
    expect(shown(call())).toBe('timeout-total')
  })

  it('of 0 for idle workers stops them as soon as they have nothing to do', async () => {
    const { task: quick, clock, workers, settle } = lab({ idleTimeoutMs: 0 })
    const calls = [watch(quick.echo(1)), watch(quick.echo(2))]
    await settle()
    clock.advance(1)
    await settle()
    expect(calls.map((call) => shown(call()))).toEqual([1, 2])
    expect(workers.map(({ isAlive }) => isAlive)).not.toContain(true)
    const next = watch(quick.echo(3))
    await settle()
    expect(shown(next())).toBe(3)
  })

  it('of 0 as the grace of an abort replaces the worker at once', async () => {
    const { task: slow, clock, workers, settle } = lab({ abortGraceMs: 0 })
    const call = slow.wait()
    const fate = watch(call)
    await settle()
    call.abort()
    clock.advance(0)
    await drain()
    expect([shown(fate()), workers[0]?.isAlive]).toEqual(['aborted', false])
  })
})
