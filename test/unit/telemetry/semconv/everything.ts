/** A program that makes the telemetry emit each thing that it can. */
import {
  type ReadableSpan,
  type Sampler,
  SamplingDecision,
  type SamplingResult,
} from '@opentelemetry/sdk-trace-base'
import type { CallTask } from '../../../../src/call/call.ts'
import { QueueFullError, TaskAbortError, TaskTimeoutError } from '../../../../src/errors/errors.ts'
import type { WireSpan } from '../../../../src/wire/protocol.ts'
import { Driver, makeTask, Sdk } from '../support.ts'

export interface Emitted {
  readonly spans: readonly ReadableSpan[]
  /** Attributes that each span was started with, as its sampler saw them. */
  readonly started: readonly { readonly name: string; readonly attributes: readonly string[] }[]
  readonly metrics: Awaited<ReturnType<Sdk['descriptors']>>
}

class Watching implements Sampler {
  readonly seen: { name: string; attributes: string[] }[] = []
  shouldSample(...args: Parameters<Sampler['shouldSample']>): SamplingResult {
    const [, , name, , attributes] = args
    this.seen.push({ name, attributes: Object.keys(attributes) })
    return { decision: SamplingDecision.RECORD_AND_SAMPLED }
  }
  toString(): string {
    return 'Watching'
  }
}

export async function emitEverything(): Promise<Emitted> {
  const sampler = new Watching()
  const sdk = new Sdk({ sampler }).register()
  const driver = new Driver({ otel: {}, name: 'search' })
  const singleton = makeTask('store', { type: 'singleton', policy: 'reject' })

  // A trace that goes well: a key, an attribute of the caller, spans of the handler.
  const trace = driver.telemetry.createTrace('doc:123')
  const affinity = { name: 'doc', isHit: true }
  const options = { trace, affinity, attributes: { 'atelier.batch.id': 'import-7' } }
  const call = driver.enqueue({ key: 'doc:123', options })
  driver.dispatch(call, 2)
  driver.clock.advance(8)
  const wire: WireSpan[] = [
    ['a'.repeat(16), '', 'parse', 1_001, 1_003, undefined, undefined],
    [
      'b'.repeat(16),
      '',
      'broken',
      1_003,
      1_004,
      undefined,
      { name: 'RangeError', message: 'no', stack: 'at' },
    ],
  ]
  // The last says how many were too many.
  call.workerSpans = [...wire, 12 as never]
  driver.settle(call, { run: [1_001, 1_008] })
  trace.end({ status: 'ok' })

  // Traces that are canceled and that fail.
  driver.telemetry.createTrace().end({ status: 'canceled', error: new Error('closed') })
  driver.telemetry.createTrace().end({ error: new TypeError('no document') })
  await driver.telemetry.trace('sole', async () => {
    await Promise.resolve()
    driver.run()
  })

  // Each other outcome; a call that is requeued; links.
  driver.run({ task: { ...singleton, isInProcess: true } as CallTask })
  driver.run({ task: { ...singleton, shared: { host: 'other' } } as CallTask })
  driver.run({ task: singleton }, { outcome: 'failure', error: new TypeError('no'), run: [1, 2] })
  driver.run({}, { outcome: 'failure', error: new TaskTimeoutError('x', { code: 'timeout-run' }) })
  const rejected = driver.enqueue()
  driver.settle(rejected, { outcome: 'rejected', error: new QueueFullError('x', { code: 'queue-full' }) })
  const blocked = driver.enqueue()
  blocked.admittedAt = blocked.enqueuedAt + 1
  driver.clock.advance(2)
  driver.dispatch(blocked)
  driver.settle(blocked)
  const requeued = driver.enqueue()
  driver.dispatch(requeued)
  driver.requeue(requeued, 'the worker closed itself')
  driver.dispatch(requeued, 1)
  driver.retry(requeued, new RangeError('once'))
  driver.dispatch(requeued, 1)
  driver.settle(requeued)
  const [older, newer] = [driver.enqueue({ key: 'q' }), driver.enqueue({ key: 'q' })]
  driver.telemetry.active?.callLinked(older, newer, 'superseded')
  driver.settle(older, { outcome: 'canceled', error: new TaskAbortError('x', { code: 'superseded' }) })
  const joiner = driver.enqueue({ key: 'q' })
  driver.telemetry.active?.callLinked(joiner, newer, 'joined')
  for (const each of [newer, joiner]) driver.settle(each)

  // Workers and gauges.
  const { active, registerTask } = driver.telemetry
  active?.workerSpawned(driver.task, 0, driver.clock.now())
  active?.workerCrashed(driver.task, 0, new Error('closed'), driver.clock.now())
  active?.workerTerminated(driver.task, 1, 'idle', driver.clock.now())
  active?.workerError(driver.task, 1, new RangeError('uncaught'), driver.clock.now())
  active?.workerEvent(driver.task, 'changed', 2, driver.clock.now())
  const gauges = { inFlight: 1, pending: 2, ahead: 0, blocked: 3, activeWorkers: 4, workerLimit: 5 }
  registerTask(() => ({ ...driver.task, ...gauges }))
  return { spans: sdk.spans, started: sampler.seen, metrics: await sdk.descriptors() }
}
