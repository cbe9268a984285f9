/** A task's options with every default filled in, checked once, at definition. */
import type { CallOptions } from '../call/call.ts'
import { type CallOverlay, checkCallOptions, checkRetry, LIBRARY_DEFAULTS, merge } from './call-options.ts'
import type { MethodOptions, QueuePolicy, SharedEngine, TaskConfig, TaskType } from '../types/task.ts'
import {
  among,
  bound,
  callable,
  type Check,
  checkOptions,
  fail,
  milliseconds,
  object,
  reading,
  someMilliseconds,
  text,
  wholeNumber,
} from '../lib/validate.ts'
import { isDevelopment } from '../lib/warn.ts'

declare const process: { readonly env: { readonly NODE_ENV?: string } }

/** Defaults of a task by its type; a pool's depend on the machine. */
export interface TypeDefaults {
  readonly maxWorkers: number
  readonly abortGraceMs: number
}

export interface ResolvedTaskConfig {
  readonly type: TaskType
  /** What is a SharedWorker is spoken to through a line that looks like a worker. */
  readonly worker: (info: { index: number; name: string }) => Worker
  readonly shared: SharedEngine | undefined
  readonly taskId: string | undefined
  readonly taskName: string | undefined
  readonly init: 'lazy' | 'eager'
  readonly maxWorkers: number
  readonly maxInFlight: number
  readonly maxQueueDepth: number
  readonly policy: QueuePolicy
  readonly maxBlocked: number
  readonly startTimeoutMs: number
  readonly abortGraceMs: number
  readonly heartbeatMs: number | undefined
  readonly onCrash: 'restart' | 'fail-task'
  readonly maxCrashes: number
  readonly idleTimeoutMs: number | undefined
  readonly ahead: 'auto' | 'off' | 'always'
  readonly setupData: unknown
  readonly calls: TaskCallOptions
}

/** What the calls of a task have that say nothing themselves: of most methods, and of those that have options of their own. */
export interface TaskCallOptions {
  readonly defaults: CallOptions
  readonly methods: ReadonlyMap<string, CallOverlay>
  /** The objects that it was read from. */
  readonly from: { readonly defaults: unknown; readonly methods: unknown }
}

const workers: Check = (option, value) => wholeNumber(option, value, 1)

const SHARED: { readonly [Name in keyof SharedEngine]-?: Check } = {
  by: among('origin'),
  name: text,
  version: text,
  broker: (option, value) => callable(option, value, 'a function that returns a new SharedWorker'),
}

const TASK: { readonly [Name in keyof TaskConfig<unknown>]-?: Check } = {
  type: among('parallel', 'singleton'),
  worker: (option, value) => callable(option, value, 'a function that returns a new Worker'),
  shared: (option, value) =>
    checkOptions(option, value, SHARED, 'an object { by, name, version, broker }', 'shared.'),
  taskId: text,
  taskName: text,
  init: among('lazy', 'eager'),
  maxWorkers: workers,
  maxInFlight: workers,
  maxQueueDepth: bound(0),
  queuePolicy: among('block', 'reject', 'drop-latest', 'drop-oldest'),
  maxBlocked: bound(0),
  startTimeoutMs: someMilliseconds,
  abortGraceMs: milliseconds,
  ahead: among('auto', 'off', 'always'),
  setupData: () => true,
  heartbeatMs: someMilliseconds,
  onCrash: among('restart', 'fail-task'),
  maxCrashes: bound(0),
  retry: checkRetry,
  idleTimeoutMs: milliseconds,
  defaults: (option, value) => object(option, value, 'an object of dispatch options'),
  methods: (option, value) => object(option, value, 'an object of options by method'),
}

