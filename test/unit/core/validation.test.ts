/** Bad options: each is refused at once, and the error says which option, what was received, and what is allowed. */
import { describe, expect, it } from 'vitest'
import { createTaskRuntime } from '../../../src/runtime.ts'
import type { TaskDispatchOptions } from '../../../src/task-types.ts'
import { fail } from '../../../src/validate.ts'
import { type Bad, choices, counts, functions, naming, refusal, timeouts, times } from './support/refusal.ts'

type Api = { echo(value: unknown): unknown }
const worker = (): Worker => fail('worker', 'a call', 'none')
const task = (config: object = {}) =>
  createTaskRuntime({ otel: false, performance: false }).defineTask<Api>({
    type: 'parallel',
    worker,
    ...config,
  })

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
    const all = {
      startTimeoutMs: never,
      abortGraceMs: never,
      heartbeatMs: never,
      idleTimeoutMs: never,
      timeoutMs: never,
    }
    expect(() =>
      task({ ...all, maxQueueDepth: never, maxBlocked: never, crashMaxRetries: never }),
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

describe('a value that resists being shown', () => {
  it.each([Object.create(null), { toString: null }, Symbol('s'), () => {}, 5n])(
    'is refused like any other',
    (value) => {
      expect(() => task({ poolSize: value as unknown })).toThrow(/"poolSize".*a whole number, at least 1/)
    },
  )
})
