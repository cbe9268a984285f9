/** Bad options: each is refused at once, and the error says which option, what was received, and what is allowed. */
import { describe, expect, it } from 'vitest'
import { registerErrorClass } from '../../../src/error-codec.ts'
import { createTaskRuntime } from '../../../src/runtime.ts'
import type { RuntimeConfig, SnapshotSubscriptionOptions } from '../../../src/runtime-types.ts'
import type { TaskConfig, TaskDispatchOptions } from '../../../src/task-types.ts'
import { createTaskWorker } from '../../../src/worker/create-task-worker.ts'
import { fail } from '../../../src/validate.ts'

type Api = { echo(value: unknown): unknown }
type Bad = readonly [option: string, value: unknown, type: 'TypeError' | 'RangeError', allowed: string]

const worker = (): Worker => fail('worker', 'a call', 'none')
const task = (config: object = {}) =>
  createTaskRuntime({ otel: false, performance: false }).defineTask<Api>({
    type: 'parallel',
    worker,
    ...config,
  })

const counts = (option: string, least: number): Bad[] => [
  [option, '2', 'TypeError', `a whole number, at least ${least}`],
  [option, null, 'TypeError', `a whole number, at least ${least}`],
  [option, Number.NaN, 'TypeError', `a whole number, at least ${least}`],
  [option, 1.5, 'RangeError', `a whole number, at least ${least}`],
  [option, least - 1, 'RangeError', `a whole number, at least ${least}`],
]
const times = (option: string): Bad[] => [
  [option, '5', 'TypeError', 'milliseconds, 0 or more'],
  [option, Number.NaN, 'TypeError', 'milliseconds, 0 or more'],
  [option, -1, 'RangeError', 'milliseconds, 0 or more'],
]
const timeouts: Bad[] = [
  ['timeoutMs', '5', 'TypeError', 'milliseconds, or { queue?, run?, total? } in milliseconds'],
  ['timeoutMs', -1, 'RangeError', 'milliseconds, 0 or more'],
  ['timeoutMs', Number.NaN, 'TypeError', 'milliseconds, 0 or more'],
]
const choices = (option: string, ...allowed: string[]): Bad[] =>
  ['Parallel', '', 0, null, {}].map((value) => [
    option,
    value,
    'TypeError',
    allowed.map((each) => `'${each}'`).join(' | '),
  ])
const functions = (option: string): Bad[] => [[option, 'f', 'TypeError', 'a function']]

const keyModes = ['parallel', 'serial', 'latest', 'dedupe', 'keep-last']
const taskOptions: Bad[] = [
  ...choices('type', 'parallel', 'singleton'),
  ['worker', '/worker.js', 'TypeError', 'a function that returns a new Worker'],
  ['taskId', '', 'TypeError', 'a non-empty string'],
  ['taskId', 7, 'TypeError', 'a non-empty string'],
  ['taskName', '', 'TypeError', 'a non-empty string'],
  ...choices('init', 'lazy', 'eager'),
  ...counts('poolSize', 1),
  ['poolSize', Number.POSITIVE_INFINITY, 'RangeError', 'a whole number, at least 1'],
  ...counts('maxInFlight', 1),
  ...counts('maxQueueDepth', 0),
  ...choices('queuePolicy', 'block', 'reject', 'drop-latest', 'drop-oldest'),
  ...counts('maxBlocked', 0),
  ...functions('keyOf'),
  ...choices('keyMode', ...keyModes),
  ...timeouts,
  ...times('startTimeoutMs'),
  ...times('abortGraceMs'),
  ...times('heartbeatMs'),
  ...times('idleTimeoutMs'),
  ...choices('transfer', 'auto'),
  ['transferResult', 1, 'TypeError', 'true or false'],
  ...choices('crashPolicy', 'restart-fail-in-flight', 'restart-requeue-in-flight', 'fail-task'),
  ...counts('crashMaxRetries', 0),
  ...functions('payloadAttributes'),
]
const dispatchOptions: Bad[] = [
  ['key', 7, 'TypeError', 'a string'],
  ...choices('keyMode', ...keyModes),
  ['signal', new AbortController(), 'TypeError', 'an AbortSignal'],
  ['signal', null, 'TypeError', 'an AbortSignal'],
  ...choices('priority', 'high', 'normal', 'low'),
  ...timeouts,
  ['transfer', new ArrayBuffer(1), 'TypeError', "an array of transferable objects, or 'auto'"],
  ['transferResult', 'yes', 'TypeError', 'true or false'],
  ...functions('onProgress'),
  ['attributes', 'a=1', 'TypeError', 'an object'],
]
const runtimeOptions: Bad[] = [
  ['name', '', 'TypeError', 'a non-empty string'],
  ['otel', true, 'TypeError', '{ tracer?, meter? } or false'],
  ['performance', 'on', 'TypeError', 'true, false or { marks?, retain?, devtools? }'],
  ['sampleRate', '0.5', 'TypeError', 'a number from 0 to 1'],
  ['sampleRate', Number.NaN, 'TypeError', 'a number from 0 to 1'],
]

