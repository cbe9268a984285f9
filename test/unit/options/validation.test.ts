/** Bad options: each is refused at once, and the error says which option, what was received, and what is allowed. */
import { describe, expect, it } from 'vitest'
import { parallelLimit } from '../../../src/lib/parallel-limit.ts'
import { createTaskRuntime } from '../../../src/runtime/runtime.ts'
import type { TaskDispatchOptions } from '../../../src/types/task.ts'
import { fail } from '../../../src/lib/validate.ts'
import {
  type Bad,
  choices,
  counts,
  functions,
  naming,
  refusal,
  someTimes,
  timeouts,
  times,
} from '../support/refusal.ts'

type Api = { echo(value: unknown): unknown }
const worker = (): Worker => fail('worker', 'a call', 'none')
const task = (config: object = {}) =>
  createTaskRuntime({ otel: false, performance: false }).defineTask<Api>({
    type: 'parallel',
    worker,
    ...config,
  })

const keyModes = ['parallel', 'serial', 'latest', 'dedupe', 'keep-last']
const marks: Bad[] = [
  ['highWaterMark', 0, 'RangeError', 'a whole number, at least 1'],
  ['highWaterMark', 'much', 'TypeError', 'a number of items, or { size, max }'],
]
it.each([
  [{ max: 5 }, /"highWaterMark\.size".*a function/],
  [{ size: Number }, /"highWaterMark\.max".*more than 0/],
  [{ size: Number, max: 0 }, /"highWaterMark\.max".*more than 0, got 0/],
])('a high-water mark needs both a size and a bound: %o', (highWaterMark, message) => {
  expect(() => task({ highWaterMark })).toThrow(message)
})
const taskOptions: Bad[] = [
  ...choices('type', 'parallel', 'singleton'),
  ['worker', '/worker.js', 'TypeError', 'a function that returns a new Worker'],
  ['codecs', 5, 'TypeError', 'an array, each item a codec, which codec(…) makes'],
  ['errors', RangeError, 'TypeError', 'an array, each item a class of errors'],
  ['taskId', '', 'TypeError', 'a non-empty string'],
  ['taskId', 7, 'TypeError', 'a non-empty string'],
  ['taskName', '', 'TypeError', 'a non-empty string'],
  ...choices('init', 'lazy', 'eager'),
  ...counts('maxWorkers', 1),
  ['maxWorkers', Number.POSITIVE_INFINITY, 'RangeError', 'a whole number, at least 1'],
  ['minWorkers', -1, 'RangeError', 'a whole number, at least 0'],
  ['minWorkers', '1', 'TypeError', 'a whole number, at least 0'],
  ...counts('maxCallsPerWorker', 1),
  ...counts('maxInFlight', 1),
  ...counts('maxQueueDepth', 0),
  ...choices('queuePolicy', 'block', 'reject', 'drop-latest', 'drop-oldest'),
  ...counts('maxBlocked', 0),
  ...someTimes('startTimeoutMs'),
  ...times('abortGraceMs'),
  ...someTimes('heartbeatMs'),
  ...times('idleTimeoutMs'),
  ['shared', { by: 'origin' }, 'TypeError', "{ by: 'origin' }, of a singleton"],
  ['shared', 'origin', 'TypeError', 'an object { by, name, version, broker }'],
  ...choices('ahead', 'auto', 'off', 'always'),
  ['defaults', 5, 'TypeError', 'an object of dispatch options'],
  ['defaults', null, 'TypeError', 'an object of dispatch options'],
  ['methods', 'run', 'TypeError', 'an object of options by method'],
  [
    'retry',
    'often',
    'TypeError',
    'a number of retries, or { error?, crash?, delayMs?, factor?, jitter?, shouldRetry? }',
  ],
  ['retry', -1, 'RangeError', 'a whole number, at least 0'],
  [
    'retry',
    null,
    'TypeError',
    'a number of retries, or { error?, crash?, delayMs?, factor?, jitter?, shouldRetry? }',
  ],
  ...functions('affinity'),
  ...marks,
  ...choices('onCrash', 'restart', 'fail-task'),
  ...counts('maxCrashes', 0),
]
const dispatchOptions: Bad[] = [
  ['key', 7, 'TypeError', 'a string'],
  ...choices('keyMode', ...keyModes),
  ['signal', new AbortController(), 'TypeError', 'an AbortSignal'],
  ...choices('priority', 'high', 'normal', 'low'),
  ...timeouts,
  ['transfer', new ArrayBuffer(1), 'TypeError', "an array of transferable objects, or 'auto'"],
  ['transfer', 'all', 'TypeError', "an array of transferable objects, or 'auto'"],
  ['transfer', ['buffer'], 'TypeError', "an array of transferable objects, or 'auto'"],
  ['trace', 'doc', 'TypeError', 'a trace, { spanContext } or null'],
  ['transferResult', 'yes', 'TypeError', "'auto' or false"],
  ...functions('onProgress'),
  ...functions('onStart'),
  ['attributes', 'a=1', 'TypeError', 'an object'],
  ['affinity', 7, 'TypeError', 'a string'],
  ...times('abortGraceMs').filter(([, value]) => value !== null),
  ...marks,
].filter(([, value]) => value !== null) as Bad[]
/** Of a method, by the name under which errors know them. */
const methodOptions: Bad[] = [
  ...functions('keyOf'),
  ...functions('affinity'),
  ...functions('attributes'),
  ...choices('keyMode', ...keyModes).filter(([, value]) => value !== null),
  ...timeouts,
  ...choices('priority', 'high', 'normal', 'low').filter(([, value]) => value !== null),
  ...choices('transfer', 'auto'),
  ['transferResult', true, 'TypeError', "'auto' or false"],
  ...times('abortGraceMs').filter(([, value]) => value !== null),
  ...marks,
]
const mapOptions: Bad[] = [
  ...counts('maxInFlight', 1),
  ['ordered', 1, 'TypeError', 'true or false'],
  ...choices('failures', 'throw', 'skip', 'settle'),
  ...functions('onError'),
  ['signal', new AbortController(), 'TypeError', 'an AbortSignal'],
]
const limitOptions: Bad[] = [
  ['ordered', 'yes', 'TypeError', 'true or false'],
  ...choices('failures', 'throw', 'skip', 'settle'),
  ...functions('onError'),
  ['signal', {}, 'TypeError', 'an AbortSignal'],
  ['keys', new AbortController(), 'TypeError', 'runtime.keys, or an AbortTaskController'],
  ['keys', null, 'TypeError', 'runtime.keys, or an AbortTaskController'],
  ...functions('keyOf'),
]

