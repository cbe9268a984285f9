/** Telemetry whose code comes late, or never: tasks do not wait for it, and it tells what it would have told. */
import { context, trace as traceApi } from '@opentelemetry/api'
import type { RuntimeConfig, RuntimeEvent, TaskRuntime } from 'atelier-react/core'
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { Call } from '../../../src/call/call.ts'
import { LIBRARY_DEFAULTS } from '../../../src/options/call-options.ts'
import { AsyncLocalStorageManager } from './async-local-storage-manager.ts'
import { makeTask, ManualClock, measures, resetOtel, Sdk } from './support.ts'

const RECORDER = '../../../src/telemetry/record/recorder.ts'

/** The library as a page has it that has just loaded: its telemetry arrives when the test lets it. */
async function freshPage() {
  vi.resetModules()
  // What copies of the package share, a page that has just loaded does not have.
  Reflect.deleteProperty(globalThis, Symbol.for('atelier.sources'))
  let loads = 0
  let open: () => void = () => {}
  let refuse: (error: Error) => void = () => {}
  const gate = new Promise<void>((resolve, reject) => {
    open = resolve
    refuse = reject
  })
  gate.catch(() => {})
  vi.doMock(RECORDER, async (importOriginal) => {
    loads++
    await gate
    return importOriginal<object>()
  })
  const core = await import('../../../src/index.ts')
  const { createInProcessWorker } = await import('../../../in-process/index.ts')
  const { taskContext } = await import('../../../src/worker/index.ts')
  const handlers = {
    echo: <T>(value: T): T => value,
    parent: () => taskContext().traceparent,
    fail() {
      throw new RangeError('too far')
    },
    inside: () => taskContext().span('parse', () => 'parsed'),
  }
  const start = (config: RuntimeConfig = {}) => {
    const runtime: TaskRuntime = core.createTaskRuntime(config)
    onTestFinished(() => runtime.dispose())
    const define = (taskId: string, payload?: (...values: never[]) => { size: number }) =>
      runtime.defineTask<typeof handlers>({
        type: 'parallel',
        taskId,
        maxWorkers: 1,
        worker: () => createInProcessWorker({ handlers }),
        ...(payload && {
          methods: {
            echo: { attributes: payload },
            fail: { attributes: payload },
            inside: { attributes: payload },
          },
        }),
      })
    return { runtime, task: define('late'), define }
  }
  return { start, open, refuse, loads: () => loads }
}

/** The code has arrived, and what was kept is told. */
const arrived = (check: () => unknown) => vi.waitFor(check, { interval: 1 })

let sdk: Sdk
beforeEach(() => {
  performance.clearMeasures()
  sdk = new Sdk().register()
})
afterEach(() => {
  resetOtel()
  vi.doUnmock(RECORDER)
  vi.restoreAllMocks()
})

/** What happens in a program of calls, without what differs from run to run. */
async function program(page: Awaited<ReturnType<typeof freshPage>>, whenDone: () => void) {
  const events: RuntimeEvent[] = []
  const { runtime, task } = page.start()
  runtime.subscribeEvents((event) => events.push(event))
  await runtime.trace('doc:1', async (doc) => {
    await task.with({ attributes: { mine: 1 } }).echo('a')
    await task
      .with({ trace: doc })
      .fail()
      .catch(() => {})
    await task.with({ trace: doc }).inside()
  })
  const aborted = new AbortController()
  const call = task.with({ signal: aborted.signal, key: 'k' }).echo('b')
  aborted.abort('not needed')
  await call.catch(() => {})
  runtime.createTrace('given', { attributes: { of: 'us' }, spanName: 'op' }).end({ status: 'ok' })
  whenDone()
  await arrived(() => expect(sdk.spans).toHaveLength(7))
  runtime.dispose()
  const names = new Map(sdk.spans.map((span) => [span.spanContext().spanId, span.name]))
  const spans = sdk.spans.map(({ name, attributes, status, parentSpanContext, events: told }) => ({
    name,
    status,
    parent: names.get(parentSpanContext?.spanId ?? ''),
    events: told.map((event) => event.name),
    attributes: Object.entries(attributes).map(([key, value]) =>
      typeof value === 'number' && key.endsWith('_ms')
        ? key
        : `${key}=${key.endsWith('trace.id') ? 'id' : value}`,
    ),
  }))
  // Gauges are read when they are told of: late, only their last values are.
  const told = events.flatMap((event) => {
    if (event.kind === 'gauge') return []
    if (event.kind === 'counter' || event.kind === 'histogram') return [event.name]
    if (event.kind === 'worker') return [event.action]
    return 'status' in event ? [`${event.kind} ${event.status ?? 'unset'}`] : [event.kind]
  })
  const points = (await sdk.points())
    .filter(({ name }) => /^(task\.|worker\.)/.test(name))
    .map(({ name, attributes, value, boundaries, count }) => [name, attributes, boundaries ? count : value])
  return { spans, told, points, measures: measures().map(({ detail }) => Object.keys(detail as object)) }
}

