/** What is refused says why in time: no getter runs twice, nothing large is cloned, and errors arrive whole. */
import { describe, expect, it, vi } from 'vitest'
import { rejection, testRuntime } from './fixtures/lab.ts'
import { type features, lacks } from './fixtures/lacks.ts'
import type { WireApi } from './fixtures/wire.worker.ts'

function wire() {
  return testRuntime().defineTask<WireApi>({
    type: 'singleton',
    taskId: 'wire',
    worker: () => new Worker(new URL('./fixtures/wire.worker.ts', import.meta.url), { type: 'module' }),
  })
}

describe('a refused argument', () => {
  it('has its getters run once in all', async () => {
    const task = wire()
    await task.echo(0)
    let runs = 0
    const value = Object.defineProperty({ bad: () => {} }, 'lazy', { enumerable: true, get: () => ++runs })
    const small = new Proxy({ a: 1 }, {})
    const [first, second] = await Promise.all([rejection(task.echo({ value })), rejection(task.echo(small))])
    expect(first).toMatchObject({ code: 'clone-args', path: 'args[0].value.bad' })
    expect(second).toMatchObject({ code: 'clone-args', path: 'args[0]' })
    // Chromium may meet the function first.
    expect(runs).toBeLessThanOrEqual(1)
    const last = Object.defineProperty({}, 'lazy', { enumerable: true, get: () => ++runs && (() => {}) })
    runs = 0
    expect(await rejection(task.echo({ last }))).toMatchObject({ code: 'clone-args', path: 'args[0]' })
    expect(runs).toBe(1)
  })

  it.each([
    ['an Error', Error],
    ['a RangeError', RangeError],
    ['a TypeError', TypeError],
  ])('whose getter throws %s says what was thrown', async (_what, Thrown) => {
    const value = Object.defineProperty({}, 'lazy', {
      enumerable: true,
      get: () => {
        throw new Thrown('not now')
      },
    })
    const error = await rejection(wire().echo(value))
    expect(error).toMatchObject({ code: 'clone-args', cause: { message: 'not now' } })
    expect(error.message).toMatch(/args\[0\] cannot be read: not now/)
  })

  it('clones no large neighbour to find the culprit', async () => {
    const task = wire()
    await task.echo(0)
    const clone = vi.spyOn(globalThis, 'structuredClone')
    const large = new Uint8Array(2 ** 28)
    const error = await rejection(
      task.echo({ large, blob: new Blob([large]), draft: { state: new Proxy({ a: 1 }, {}) } }),
    )
    expect(error['path']).toBe('args[0].draft.state')
    expect(clone.mock.calls.length).toBeLessThan(10)
    for (const [value] of clone.mock.calls) expect(value).not.toHaveProperty('large')
    clone.mockRestore()
  })

  it.each([5_000, 10_000, 100_000])('of %d levels fails soon', async (levels) => {
    const task = wire()
    await task.echo(0)
    let list: unknown = { end: () => {} }
    for (let level = 0; level < levels; level++) list = { list }
    const clone = vi.spyOn(globalThis, 'structuredClone')
    const began = performance.now()
    expect(await rejection(task.echo(list))).toMatchObject({ code: 'clone-args' })
    // Seconds it was; twenty milliseconds are promised where the machine does nothing else.
    expect(performance.now() - began).toBeLessThan(500)
    expect(clone.mock.calls.length).toBeLessThan(300)
    clone.mockRestore()
  })

  it('that holds a port far behind is sent all the same', async () => {
    const { port1, port2 } = new MessageChannel()
    const value: object[] = Array.from({ length: 15_000 }, (_, id) => ({ id }))
    value.push({ port2 })
    expect(await wire().keys(value)).toHaveLength(15_001)
    port1.close()
  })
})

describe('a refused result', () => {
  it('has its getters run once in all', async () => {
    const task = wire()
    expect(await rejection(task.lazy())).toMatchObject({ code: 'clone-result', path: 'result.run' })
    expect(await task.getterRuns()).toBe(1)
  })
})

describe('an error of a handler', async () => {
  it('of WebAssembly keeps its class', async () => {
    expect(await rejection(wire().trap())).toBeInstanceOf(WebAssembly.RuntimeError)
  })

  const known = globalThis as unknown as Record<string, (new () => Error) | undefined>
  const ofSomeEngines: { name: string; needs: keyof typeof features; fields: object }[] = [
    {
      name: 'QuotaExceededError',
      needs: 'quotaExceededError',
      fields: { name: 'QuotaExceededError', message: 'as it is', quota: 5, requested: 9 },
    },
    {
      name: 'SuppressedError',
      needs: 'suppressedError',
      fields: { message: 'both', error: { message: 'second' }, suppressed: { name: 'TypeError' } },
    },
    { name: 'InternalError', needs: 'internalError', fields: { message: 'as it is' } },
  ]
  for (const { name, needs, fields } of ofSomeEngines) {
    it.skipIf(await lacks(needs))(`of the class ${name} keeps it`, async () => {
      const error = await rejection(wire().throwBuiltIn(name))
      expect(error).toBeInstanceOf(known[name])
      expect(error).toMatchObject(fields)
      expect(error.stack).toMatch(/wire\.throwBuiltIn/)
    })
  }

  it('that holds itself is one error here, too', async () => {
    const error = await rejection(wire().selfHolding())
    expect(error.cause).toBe(error)
    expect(error['self']).toBe(error)
  })

  it('that is none arrives as it is', async () => {
    const thrown = await wire()
      .exit()
      .catch((error: unknown) => error)
    expect(thrown).toEqual({ name: 'ExitStatus', message: 'Program terminated with exit(1)', status: 1 })
  })
})