/** Checks a config and fills in its defaults. Throws TypeError or RangeError: option, value received, what is allowed. */
export function resolveTaskConfig<Api>(
  given: TaskConfig<Api>,
  typeDefaults: (type: TaskType) => TypeDefaults,
): ResolvedTaskConfig {
  object('defineTask(config)', given, 'an object of options')
  if (isDevelopment() && process.env.NODE_ENV !== 'production' && Object.hasOwn(given, 'telemetry')) {
    throw new TypeError(
      'The option "telemetry" no longer exists: Atelier has no telemetry store. See docs/guides/observability.md, "Migration"',
    )
  }
  const config: TaskConfig<Api> = checkOptions<object>('defineTask(config)', given, TASK) as TaskConfig<Api>
  const { type, worker } = config
  if (type === undefined) TASK.type('type', type)
  if (worker === undefined) TASK.worker('worker', worker)
  if (type === 'singleton' && (config.maxWorkers ?? 1) !== 1)
    fail('maxWorkers', config.maxWorkers, '1 for a singleton')
  if (config.shared !== undefined && (type !== 'singleton' || config.shared.by !== 'origin'))
    fail('shared', config.shared, "{ by: 'origin' }, of a singleton")
  const defaults = typeDefaults(type)
  const maxWorkers = config.maxWorkers ?? defaults.maxWorkers
  const maxInFlight = config.maxInFlight ?? maxWorkers
  return {
    type,
    worker: worker as ResolvedTaskConfig['worker'],
    shared: config.shared,
    taskId: config.taskId,
    taskName: config.taskName,
    init: config.init ?? 'lazy',
    maxWorkers,
    maxInFlight,
    maxQueueDepth: config.maxQueueDepth ?? maxInFlight * 2,
    policy: config.queuePolicy ?? 'block',
    maxBlocked: config.maxBlocked ?? Number.POSITIVE_INFINITY,
    startTimeoutMs: config.startTimeoutMs ?? 10_000,
    abortGraceMs: config.abortGraceMs ?? defaults.abortGraceMs,
    heartbeatMs: config.heartbeatMs,
    onCrash: config.onCrash ?? 'restart',
    maxCrashes: config.maxCrashes ?? 3,
    idleTimeoutMs: config.idleTimeoutMs,
    ahead: config.ahead ?? 'auto',
    setupData: config.setupData,
    calls: resolveCalls(config),
  }
}

/** The call options of a config: all that definitions of one task may differ in. */
export function resolveCalls({
  retry,
  defaults,
  methods,
}: Pick<TaskConfig<never>, 'retry' | 'defaults' | 'methods'>): TaskCallOptions {
  const overlay = defaults && checkCallOptions(defaults, 'defaults', 'defaults.')
  // What one call moves is gone for the next.
  if (Array.isArray(overlay?.transfer)) fail('defaults.transfer', overlay.transfer, "'auto'")
  const own =
    retry === undefined ? LIBRARY_DEFAULTS : merge(LIBRARY_DEFAULTS, { retry: checkRetry('retry', retry) })
  return {
    defaults: overlay ? merge(own, overlay) : own,
    methods: methods ? resolveMethods(methods) : new Map(),
    from: { defaults, methods },
  }
}

/** Whether two definitions differ in the options of calls alone: the same workers serve both. */
export function isSameTask(one: ResolvedTaskConfig, other: ResolvedTaskConfig): boolean {
  const names = Object.keys(one) as (keyof ResolvedTaskConfig)[]
  return names.every((name) => name === 'calls' || one[name] === other[name])
}

function resolveMethods(given: object): Map<string, CallOverlay> {
  const all: [string, CallOverlay][] = reading('methods', () => Object.entries(given)).map(
    ([name, options]: [string, MethodOptions<never, never>]): [string, CallOverlay] => {
      const prefix = `methods.${name}`
      const checked = checkOptions<MethodOptions<never, never>>(
        prefix,
        options,
        METHOD,
        'an object of options of a method',
        `${prefix}.`,
      )
      const { keyMode, timeoutMs, retry, priority, transfer, transferResult } = checked
      const ofCalls = { keyMode, timeoutMs, retry, priority, transfer, transferResult }
      const overlay = checkCallOptions(ofCalls, prefix, `${prefix}.`)
      const bind = (option: 'keyOf' | 'attributes') => checked[option]?.bind(options) as never
      return [name, { ...overlay, keyOf: bind('keyOf'), attributesOf: bind('attributes') }]
    },
  )
  return new Map(all)
}

/** What {@link checkCallOptions} looks at again. */
const later: Check = () => {}

const METHOD: { readonly [Name in keyof MethodOptions<never, never>]-?: Check } = {
  keyOf: callable,
  attributes: callable,
  keyMode: later,
  timeoutMs: later,
  retry: later,
  priority: later,
  transfer: among('auto'),
  transferResult: later,
}