describe('a task', () => {
  it.each(taskOptions)('refuses %s: %s', (...bad) => {
    expect(refusal(() => task({ [bad[0]]: bad[1] }))).toEqual(naming(bad))
  })

  it.each([
    ['codecs', [5], 0, 'a codec, which codec(…) makes'],
    ['errors', [RangeError, 'RangeError'], 1, 'a class of errors'],
  ])('refuses a wrong item of %s by its place', (option, list, place, allowed) => {
    expect(refusal(() => task({ [option]: list }))).toEqual(
      naming([`${option}[${place}]`, list[place], 'TypeError', allowed]),
    )
  })

  it.each(['queue', 'run', 'total'])('refuses a bad timeout by its name: %s', (kind) => {
    expect(refusal(() => task({ defaults: { timeoutMs: { [kind]: -1 } } }))).toEqual(
      naming([`defaults.timeoutMs.${kind}`, -1, 'RangeError', 'milliseconds, 0 or more']),
    )
  })

  it('refuses a timeout that there is not, and an option that there is not', () => {
    expect(() => task({ defaults: { timeoutMs: { runs: 5 } } })).toThrow(
      /"defaults\.timeoutMs\.runs".*one of queue, run, total/,
    )
    expect(() => task({ maxworkers: 5 })).toThrow(/"maxworkers".*maxWorkers/)
    expect(() => task({ telemetry: {} })).toThrow(/telemetry/)
    expect(() => task({ maxWorker: 5 })).toThrow(
      /"maxWorker" of defineTask\(config\) \(did you mean "maxWorkers"\?\)/,
    )
    expect(() => task({ timeoutMs: 5 })).toThrow(
      /"timeoutMs".*an option of calls.*defaults: \{ timeoutMs: … \}/,
    )
    expect(() => task({ inheritedTrace: 5 })).toThrow(
      /"inheritedTrace" of defineTask\(config\): expected one of/,
    )
  })

  it('refuses more than one worker for a singleton', () => {
    expect(refusal(() => task({ type: 'singleton', maxWorkers: 2 }))).toEqual(
      naming(['maxWorkers', 2, 'TypeError', '1 for a singleton']),
    )
  })

  it.each([null, undefined, 'config', 5])('refuses to be defined by %s', (config) => {
    const runtime = createTaskRuntime({ otel: false })
    expect(() => runtime.defineTask(config as never)).toThrow(TypeError)
  })

  it('takes Infinity where it means never, or no bound', () => {
    const never = Number.POSITIVE_INFINITY
    const all = {
      startTimeoutMs: never,
      abortGraceMs: never,
      heartbeatMs: never,
      idleTimeoutMs: never,
      defaults: { timeoutMs: never },
      retry: { crash: never },
    }
    expect(() => task({ ...all, maxQueueDepth: never, maxBlocked: never, maxCrashes: never })).not.toThrow()
  })

  it('takes undefined for every option that has a default', () => {
    const optional = Object.fromEntries(taskOptions.map(([option]) => [option, undefined]))
    expect(() => task({ ...optional, type: 'parallel', worker })).not.toThrow()
  })
})

