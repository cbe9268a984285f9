/** Law: the suite's ledger, the snapshot, the events, the spans, the measures and the metrics tell of the same calls. */
import type { CallCounts, CallOutcome, SpanEvent } from 'atelier-react/core'
import type { Entry } from '../ledger.ts'
import type { TaskBook, World } from '../world.ts'

const COUNT_OF = {
  success: 'succeeded',
  failure: 'failed',
  canceled: 'canceled',
  rejected: 'rejected',
} as const
const outcomes = ['success', 'failure', 'canceled', 'rejected'] as const
const COUNTERS: Readonly<Record<string, keyof CallCounts>> = {
  'task.success.total': 'succeeded',
  'task.failure.total': 'failed',
  'task.canceled.total': 'canceled',
  'task.rejected.total': 'rejected',
  'task.dispatch.total': 'dispatched',
  'task.requeue.total': 'requeued',
}

/** What of the telemetry can be believed: a function that throws costs what it was to write. */
interface Trust {
  readonly spans: boolean
  readonly metrics: boolean
}

function trustIn({ program: { world } }: World): Trust {
  const throwing = world.hooks.filter(({ run }) => run.op === 'throw').map(({ on }) => on)
  const names = [world.broken ?? '', ...throwing]
  return {
    spans: !names.some((name) => /^(span|tracer|exporter)/.test(name)),
    metrics: !names.some((name) => /^(meter|counter|histogram)/.test(name)),
  }
}

export async function compareBooks(world: World, measures: readonly PerformanceEntry[]): Promise<void> {
  const trust = trustIn(world)
  await world.rig?.collect()
  for (const book of world.books.values()) {
    const counts = book.task.control.getSnapshot().counts
    compareCounts(world, book, counts)
    if (!trust.spans) continue
    const events = world.program.world.events ? compareEvents(world, book, counts, trust) : undefined
    compareMeasures(world, book, measures)
    compareSpans(world, book, events)
    if (trust.metrics) compareMetrics(world, book, counts)
  }
}

const entriesOf = (world: World, { spec }: TaskBook): Entry[] =>
  world.ledger.entries.filter(({ task }) => task === spec.id)
/** Made by a map or a hook: whether the library came to make the call is not known. */
const isLoose = ({ callId }: Entry): boolean => callId === ''

function compareCounts(world: World, book: TaskBook, counts: CallCounts): void {
  if (world.isUncounted(book)) return
  const entries = entriesOf(world, book)
  const strict = entries.filter((entry) => !isLoose(entry))
  const total = outcomes.reduce((sum, outcome) => sum + counts[COUNT_OF[outcome]], 0)
  const isOff = total < strict.length || total > entries.length
  const told = () => `the snapshot of ${book.spec.id} counts ${JSON.stringify(counts)}`
  if (isOff)
    world.ledger.fail('counts', `${told()}, but ${strict.length} to ${entries.length} calls were made`)
  for (const outcome of outcomes) {
    const known = entries.filter((entry) => entry.outcome === outcome).length
    const unknown = entries.filter((entry) => entry.outcome === 'unknown').length
    const count = counts[COUNT_OF[outcome]]
    if (count < known || count > known + unknown) {
      world.ledger.fail(
        'counts',
        `${told()}, but ${known} promises (and ${unknown} that nobody read) ended as ${outcome}`,
      )
    }
  }
}

function compareEvents(
  world: World,
  book: TaskBook,
  counts: CallCounts,
  trust: Trust,
): Map<string, SpanEvent> {
  const { ledger } = world
  const byCall = new Map<string, SpanEvent>()
  for (const event of world.events) {
    if (event.kind !== 'span' || event.name !== 'atelier.task' || event.taskId !== book.taskId) continue
    if (byCall.has(event.callId)) ledger.fail('events', `${event.callId} has two span events`)
    byCall.set(event.callId, event)
    const { startTime, endTime, queueWaitMs = 0, runMs = 0 } = event
    if (
      !(
        endTime >= startTime &&
        queueWaitMs >= 0 &&
        runMs >= 0 &&
        queueWaitMs + runMs <= endTime - startTime + 1
      )
    ) {
      ledger.fail(
        'times',
        `${event.callId}: from ${startTime} to ${endTime}, waited ${queueWaitMs}, ran ${runMs}`,
      )
    }
  }
  for (const entry of entriesOf(world, book)) {
    const event = byCall.get(entry.callId)
    if (isLoose(entry) || entry.isPosthumous) continue
    if (!event) ledger.fail('events', `${ledger.nameOf(entry)}, ${entry.outcome}, has no span event`)
    else if (entry.outcome !== 'unknown' && event.outcome !== entry.outcome) {
      ledger.fail(
        'events',
        `${ledger.nameOf(entry)} ended as ${entry.outcome}, its span event says ${event.outcome}`,
      )
    }
  }
  if (!world.isDisposed && trust.metrics) {
    for (const [metric, name] of Object.entries(COUNTERS)) {
      const sum = world.events.reduce(
        (all, event) =>
          event.kind === 'counter' &&
          event.name === metric &&
          event.attributes['atelier.task.id'] === book.taskId
            ? all + event.value
            : all,
        0,
      )
      if (sum !== counts[name])
        ledger.fail('events', `events of ${metric} sum up to ${sum}, the snapshot says ${counts[name]}`)
    }
  }
  return byCall
}

