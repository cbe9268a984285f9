/** Bad options of a runtime and of a worker's handlers: each is refused at once, by its name. */
import { describe, expect, it } from 'vitest'
import { registerErrorClass } from '../../../src/error-codec.ts'
import { createTaskRuntime } from '../../../src/runtime.ts'
import type { RuntimeConfig, SnapshotSubscriptionOptions } from '../../../src/runtime-types.ts'
import { createTaskWorker } from '../../../src/worker/create-task-worker.ts'
import { type Bad, naming, refusal, times } from './support/refusal.ts'

const runtimeOptions: Bad[] = [
  ['name', '', 'TypeError', 'a non-empty string'],
  ['otel', true, 'TypeError', '{ tracer?, meter? } or false'],
  ['performance', 'on', 'TypeError', 'true, false or { marks?, retain?, devtools? }'],
  ['sampleRate', '0.5', 'TypeError', 'a number from 0 to 1'],
  ['sampleRate', Number.NaN, 'TypeError', 'a number from 0 to 1'],
]

describe('a runtime', () => {
  it.each(runtimeOptions)('refuses %s: %s', (...bad) => {
    expect(refusal(() => createTaskRuntime({ [bad[0]]: bad[1] }))).toEqual(naming(bad))
  })

  it('refuses an option that there is not', () => {
    expect(() => createTaskRuntime({ tracer: {} } as RuntimeConfig)).toThrow(/"tracer".*otel/)
  })

  it.each(times('graceMs'))('refuses to be retained for %s: %s', (...bad) => {
    const runtime = createTaskRuntime({ otel: false })
    expect(refusal(() => runtime.retain({ graceMs: bad[1] as number }))).toEqual(naming(bad))
  })

  it.each(times('intervalMs'))('refuses to be subscribed to at an interval of %s: %s', (...bad) => {
    const runtime = createTaskRuntime({ otel: false })
    const options = { intervalMs: bad[1] } as SnapshotSubscriptionOptions
    expect(refusal(() => runtime.subscribeRuntimeSnapshot(() => {}, options))).toEqual(naming(bad))
  })
})

describe('the handlers of a worker', () => {
  it.each([
    'then',
    'with',
    'getState',
    'map',
    'startWorkers',
    'dispose',
    'taskId',
    'constructor',
    'prototype',
  ])('may not be called %s', (name) => {
    expect(() => createTaskWorker({ [name]: () => {} })).toThrow(new RegExp(`"${name}" is reserved`))
  })

  it.each([null, undefined, 'handlers'])('are no %s', (handlers) => {
    expect(() => createTaskWorker(handlers as never)).toThrow(TypeError)
  })

  it('are functions', () => {
    expect(() => createTaskWorker({ echo: 5 } as never)).toThrow(/"echo" must be a function, got number/)
  })
})

describe('registerErrorClass', () => {
  it('takes a class', () => {
    expect(() => registerErrorClass('Error' as never)).toThrow(TypeError)
  })
})