describe('the defaults of a task', () => {
  it.each(dispatchOptions.filter(([, value]) => !Array.isArray(value)))(
    'refuse %s: %s',
    (option, value, error, allowed) => {
      const bad: Bad = [`defaults.${option}`, value, error, allowed]
      expect(refusal(() => task({ defaults: { [option]: value } }))).toEqual(naming(bad))
    },
  )

  it('refuse a transfer list, which is of one call, and an option that there is not', () => {
    expect(() => task({ defaults: { transfer: [new ArrayBuffer(1)] } })).toThrow(
      /"defaults\.transfer".*'auto'/,
    )
    expect(() => task({ defaults: { timeout: 5 } })).toThrow(/"defaults\.timeout".*timeoutMs/)
  })
})

describe('the options of a method', () => {
  it.each(methodOptions)('refuse %s: %s', (option, value, error, allowed) => {
    const bad: Bad = [`methods.echo.${option}`, value, error, allowed]
    expect(refusal(() => task({ methods: { echo: { [option]: value } } }))).toEqual(naming(bad))
  })

  it('refuse what is no object of options', () => {
    expect(() => task({ methods: { echo: 5 } })).toThrow(/"methods\.echo".*an object of options of a method/)
    expect(() => task({ methods: { echo: { key: 'a' } } })).toThrow(
      /"methods\.echo\.key".*one of keyOf, affinity, attributes/,
    )
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

describe('map()', () => {
  const map = (inputs: unknown, options?: unknown, method: unknown = 'echo') =>
    task().control.map(method as 'echo', inputs as [], options as undefined)
  it.each(mapOptions)('refuses %s: %s', (...bad) => {
    expect(refusal(() => map([], { [bad[0]]: bad[1] }))).toEqual(naming(bad))
  })

  it.each([null, undefined, 5, {}])('refuses %s as its inputs, before anything runs', (inputs) => {
    expect(() => map(inputs)).toThrow(/"inputs".*an iterable or async iterable/)
  })

  it('refuses other bad arguments', () => {
    expect(() => map([], { order: true })).toThrow(/"order".*ordered, failures, onError, signal, maxInFlight/)
    expect(() => map([], null)).toThrow(/"map\(method, inputs, options\)".*an object/)
    expect(() => map([], {}, 5)).toThrow(/"method".*a non-empty string, got 5/)
  })
})

describe('parallelLimit()', () => {
  const run = (options: unknown, items: unknown = [], limit: unknown = 1, fn: unknown = () => {}) =>
    parallelLimit(items as [], limit as number, fn as () => void, options as object)
  it.each(limitOptions)('refuses %s: %s', (...bad) => {
    expect(refusal(() => run({ [bad[0]]: bad[1] }))).toEqual(naming(bad))
  })

  it.each(counts('limit', 1))('refuses %s: %s', (...bad) => {
    expect(refusal(() => run({}, [], bad[1]))).toEqual(naming(bad))
  })

  it('refuses other bad arguments', () => {
    expect(() => run({}, 5)).toThrow(/"items".*an iterable/)
    expect(() => run({}, [], 1, 'fn')).toThrow(/"fn".*a function/)
    expect(() => run({ policy: 'skip' })).toThrow(/"policy".*failures/)
    expect(() => run(null)).toThrow(/"parallelLimit\(items, limit, fn, options\)".*an object/)
  })
})

describe('a value that resists being shown', () => {
  it.each([Object.create(null), { toString: null }, Symbol('s'), () => {}, 5n])(
    'is refused like any other',
    (value) => {
      expect(() => task({ maxWorkers: value as unknown })).toThrow(/"maxWorkers".*a whole number, at least 1/)
    },
  )
})
