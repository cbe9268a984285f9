/** A task's options with every default filled in, checked once, at definition. */
import type { CallOptions } from '../call/call.ts'
import {
  type CallOverlay,
  checkCallOptions,
  checkHighWaterMark,
  checkRetry,
  isCallOption,
  LIBRARY_DEFAULTS,
  merge,
} from './call-options.ts'
import type { TaskSize } from '../types/control.ts'
import type { Codec } from '../types/codec.ts'
import type { SharedEngine } from '../types/shared-engine.ts'
import type { MethodOptions, QueuePolicy, TaskConfig, TaskType } from '../types/task.ts'
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
import { advice, isDevelopment } from '../lib/warn.ts'

declare const process: { readonly env: { readonly NODE_ENV?: string } }

/** Defaults of a task by its type. Those of a pool depend on the machine. */
export interface TypeDefaults {
  readonly maxWorkers: number
  readonly abortGraceMs: number
}

export interface ResolvedTaskConfig {
  readonly type: TaskType
  /** A SharedWorker is used through a line that looks like a worker. */
  readonly worker: (info: { index: number; name: string }) => Worker
  readonly shared: SharedEngine | undefined
  readonly taskId: string | undefined
  readonly taskName: string | undefined
  readonly init: 'lazy' | 'eager'
  readonly maxWorkers: number
  readonly minWorkers: number
  readonly maxInFlight: number
  readonly maxQueueDepth: number
  /** The sizes that were stated. The others follow when the task is resized. */
  readonly stated: { readonly maxInFlight: number | undefined; readonly maxQueueDepth: number | undefined }
  readonly maxCallsPerWorker: number | undefined
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

/** Options of calls that state none: for most methods, and for methods with options. */
export interface TaskCallOptions {
  readonly defaults: CallOptions
  readonly methods: ReadonlyMap<string, CallOverlay>
  /** The objects that these options were read from. */
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
  minWorkers: (option, value) => wholeNumber(option, value, 0),
  maxCallsPerWorker: bound(1),
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
  affinity: callable,
  highWaterMark: checkHighWaterMark,
  idleTimeoutMs: milliseconds,
  codecs: (option, value) => listOf(option, value, 'a codec, which codec(…) makes', isCodec),
  errors: (option, value) => listOf(option, value, 'a class of errors', (each) => typeof each === 'function'),
  defaults: (option, value) => object(option, value, 'an object of dispatch options'),
  methods: (option, value) => object(option, value, 'an object of options by method'),
}

/** Checks a config and fills in its defaults. Throws TypeError or RangeError that names the option, the value received, and what is allowed. */
export function resolveTaskConfig<Api>(
  given: TaskConfig<Api>,
  typeDefaults: (type: TaskType) => TypeDefaults,
): ResolvedTaskConfig {
  object('defineTask(config)', given, 'an object of options')
  if (isDevelopment() && process.env.NODE_ENV !== 'production') refuseMisplaced(given)
  const config: TaskConfig<Api> = checkOptions<object>('defineTask(config)', given, TASK) as TaskConfig<Api>
  const { type, worker } = config
  if (type === undefined) TASK.type('type', type)
  if (worker === undefined) TASK.worker('worker', worker)
  if (config.shared !== undefined && (type !== 'singleton' || config.shared.by !== 'origin'))
    fail('shared', config.shared, "{ by: 'origin' }, of a singleton")
  const defaults = typeDefaults(type)
  return {
    type,
    worker: worker as ResolvedTaskConfig['worker'],
    shared: config.shared,
    taskId: config.taskId,
    taskName: config.taskName,
    init: config.init ?? 'lazy',
    maxCallsPerWorker: config.maxCallsPerWorker,
    ...sizesOf({
      ...config,
      maxWorkers: config.maxWorkers ?? Math.max(defaults.maxWorkers, config.minWorkers ?? 0),
    }),
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

/** Options that a task no longer has, or that belong to its calls. */
function refuseMisplaced(given: object): void {
  if (Object.hasOwn(given, 'telemetry')) {
    throw new TypeError(
      'The option "telemetry" no longer exists: Atelier has no telemetry store. See docs/guides/observability.md, "Migration"',
    )
  }
  const name = reading('defineTask(config)', () => Object.keys(given)).find(
    (each) => isCallOption(each) && !Object.hasOwn(TASK, each),
  )
  if (name === undefined) return
  throw new TypeError(
    `Unknown option "${name}" of defineTask(config): it is an option of calls. Pass defaults: { ${name}: … } for all calls of ` +
      `the task, or call task.with({ ${name}: … })`,
  )
}

type Sizes = Pick<
  ResolvedTaskConfig,
  'maxWorkers' | 'minWorkers' | 'maxInFlight' | 'maxQueueDepth' | 'stated'
>

/** The sizes of a task, if some are stated. */
function sizesOf({
  type,
  maxWorkers,
  minWorkers = 0,
  maxInFlight,
  maxQueueDepth,
}: Pick<TaskConfig<never>, 'type' | 'minWorkers' | 'maxInFlight' | 'maxQueueDepth'> & {
  maxWorkers: number
}): Sizes {
  if (type === 'singleton' && minWorkers > 1) fail('minWorkers', minWorkers, '0 or 1 for a singleton')
  if (type === 'singleton' && maxWorkers !== 1) fail('maxWorkers', maxWorkers, '1 for a singleton')
  if (minWorkers > maxWorkers) wholeNumber('maxWorkers', maxWorkers, minWorkers)
  const inFlight = maxInFlight ?? maxWorkers
  return {
    maxWorkers,
    minWorkers,
    maxInFlight: inFlight,
    maxQueueDepth: maxQueueDepth ?? inFlight * 2,
    stated: { maxInFlight, maxQueueDepth },
  }
}

/** The new sizes of a task. Throws like {@link resolveTaskConfig}. */
export function resizeTask(config: ResolvedTaskConfig, size: TaskSize): Sizes {
  const own = checkOptions('resize(size)', size, { maxWorkers: workers, maxInFlight: workers })
  return sizesOf({ ...config, ...config.stated, ...own, maxWorkers: own.maxWorkers ?? config.maxWorkers })
}

/** The most workers at once: no more than there are handlers to run. */
export function limitOf({ maxWorkers, maxInFlight }: ResolvedTaskConfig): number {
  return Math.min(maxWorkers, maxInFlight)
}

/** The call options of a config: definitions of one task may differ only in these. */
export function resolveCalls({
  retry,
  affinity,
  codecs,
  errors,
  highWaterMark,
  defaults,
  methods,
}: Pick<
  TaskConfig<never>,
  'retry' | 'affinity' | 'highWaterMark' | 'codecs' | 'errors' | 'defaults' | 'methods'
>): TaskCallOptions {
  const overlay = defaults && checkCallOptions(defaults, 'defaults', 'defaults.')
  // What one call transfers is lost for the next.
  if (Array.isArray(overlay?.transfer)) fail('defaults.transfer', overlay.transfer, "'auto'")
  const own = merge(LIBRARY_DEFAULTS, {
    retry: retry === undefined ? undefined : checkRetry('retry', retry),
    highWaterMark:
      highWaterMark === undefined ? undefined : checkHighWaterMark('highWaterMark', highWaterMark),
    affinityOf: affinity as CallOptions['affinityOf'],
    codecs: codecs?.[0]?.['~use']?.(codecs),
    errors: errors && new Map(errors.map((each) => [each.name, each])),
  })
  return {
    defaults: overlay ? merge(own, overlay) : own,
    methods: methods ? resolveMethods(methods) : new Map(),
    from: { defaults, methods },
  }
}

/** Whether two definitions differ only in call options, so that the same workers serve both. */
export function isSameTask(one: ResolvedTaskConfig, other: ResolvedTaskConfig): boolean {
  const names = Object.keys(one) as (keyof ResolvedTaskConfig)[]
  return names.every((name) => name === 'calls' || name === 'stated' || one[name] === other[name])
}

/** The result of `codec()`. */
function isCodec(value: unknown): boolean {
  return typeof (value as Codec | null | undefined)?.['~use'] === 'function'
}

function listOf(option: string, value: unknown, what: string, isOne: (each: unknown) => boolean): void {
  if (!Array.isArray(value)) fail(option, value, advice(`an array, each item ${what}`))
  const wrong = value.findIndex((each) => !isOne(each))
  if (wrong >= 0) fail(`${option}[${wrong}]`, value[wrong], advice(what))
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
      const { keyMode, timeoutMs, retry, priority, transfer, transferResult, abortGraceMs, highWaterMark } =
        checked
      const ofCalls = {
        keyMode,
        timeoutMs,
        retry,
        priority,
        transfer,
        transferResult,
        abortGraceMs,
        highWaterMark,
      }
      const overlay = checkCallOptions(ofCalls, prefix, `${prefix}.`)
      const bind = (option: 'keyOf' | 'affinity' | 'attributes') => checked[option]?.bind(options) as never
      return [
        name,
        { ...overlay, keyOf: bind('keyOf'), affinityOf: bind('affinity'), attributesOf: bind('attributes') },
      ]
    },
  )
  return new Map(all)
}

/** The options that {@link checkCallOptions} checks again. */
const later: Check = () => {}

const METHOD: { readonly [Name in keyof MethodOptions<never, never>]-?: Check } = {
  keyOf: callable,
  affinity: callable,
  attributes: callable,
  keyMode: later,
  timeoutMs: later,
  retry: later,
  priority: later,
  transfer: among('auto'),
  transferResult: later,
  abortGraceMs: later,
  highWaterMark: later,
}