interface Detail {
  readonly callId: string
  readonly taskId: string
  readonly spanId: string
  readonly status: string
}

const STATUS_OF: Readonly<Record<CallOutcome, string>> = {
  success: 'ok',
  failure: 'error',
  rejected: 'error',
  canceled: 'canceled',
}

function compareMeasures(world: World, book: TaskBook, measures: readonly PerformanceEntry[]): void {
  const { performance, sampleRate = 1 } = world.program.world
  if (!performance) return
  const own = measures
    .map((entry) => (entry as PerformanceMeasure).detail as Detail)
    .filter(({ taskId }) => taskId === book.taskId)
  const byCall = new Map(own.map((detail) => [detail.callId, detail]))
  const { ledger } = world
  if (byCall.size !== own.length)
    ledger.fail('measures', `${own.length} measures tell of ${byCall.size} calls of ${book.spec.id}`)
  for (const entry of entriesOf(world, book)) {
    if (isLoose(entry) || entry.isPosthumous) continue
    const detail = byCall.get(entry.callId)
    if (!detail) {
      if (sampleRate === 1 && !isUnsampled(entry))
        ledger.fail('measures', `${ledger.nameOf(entry)}, ${entry.outcome}, has no measure`)
    } else if (entry.outcome && entry.outcome !== 'unknown' && detail.status !== STATUS_OF[entry.outcome]) {
      ledger.fail(
        'measures',
        `${ledger.nameOf(entry)} ended as ${entry.outcome}, its measure says ${detail.status}`,
      )
    }
  }
}

/** A hostile parent may well say that it is not sampled. */
const isUnsampled = ({ method, spec }: Entry): boolean =>
  method === 'hostile' || (typeof spec.trace === 'string' && /^(traceState|traceId)/.test(spec.trace))

function compareSpans(world: World, book: TaskBook, events: Map<string, SpanEvent> | undefined): void {
  const { ledger, rig } = world
  if (!rig || (world.program.world.sampleRate ?? 1) < 1) return
  const spans = rig
    .spans()
    .filter(
      ({ name, attributes }) => name === 'atelier.task' && attributes['atelier.task.id'] === book.taskId,
    )
  const bySpan = new Map(spans.map((span) => [span.spanContext().spanId, span]))
  if (bySpan.size !== spans.length)
    ledger.fail('spans', `${spans.length} spans of ${book.spec.id} have ${bySpan.size} ids`)
  if (!events) {
    const strict = entriesOf(world, book).filter(
      (entry) => !isLoose(entry) && !entry.isPosthumous && !isUnsampled(entry),
    )
    if (spans.length < strict.length)
      ledger.fail('spans', `${strict.length} calls of ${book.spec.id} have ${spans.length} spans`)
    return
  }
  for (const { spanId, callId, outcome } of events.values()) {
    const span = bySpan.get(spanId)
    const entry = ledger.entries.find((each) => each.callId === callId)
    if (!span) {
      if (!entry || !isUnsampled(entry)) ledger.fail('spans', `${callId}, ${outcome}, has no span`)
      continue
    }
    const expected = outcome === 'success' ? 1 : outcome === 'canceled' ? 0 : 2
    if (span.status.code !== expected)
      ledger.fail('spans', `${callId} is ${outcome}, its span has status ${span.status.code}`)
  }
  if (bySpan.size > events.size)
    ledger.fail('spans', `${bySpan.size} spans and ${events.size} span events of ${book.spec.id}`)
}

function compareMetrics(world: World, book: TaskBook, counts: CallCounts): void {
  if (!world.rig || entriesOf(world, book).some(({ isPosthumous }) => isPosthumous)) return
  for (const [metric, name] of Object.entries(COUNTERS)) {
    const total = world.rig.total(metric, book.taskId)
    if (total !== counts[name]) {
      world.ledger.fail(
        'metrics',
        `${metric} of ${book.spec.id} is ${total}, the snapshot says ${counts[name]}`,
      )
    }
  }
  for (const gauge of ['queue.in_flight', 'queue.pending', 'queue.ahead', 'queue.blocked']) {
    const value = world.rig.total(gauge, book.taskId)
    if (value !== 0) world.ledger.fail('metrics', `${gauge} of ${book.spec.id} is ${value} at rest`)
  }
}
