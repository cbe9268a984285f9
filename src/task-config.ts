/** A task's options with every default filled in, checked once, at definition. */
import { type CallOptions, HIGH, LOW, NORMAL, type PriorityIndex } from './call.ts'
import type { Attributes } from './observability/telemetry-types.ts'
import { typeDefaults } from './singleton-worker.ts'
import type {
  CrashPolicy,
  KeyMode,
  QueuePolicy,
  TaskConfig,
  TaskDispatchOptions,
  TaskPriority,
  TaskTimeouts,
  TaskType,
} from './task-types.ts'
import {
  atLeast,
  fail,
  milliseconds,
  object,
  oneOf,
  optional,
  refuseUnknown,
  text,
  wholeNumber,
} from './validate.ts'

export interface ResolvedTaskConfig {
  readonly type: TaskType
  readonly worker: (info: { index: number; name: string }) => Worker
  readonly taskId: string | undefined
  readonly taskName: string | undefined
  readonly init: 'lazy' | 'eager'
  readonly poolSize: number
  readonly maxInFlight: number
  readonly maxQueueDepth: number
  readonly policy: QueuePolicy
  readonly maxBlocked: number
  readonly keyOf: ((...args: never[]) => string | undefined) | undefined
  readonly startTimeoutMs: number
  readonly abortGraceMs: number
  readonly heartbeatMs: number | undefined
  readonly crashPolicy: CrashPolicy
  readonly crashMaxRetries: number
  readonly idleTimeoutMs: number | undefined
  readonly payloadAttributes: ((...args: never[]) => Attributes) | undefined
  /** What a call has that says nothing itself. */
  readonly callDefaults: CallOptions
}

const POLICIES = ['block', 'reject', 'drop-latest', 'drop-oldest'] as const
const KEY_MODES = ['parallel', 'serial', 'latest', 'dedupe', 'keep-last'] as const
const CRASH_POLICIES = ['restart-fail-in-flight', 'restart-requeue-in-flight', 'fail-task'] as const
const PRIORITIES: Record<TaskPriority, PriorityIndex> = { high: HIGH, normal: NORMAL, low: LOW }

const KNOWN: ReadonlySet<string> = new Set<keyof TaskConfig<unknown>>([
  'type',
  'worker',
  'taskId',
  'taskName',
  'init',
  'poolSize',
  'maxInFlight',
  'maxQueueDepth',
  'queuePolicy',
  'maxBlocked',
  'keyOf',
  'keyMode',
  'timeoutMs',
  'startTimeoutMs',
  'abortGraceMs',
  'transfer',
  'transferResult',
  'heartbeatMs',
  'crashPolicy',
  'crashMaxRetries',
  'idleTimeoutMs',
  'payloadAttributes',
])

const KNOWN_FOR_CALLS: ReadonlySet<string> = new Set<keyof TaskDispatchOptions>([
  'key',
  'keyMode',
  'signal',
  'trace',
  'inheritedTrace',
  'attributes',
  'timeoutMs',
  'priority',
  'transfer',
  'transferResult',
  'onProgress',
  'onStart',
])

/** Checks a config and fills in its defaults. Throws TypeError or RangeError: option, value received, what is allowed. */
export function resolveTaskConfig<Api>(config: TaskConfig<Api>): ResolvedTaskConfig {
  if (typeof config !== 'object' || config === null)
    fail('defineTask(config)', config, 'an object of options')
  for (const name of Object.keys(config)) {
    if (name === 'telemetry') {
      throw new TypeError(
        'The option "telemetry" no longer exists: Atelier has no telemetry store. See docs/guides/observability.md, "Migration"',
      )
    }
  }
  refuseUnknown(config, KNOWN)
  const type = oneOf('type', config.type, ['parallel', 'singleton'])
  if (typeof config.worker !== 'function')
    fail('worker', config.worker, 'a function that returns a new Worker')
  const isSingleton = type === 'singleton'
  if (isSingleton && config.poolSize !== undefined && config.poolSize !== 1)
    fail('poolSize', config.poolSize, '1 for a singleton')
  const defaults = typeDefaults(type)
  const poolSize = optional(config.poolSize, defaults.poolSize, (value) => wholeNumber('poolSize', value, 1))
  const maxInFlight = optional(config.maxInFlight, poolSize, (value) => wholeNumber('maxInFlight', value, 1))
  return {
    type,
    worker: config.worker,
    taskId: optional(config.taskId, undefined, (value) => text('taskId', value)),
    taskName: optional(config.taskName, undefined, (value) => text('taskName', value)),
    init: optional(config.init, 'lazy', (value) => oneOf('init', value, ['lazy', 'eager'])),
    poolSize,
    maxInFlight,
    maxQueueDepth: optional(config.maxQueueDepth, maxInFlight * 2, (value) =>
      atLeast('maxQueueDepth', value, 0),
    ),
    policy: optional(config.queuePolicy, 'block', (value) => oneOf('queuePolicy', value, POLICIES)),
    maxBlocked: optional(config.maxBlocked, Number.POSITIVE_INFINITY, (value) =>
      atLeast('maxBlocked', value, 0),
    ),
    keyOf: callback(config, 'keyOf') as ResolvedTaskConfig['keyOf'],
    startTimeoutMs: optional(config.startTimeoutMs, 10_000, (value) => milliseconds('startTimeoutMs', value)),
    abortGraceMs: optional(config.abortGraceMs, defaults.abortGraceMs, (value) =>
      milliseconds('abortGraceMs', value),
    ),
    heartbeatMs: optional(config.heartbeatMs, undefined, (value) => milliseconds('heartbeatMs', value)),
    crashPolicy: optional(config.crashPolicy, 'restart-fail-in-flight', (value) =>
      oneOf('crashPolicy', value, CRASH_POLICIES),
    ),
    crashMaxRetries: optional(config.crashMaxRetries, 3, (value) => atLeast('crashMaxRetries', value, 0)),
    idleTimeoutMs: optional(config.idleTimeoutMs, undefined, (value) => milliseconds('idleTimeoutMs', value)),
    payloadAttributes: callback(config, 'payloadAttributes') as ResolvedTaskConfig['payloadAttributes'],
    callDefaults: {
      key: undefined,
      keyMode: optional(config.keyMode, 'parallel', (value) => oneOf('keyMode', value, KEY_MODES)),
      signal: undefined,
      trace: undefined,
      inheritedTrace: undefined,
      attributes: undefined,
      timeouts: resolveTimeouts(config.timeoutMs),
      priority: NORMAL,
      transfer: optional<'auto', 'auto' | undefined>(config.transfer, undefined, (value) =>
        oneOf<'auto'>('transfer', value, ['auto']),
      ),
      transferResult: optional(config.transferResult, false, (value) => flag('transferResult', value)),
      onProgress: undefined,
      onStart: undefined,
    },
  }
}

