/** Bad options of a runtime and of a worker's handlers: each is refused at once, by its name. */
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { resolveRuntimeConfig } from '../../../src/options/runtime-options.ts'
import { registerErrorClass } from '../../../src/wire/error-classes.ts'
import { createTaskRuntime } from '../../../src/runtime/runtime.ts'
import type { RuntimeConfig, SnapshotSubscriptionOptions } from '../../../src/types/runtime.ts'
import { createTaskWorker } from '../../../src/worker/create-task-worker.ts'
import { transfer } from '../../../src/wire/transfer.ts'
import { type Bad, counts, naming, refusal, times } from '../support/refusal.ts'

const runtimeOptions: Bad[] = [
  ['name', '', 'TypeError', 'a non-empty string'],
  ['otel', true, 'TypeError', '{ tracer?, meter? } or false'],
  ['otel', null, 'TypeError', '{ tracer?, meter? } or false'],
  ['performance', 'on', 'TypeError', 'true, false or { marks?, keepMeasures?, devtools? }'],
  ['performance', null, 'TypeError', 'true, false or { marks?, keepMeasures?, devtools? }'],
  ['sampleRate', '0.5', 'TypeError', 'a number from 0 to 1'],
  ['sampleRate', Number.NaN, 'TypeError', 'a number from 0 to 1'],
]

const nested: [config: object, ...bad: Bad][] = [
  [{ otel: { tracer: 'mine' } }, 'otel.tracer', 'mine', 'TypeError', 'a Tracer'],
  [{ otel: { tracer: null } }, 'otel.tracer', null, 'TypeError', 'a Tracer'],
  [{ otel: { meter: {} } }, 'otel.meter', {}, 'TypeError', 'a Meter'],
  [{ performance: { marks: 1 } }, 'performance.marks', 1, 'TypeError', 'true or false'],
  [{ performance: { devtools: 'yes' } }, 'performance.devtools', 'yes', 'TypeError', 'true or false'],
  ...counts('performance.keepMeasures', 0).map((bad): [object, ...Bad] => [
    { performance: { keepMeasures: bad[1] } },
    ...bad,
  ]),
]

describe('a runtime', () => {
  const runtime = createTaskRuntime({ otel: false, performance: false })

  it.each(runtimeOptions)('refuses %s: %s', (...bad) => {
    expect(refusal(() => createTaskRuntime({ [bad[0]]: bad[1] }))).toEqual(naming(bad))
  })

  it.each(nested)('refuses %o, naming %s', (config, ...bad) => {
    expect(refusal(() => createTaskRuntime(config))).toEqual(naming(bad))
  })

  it.each([
    [{ tracer: {} }, /"tracer".*one of name, otel, performance, sampleRate/],
    [{ otel: { provider: {} } }, /"otel\.provider".*one of tracer, meter/],
    [{ performance: { tracks: true } }, /"performance\.tracks".*one of marks, keepMeasures, devtools/],
  ])('refuses an option that there is not: %o', (config, message) => {
    expect(() => createTaskRuntime(config as RuntimeConfig)).toThrow(message)
  })

  it.each([null, 'editor', 5])('refuses to be made of %s', (config) => {
    expect(() => createTaskRuntime(config as never)).toThrow(/"createTaskRuntime\(config\)".*an object/)
  })

  it('clamps a sample rate', () => {
    expect(() => createTaskRuntime({ sampleRate: -3 })).not.toThrow()
    expect(() => createTaskRuntime({ sampleRate: 40 })).not.toThrow()
  })

  it.each(times('graceMs'))('refuses to be retained for %s: %s', (...bad) => {
    expect(refusal(() => runtime.retain({ graceMs: bad[1] as number }))).toEqual(naming(bad))
  })

  it.each(times('intervalMs'))('refuses to be subscribed to at an interval of %s: %s', (...bad) => {
    const options = { intervalMs: bad[1] } as SnapshotSubscriptionOptions
    expect(refusal(() => runtime.subscribeRuntimeSnapshot(() => {}, options))).toEqual(naming(bad))
  })

  const refused: [what: string, act: () => unknown, message: RegExp][] = [
    ['retain', () => runtime.retain({ grace: 5 } as never), /"grace".*graceMs/],
    ['retain', () => runtime.retain(null as never), /"retain\(options\)".*an object/],
    [
      'subscribe',
      () => runtime.subscribeRuntimeSnapshot('tell' as never),
      /"listener".*a function, got "tell"/,
    ],
    [
      'subscribe',
      () => runtime.subscribeRuntimeSnapshot(() => {}, { emitImmediately: 1 as never }),
      /"emitImmediately".*true or false, got 1/,
    ],
    [
      'subscribe',
      () => runtime.subscribeRuntimeSnapshot(() => {}, { interval: 5 } as never),
      /"interval".*intervalMs, emitImmediately/,
    ],
    ['events', () => runtime.subscribeEvents(undefined as never), /"listener".*a function, got undefined/],
    ['trace', () => runtime.createTrace(5 as never), /"name".*a string, got 5/],
    ['trace', () => runtime.createTrace('doc', null as never), /"createTrace\(name, options\)".*an object/],
    [
      'trace',
      () => runtime.createTrace('doc', { attribute: {} } as never),
      /"attribute".*parent, attributes, links/,
    ],
    [
      'trace',
      () => runtime.createTrace('doc', { parent: 'x' as never }),
      /"parent".*a trace.*or null, got "x"/,
    ],
    ['trace', () => runtime.createTrace('doc', { attributes: 'x' as never }), /"attributes".*an object/],
    ['trace', () => runtime.createTrace('doc', { links: {} as never }), /"links".*an array of span contexts/],
  ]
  it.each(refused)('refuses what %s is given wrong', (_what, act, message) => {
    expect(act).toThrow(message)
    expect(act).toThrow(TypeError)
  })
})

describe('the handlers of a worker', () => {
  it.each([
    'then',
    'with',
    'control',
    'taskId',
    'taskName',
    'toJSON',
    'toString',
    'valueOf',
    'constructor',
    'prototype',
    '__proto__',
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

describe('a worker', () => {
  it.each([
    [{ setUp: () => {} }, /"setUp"; the options are setup, checkpoint, teardown/],
    [{ setup: 'now' }, /"setup" must be a function, got string/],
    [{ teardown: {} }, /"teardown" must be a function, got object/],
  ])('refuses %o', (lifecycle, message) => {
    expect(() => createTaskWorker({}, lifecycle as never)).toThrow(message)
  })

  it('refuses to transfer what is no list', () => {
    const buffer = new ArrayBuffer(1)
    expect(() => transfer({ buffer }, buffer as never)).toThrow(/list must be an array, got object/)
  })
})

it('asks for no measures where there is no User Timing, as in jsdom', () => {
  expect(resolveRuntimeConfig({}).performance).toEqual({})
  vi.stubGlobal('performance', { now: () => 0 })
  onTestFinished(() => void vi.unstubAllGlobals())
  expect(resolveRuntimeConfig({ performance: true }).performance).toBe(null)
})

describe('registerErrorClass', () => {
  it('takes a class', () => {
    expect(() => registerErrorClass('Error' as never)).toThrow(TypeError)
  })
})