describe('telemetry that comes late', () => {
  it('writes the spans, measures, metrics and events that it would have written at once, in their order', async () => {
    const prompt = await freshPage()
    prompt.open()
    const first = prompt.start()
    await first.task.echo('warm')
    await arrived(() => expect(sdk.spans).toHaveLength(1))
    first.runtime.dispose()
    resetOtel()
    sdk = new Sdk().register()
    const atOnce = await program(prompt, () => {})

    resetOtel()
    sdk = new Sdk().register()
    const page = await freshPage()
    let spansBefore = -1
    const late = await program(page, () => {
      spansBefore = sdk.spans.length
      page.open()
    })
    expect(spansBefore).toBe(0)
    expect(late).toEqual(atOnce)
    expect(late.told.length).toBeGreaterThan(20)
  })

  it('has read payloadAttributes when the call was made', async () => {
    const page = await freshPage()
    const task = page.start().define('sized', ({ size }) => ({ size }))
    const argument = { size: 1 }
    const call = task.echo(argument)
    argument.size = 2
    await call
    page.open()
    await arrived(() => expect(sdk.calls[0]?.attributes).toMatchObject({ size: 1 }))
  })

  it('tells the first handler its span, with an SDK and without', async () => {
    const page = await freshPage()
    const { task } = page.start()
    const header = await task.parent()
    page.open()
    await arrived(() => expect(sdk.calls).toHaveLength(1))
    const { traceId, spanId } = sdk.calls[0]?.spanContext() ?? { traceId: '', spanId: '' }
    expect(header).toBe(`00-${traceId}-${spanId}-01`)

    resetOtel()
    const bare = await freshPage()
    const name = (await bare.start().task.parent())?.split('-')[2] ?? ''
    expect(measures(`atelier:span:${name}`)).toHaveLength(0)
    bare.open()
    await arrived(() => expect(measures(`atelier:span:${name}`)).toHaveLength(1))
  })

  it('has the active context of each call', async () => {
    context.setGlobalContextManager(new AsyncLocalStorageManager())
    const page = await freshPage()
    const { task } = page.start()
    const span = traceApi.getTracer('app').startSpan('click')
    await context.with(traceApi.setSpan(context.active(), span), () => task.echo(1))
    await task.echo(2)
    page.open()
    await arrived(() => expect(sdk.calls).toHaveLength(2))
    const parents = sdk.calls.map(({ parentSpanContext }) => parentSpanContext?.spanId)
    expect(parents).toEqual([span.spanContext().spanId, undefined])
  })
})

describe('traces before telemetry is there', () => {
  it('have their ids at once, are parents, and end when they ended', async () => {
    const page = await freshPage()
    const { runtime, task } = page.start()
    const outer = runtime.createTrace('outer', { attributes: { a: 1 } })
    const inner = runtime.createTrace('inner', { parent: outer })
    expect(outer.traceId).toMatch(/^[0-9a-f]{32}$/)
    expect(inner.traceId).toBe(outer.traceId)
    await task.with({ trace: inner }).echo(1)
    inner.setAttribute('b', 2)
    inner.end()
    outer.end({ status: 'error', error: new Error('late') })
    page.open()
    await arrived(() => expect(sdk.spans.map(({ name }) => name)).toEqual(['atelier.task', 'inner', 'outer']))
    const [call, second, first] = sdk.spans
    expect(call?.parentSpanContext?.spanId).toBe(inner.spanContext.spanId)
    expect(second?.parentSpanContext?.spanId).toBe(outer.spanContext.spanId)
    expect(second?.attributes).toMatchObject({ b: 2, 'atelier.trace.span_count': 1 })
    expect(first?.attributes).toMatchObject({ a: 1 })
    expect(first?.events[0]?.name).toBe('exception')
  })

  it('are sampled as always', async () => {
    const page = await freshPage()
    const { runtime, task } = page.start({ sampleRate: 0 })
    const doc = runtime.createTrace('doc')
    expect(doc.sampled).toBe(false)
    await task.with({ trace: doc }).echo(1)
    doc.end()
    page.open()
    await arrived(async () => expect(await sdk.total('task.success.total')).toBe(1))
    expect([...sdk.spans, ...measures()]).toEqual([])
  })
})