/** What an act throws. */
function refusal(act: () => unknown): unknown {
  try {
    act()
    return 'none'
  } catch (error) {
    return { name: (error as Error).name, message: (error as Error).message }
  }
}

/** Names the option, what is allowed, and what was received. */
function naming([option, value, type, allowed]: Bad): unknown {
  const received = typeof value === 'string' ? JSON.stringify(value) : String(value)
  const parts = [`"${option}"`, allowed, `got ${received}`].map((part) => part.replace(/[^\w\s]/g, '\\$&'))
  return { name: type, message: expect.stringMatching(parts.join('.*')) as string }
}

describe('a task', () => {
  it.each(taskOptions)('refuses %s: %s', (...bad) => {
    expect(refusal(() => task({ [bad[0]]: bad[1] }))).toEqual(naming(bad))
  })

  it.each(['queue', 'run', 'total'])('refuses a bad timeout by its name: %s', (kind) => {
    expect(refusal(() => task({ timeoutMs: { [kind]: -1 } }))).toEqual(
      naming([`timeoutMs.${kind}`, -1, 'RangeError', 'milliseconds, 0 or more']),
    )
  })

  it('refuses a timeout that there is not, and an option that there is not', () => {
    expect(() => task({ timeoutMs: { runs: 5 } })).toThrow(/"timeoutMs".*'queue' \| 'run' \| 'total'.*"runs"/)
    expect(() => task({ poolsize: 5 })).toThrow(/"poolsize".*poolSize/)
    expect(() => task({ telemetry: {} })).toThrow(/telemetry/)
  })

  it('refuses more than one worker for a singleton', () => {
    expect(refusal(() => task({ type: 'singleton', poolSize: 2 }))).toEqual(
      naming(['poolSize', 2, 'TypeError', '1 for a singleton']),
    )
  })

  it.each([null, undefined, 'config', 5])('refuses to be defined by %s', (config) => {
    const runtime = createTaskRuntime({ otel: false })
    expect(() => runtime.defineTask(config as never)).toThrow(TypeError)
  })

  it('takes Infinity where it means never, or no bound', () => {
    const never = Number.POSITIVE_INFINITY
    const times = {
      startTimeoutMs: never,
      abortGraceMs: never,
      heartbeatMs: never,
      idleTimeoutMs: never,
      timeoutMs: never,
    }
    expect(() =>
      task({ ...times, maxQueueDepth: never, maxBlocked: never, crashMaxRetries: never }),
    ).not.toThrow()
  })

  it('takes undefined for every option that has a default', () => {
    const optional = Object.fromEntries(taskOptions.map(([option]) => [option, undefined]))
    expect(() => task({ ...optional, type: 'parallel', worker })).not.toThrow()
  })
})

describe('with()', () => {
  it.each(dispatchOptions)('refuses %s: %s', (...bad) => {
    expect(refusal(() => task().with({ [bad[0]]: bad[1] }))).toEqual(naming(bad))
  })

  it('refuses an option that there is not', () => {
    expect(() => task().with({ timeout: 5 } as TaskDispatchOptions)).toThrow(/"timeout"/)
  })

  it.each([null, undefined, 'options'])('refuses %s', (options) => {
    expect(() => task().with(options as never)).toThrow(TypeError)
  })
})

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

describe('a value that resists being shown', () => {
  it.each([Object.create(null), { toString: null }, Symbol('s'), () => {}, 5n])(
    'is refused like any other',
    (value) => {
      expect(() => task({ poolSize: value as unknown })).toThrow(/"poolSize".*a whole number, at least 1/)
    },
  )
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