/** Merges dispatch options over earlier ones; what is `undefined` or left out stays as it was. */
export function mergeCallOptions(base: CallOptions, options: TaskDispatchOptions): CallOptions {
  if (typeof options !== 'object' || options === null)
    fail('with(options)', options, 'an object of dispatch options')
  refuseUnknown(options, KNOWN_FOR_CALLS)
  const { key, keyMode, signal, trace, inheritedTrace, attributes, timeoutMs } = options
  const { priority, transfer, transferResult, onProgress, onStart } = options
  // Named by the caller, now or before: what the component tree says does not replace it.
  const isNamed = trace !== undefined || base.trace !== base.inheritedTrace
  const inherited = inheritedTrace ?? base.inheritedTrace
  return {
    key: key === undefined ? base.key : text('key', key, true) || undefined,
    keyMode: keyMode === undefined ? base.keyMode : oneOf<KeyMode>('keyMode', keyMode, KEY_MODES),
    signal: joinSignals(base.signal, signal),
    trace: trace !== undefined ? trace : isNamed ? base.trace : inherited,
    inheritedTrace: inherited,
    attributes:
      attributes === undefined
        ? base.attributes
        : { ...base.attributes, ...object('attributes', attributes) },
    timeouts: timeoutMs === undefined ? base.timeouts : resolveTimeouts(timeoutMs),
    priority:
      priority === undefined
        ? base.priority
        : PRIORITIES[oneOf('priority', priority, ['high', 'normal', 'low'])],
    transfer: transfer === undefined ? base.transfer : transferList(transfer),
    transferResult:
      transferResult === undefined ? base.transferResult : flag('transferResult', transferResult),
    onProgress:
      onProgress === undefined ? base.onProgress : (callable('onProgress', onProgress) as typeof onProgress),
    onStart: onStart === undefined ? base.onStart : (callable('onStart', onStart) as typeof onStart),
  }
}

/** A number is the total. */
function resolveTimeouts(timeoutMs: number | TaskTimeouts | undefined): TaskTimeouts | undefined {
  if (timeoutMs === undefined) return undefined
  if (typeof timeoutMs === 'number') return { total: milliseconds('timeoutMs', timeoutMs) }
  if (typeof timeoutMs !== 'object' || timeoutMs === null) {
    fail('timeoutMs', timeoutMs, 'milliseconds, or { queue?, run?, total? } in milliseconds')
  }
  const resolved: TaskTimeouts = {}
  for (const [name, value] of Object.entries(timeoutMs)) {
    oneOf('timeoutMs', name, ['queue', 'run', 'total'])
    if (value !== undefined) resolved[name as keyof TaskTimeouts] = milliseconds(`timeoutMs.${name}`, value)
  }
  return resolved
}

function joinSignals(
  base: AbortSignal | undefined,
  signal: AbortSignal | undefined,
): AbortSignal | undefined {
  if (signal === undefined) return base
  if (!(signal instanceof AbortSignal)) fail('signal', signal, 'an AbortSignal')
  return base === undefined || base === signal ? signal : AbortSignal.any([base, signal])
}

function transferList(transfer: unknown): Transferable[] | 'auto' {
  if (transfer !== 'auto' && !Array.isArray(transfer))
    fail('transfer', transfer, "an array of transferable objects, or 'auto'")
  return transfer as Transferable[] | 'auto'
}

function flag(name: string, value: unknown): boolean {
  if (typeof value !== 'boolean') fail(name, value, 'true or false')
  return value
}

function callback<Api>(config: TaskConfig<Api>, name: 'keyOf' | 'payloadAttributes'): unknown {
  const fn = (config as unknown as Record<string, unknown>)[name]
  return fn === undefined ? undefined : (callable(name, fn) as (this: unknown) => unknown).bind(config)
}

function callable(name: string, value: unknown): unknown {
  if (typeof value !== 'function') fail(name, value, 'a function')
  return value
}