describe('the code of telemetry', () => {
  it('is never loaded where nobody wants any', async () => {
    const page = await freshPage()
    const { runtime, task } = page.start({ otel: false, performance: false })
    await task.echo(1)
    runtime.createTrace('doc').end()
    runtime.flush()
    runtime.clearMeasures()
    expect(page.loads()).toBe(0)
  })

  it('is not loaded before the first call, and once for two runtimes', async () => {
    const page = await freshPage()
    const one = page.start({ name: 'one' })
    const two = page.start({ name: 'two' })
    one.runtime.flush()
    expect(page.loads()).toBe(0)
    await Promise.all([one.task.echo(1), two.task.echo(2)])
    page.open()
    await arrived(() => expect(sdk.calls).toHaveLength(2))
    expect(page.loads()).toBe(1)
  })

  it('that cannot be loaded costs no call; development is warned once', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const page = await freshPage()
    const { runtime, task } = page.start()
    const before = task.echo('before')
    page.refuse(new Error('404'))
    expect(await before).toBe('before')
    await arrived(() => expect(warn).toHaveBeenCalled())
    expect(await task.echo('after')).toBe('after')
    expect(await runtime.trace('doc', async () => task.echo('in a trace'))).toBe('in a trace')
    await expect(task.fail()).rejects.toThrow('too far')
    runtime.dispose()
    expect(warn).toHaveBeenCalledOnce()
    expect(warn.mock.calls[0]?.[0]).toContain("import 'atelier-react/telemetry'")
  })

  it('that is broken costs no call either', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    const page = await freshPage()
    vi.doMock(RECORDER, () => ({
      createRecorder: () => {
        throw new Error('half a file')
      },
    }))
    const { task } = page.start()
    expect(await task.echo('before')).toBe('before')
    await arrived(() => expect(warn).toHaveBeenCalledOnce())
    expect(await task.echo('after')).toBe('after')
    expect(warn).toHaveBeenCalledOnce()
  })

  it('that never comes fills no page: past 200,000 edges new calls are not recorded', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    await freshPage()
    const { createTelemetry } = await import('../../../src/telemetry/create-telemetry.ts')
    const clock = new ManualClock()
    const telemetry = createTelemetry({ name: 'full', otel: null, performance: {}, sampleRate: 1, clock })
    const task = makeTask('resize')
    const enqueue = () => {
      const call = new Call(1, task, 'process', [], LIBRARY_DEFAULTS, undefined)
      telemetry.active?.callEnqueued(call)
      return call
    }
    for (let n = 1; n < 200_000; n++) enqueue()
    expect(enqueue().telemetry).not.toBeNull()
    expect(warn).not.toHaveBeenCalled()
    expect([enqueue().telemetry, enqueue().telemetry]).toEqual([null, null])
    expect(warn).toHaveBeenCalledOnce()
  })

  it('may come after the end of the runtime: what happened is written, and nothing is left', async () => {
    const page = await freshPage()
    const { runtime, task } = page.start()
    const ends: string[] = []
    runtime.subscribeEvents((event) => {
      if (event.kind === 'span') ends.push(event.outcome)
    })
    await task.echo(1)
    const doc = runtime.createTrace('open')
    runtime.dispose()
    page.open()
    await arrived(() => expect(sdk.spans).toHaveLength(2))
    expect(sdk.spans[1]?.spanContext().spanId).toBe(doc.spanContext.spanId)
    expect(ends).toEqual(['success'])
    await arrived(() => expect(measures()).toEqual([]))
  })
})
