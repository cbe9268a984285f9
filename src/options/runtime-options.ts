/** Options of a runtime and its methods, checked when they are passed. */
import type { OtelConfig } from '../types/otel.ts'
import type { EventSubscriptionOptions, TraceOptions, UserTimingConfig } from '../types/telemetry.ts'
import type { RetainOptions, RuntimeConfig } from '../types/runtime.ts'
import { bound, checkOptions, fail, flag, milliseconds, object, oneOf, text } from '../lib/validate.ts'

/** A runtime's options with every default filled in; `null` is off. */
export interface ResolvedRuntimeConfig {
  /** Undefined if it was given none. */
  readonly name: string | undefined
  readonly otel: OtelConfig | null
  readonly performance: UserTimingConfig | null
  readonly sampleRate: number
  readonly maxConcurrency: number
}

/** Throws TypeError or RangeError that names the option, the value received, and what is allowed. */
export function resolveRuntimeConfig(config: RuntimeConfig): ResolvedRuntimeConfig {
  const {
    name,
    otel = {},
    performance = true,
    sampleRate = 1,
    maxConcurrency = Number.POSITIVE_INFINITY,
  } = checkOptions('createTaskRuntime(config)', config, {
    name: text,
    otel: checkOtel,
    performance: checkTiming,
    sampleRate: (option, value) => {
      if (typeof value !== 'number' || Number.isNaN(value)) fail(option, value, 'a number from 0 to 1')
    },
    maxConcurrency: bound(1),
  })
  return {
    name,
    otel: otel === false ? null : { ...otel },
    performance:
      performance === false || !canMeasure() ? null : performance === true ? {} : { ...performance },
    sampleRate: Math.min(1, Math.max(0, sampleRate)),
    maxConcurrency,
  }
}

function checkOtel(option: string, otel: OtelConfig | false): void {
  if (otel === false) return
  const has = (method: string, allowed: string) => (part: string, value: unknown) => {
    if (typeof (value as Record<string, unknown> | null)?.[method] !== 'function') fail(part, value, allowed)
  }
  const checks = { tracer: has('startSpan', 'a Tracer'), meter: has('createCounter', 'a Meter') }
  checkOptions(option, otel, checks, '{ tracer?, meter? } or false', `${option}.`)
}

function checkTiming(option: string, timing: UserTimingConfig | boolean): void {
  if (typeof timing === 'boolean') return
  const checks = { marks: flag, keepMeasures: bound(0), devtools: flag }
  checkOptions(option, timing, checks, 'true, false or { marks?, keepMeasures?, devtools? }', `${option}.`)
}

/** The grace, in ms. */
export function resolveRetain(options: RetainOptions): number {
  return checkOptions('retain(options)', options, { graceMs: milliseconds }).graceMs ?? 1_000
}

const KINDS = ['span', 'trace', 'counter', 'gauge', 'histogram', 'worker', 'call']

export function resolveEvents(options: EventSubscriptionOptions): EventSubscriptionOptions {
  return checkOptions('subscribeEvents(listener, options)', options, {
    kinds: (option, kinds: readonly string[]) => {
      if (!Array.isArray(kinds)) fail(option, kinds, 'an array of kinds of events')
      for (const kind of kinds) oneOf(option, kind, KINDS)
    },
  })
}

export function checkTrace(name: string | undefined, options: TraceOptions | undefined): void {
  if (name !== undefined) text('name', name, true)
  if (options === undefined) return
  checkOptions('createTrace(name, options)', options, {
    parent: (option, value) => value === null || object(option, value, 'a trace, { spanContext } or null'),
    attributes: object,
    links: (option, value) => Array.isArray(value) || fail(option, value, 'an array of span contexts'),
    spanName: text,
  })
}

/** A trace that starts at its first use starts now, because its ids are about to be read. An exception costs its ids, not the task. */
export function startTrace(trace: unknown): void {
  try {
    if (typeof trace !== 'object' || trace === null || !('start' in trace)) return
    if (typeof trace.start === 'function') (trace as { start(): void }).start()
  } catch {
    // Telemetry reads it again, and reports the exception.
  }
}

/** jsdom has no User Timing. */
function canMeasure(): boolean {
  return typeof globalThis.performance?.measure === 'function'
}
