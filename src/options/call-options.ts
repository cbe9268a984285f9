/** The options of calls: checked where they are passed, then merged in layers. */
import {
  type CallAffinity,
  type CallHighWaterMark,
  type CallOptions,
  type CallRetry,
  type CallTimeouts,
  HIGH,
  LOW,
  NORMAL,
  type PriorityIndex,
} from '../call/call.ts'
import type { HighWaterMark, TaskDispatchOptions, TaskPriority, TaskTimeouts } from '../types/task.ts'
import type { TaskRetry } from '../types/retry.ts'
import { abortSignal, joinSignals, ownSignal } from '../lib/foreign-signals.ts'
import {
  among,
  bound,
  callable,
  type Check,
  checkOptions,
  fail,
  flag,
  internal,
  milliseconds,
  object,
  oneOf,
  reading,
  text,
} from '../lib/validate.ts'

/** The options of a call when no layer sets any. */
export const LIBRARY_DEFAULTS: CallOptions = {
  key: undefined,
  keyMode: 'parallel',
  signal: undefined,
  trace: undefined,
  inheritedTrace: undefined,
  attributes: undefined,
  timeouts: undefined,
  retry: undefined,
  session: undefined,
  priority: NORMAL,
  transfer: undefined,
  transferResult: false,
  abortGraceMs: undefined,
  highWaterMark: undefined,
  onProgress: undefined,
  progressEvery: false,
  onStart: undefined,
  affinity: undefined,
  codecs: undefined,
  errors: undefined,
  keyOf: undefined,
  affinityOf: undefined,
  attributesOf: undefined,
}

/** Checked options: `undefined` keeps the lower value, `null` removes it. */
export type CallOverlay = {
  readonly [Name in Exclude<keyof CallOptions, 'timeouts' | 'retry'>]?: CallOptions[Name] | null | undefined
} & { readonly timeouts?: TaskTimeouts | null | undefined; readonly retry?: TaskRetry | null | undefined }

const PRIORITIES: Record<TaskPriority, PriorityIndex> = { high: HIGH, normal: NORMAL, low: LOW }

/** @throws TypeError if it is not a priority. */
export function priorityOf(priority: TaskPriority): PriorityIndex {
  return PRIORITIES[oneOf('priority', priority, ['high', 'normal', 'low'])]
}

/** A check that `null` passes, because it removes the lower value. */
const orNull =
  (check: Check): Check =>
  (option, value) =>
    value === null || check(option, value)

const CALL: { readonly [Name in keyof TaskDispatchOptions]-?: Check } = {
  key: orNull((option, value) => text(option, value, true)),
  keyMode: orNull(among('parallel', 'serial', 'latest', 'dedupe', 'keep-last', 'drop-latest')),
  signal: orNull(abortSignal),
  trace: orNull((option, value) => object(option, value, 'a trace, { spanContext } or null')),
  inheritedTrace: internal,
  attributes: orNull(object),
  timeoutMs: orNull(checkTimeouts),
  retry: orNull(checkRetry),
  affinity: orNull((option, value) => text(option, value, true)),
  priority: orNull(among('high', 'normal', 'low')),
  transfer: orNull(transferList),
  transferResult: orNull(
    (option, value) => value === false || value === 'auto' || fail(option, value, "'auto' or false"),
  ),
  abortGraceMs: orNull(milliseconds),
  highWaterMark: orNull(checkHighWaterMark),
  onProgress: orNull(callable),
  progressEvery: orNull(flag),
  onStart: orNull(callable),
}

/** Whether calls have an option of this name. */
export function isCallOption(name: string): boolean {
  return Object.hasOwn(CALL, name) && CALL[name as keyof typeof CALL] !== internal
}

const TIMEOUTS: { readonly [Name in keyof TaskTimeouts]-?: Check } = {
  queue: orNull(milliseconds),
  run: orNull(milliseconds),
  total: orNull(milliseconds),
}

const RETRY: { readonly [Name in keyof TaskRetry]-?: Check } = {
  error: bound(0),
  crash: bound(0),
  delayMs: milliseconds,
  factor: (option, value: number) => {
    if (!(value >= 1)) fail(option, value, 'a number, 1 or more')
  },
  jitter: flag,
  shouldRetry: callable,
}

const NO_RETRY: CallRetry = {
  error: 0,
  crash: 0,
  delayMs: 0,
  factor: 2,
  jitter: true,
  shouldRetry: undefined,
}

/** Checks dispatch options, each of which is read once. Throws TypeError or RangeError, like a task. */
export function checkCallOptions(
  given: TaskDispatchOptions,
  label = 'with(options)',
  prefix = '',
): CallOverlay {
  const {
    key,
    signal,
    attributes,
    timeoutMs,
    retry,
    affinity,
    highWaterMark,
    priority,
    transfer,
    ...options
  }: TaskDispatchOptions = checkOptions<object>(label, given, CALL, 'an object of dispatch options', prefix)
  return {
    ...options,
    key: key === '' ? null : key,
    signal: signal && ownSignal(`${prefix}signal`, signal),
    attributes: attributes && reading(`${prefix}attributes`, () => ({ ...attributes })),
    timeouts: timeoutMs == null ? timeoutMs : checkTimeouts(`${prefix}timeoutMs`, timeoutMs),
    retry: retry == null ? retry : checkRetry(`${prefix}retry`, retry),
    affinityOf: affinity ? () => affinity : affinity === undefined ? undefined : null,
    highWaterMark:
      highWaterMark == null ? highWaterMark : checkHighWaterMark(`${prefix}highWaterMark`, highWaterMark),
    priority: priority == null ? priority : PRIORITIES[priority],
    // A copy: the caller's list may change before a call is sent.
    transfer: Array.isArray(transfer) ? [...transfer] : transfer,
  }
}

/** Merges dispatch options over earlier ones. */
export function mergeCallOptions(base: CallOptions, given: TaskDispatchOptions): CallOptions {
  return merge(base, checkCallOptions(given))
}

/** Merges checked options over earlier ones. */
export function merge(base: CallOptions, over: CallOverlay): CallOptions {
  const { signal, trace, attributes, timeouts } = over
  // Named by the caller, now or before: the component tree does not replace it.
  const isNamed = trace !== undefined || base.trace !== base.inheritedTrace
  const inherited = over.inheritedTrace ?? base.inheritedTrace
  const session = pick(over.session, base.session, undefined)
  return {
    key: pick(over.key, base.key, undefined),
    // They run one after another, whatever their keys are.
    keyMode: session ? 'serial' : pick(over.keyMode, base.keyMode, LIBRARY_DEFAULTS.keyMode),
    signal:
      base.signal && signal
        ? joinSignals(base.signal, 'signal', signal)
        : pick(signal, base.signal, undefined),
    trace: trace !== undefined ? trace : isNamed ? base.trace : inherited,
    inheritedTrace: inherited,
    attributes: attributes
      ? { ...base.attributes, ...attributes }
      : pick(attributes, base.attributes, undefined),
    timeouts: timeouts
      ? mergeTimeouts(base.timeouts, timeouts)
      : timeouts === null
        ? undefined
        : base.timeouts,
    retry: over.retry ? mergeRetry(base.retry, over.retry) : pick(over.retry, base.retry, undefined),
    session,
    priority: pick(over.priority, base.priority, NORMAL),
    transfer: pick(over.transfer, base.transfer, undefined),
    transferResult: pick(over.transferResult, base.transferResult, false),
    abortGraceMs: pick(over.abortGraceMs, base.abortGraceMs, undefined),
    highWaterMark: pick(over.highWaterMark, base.highWaterMark, undefined),
    onProgress: both(base.onProgress, over.onProgress),
    progressEvery: pick(over.progressEvery, base.progressEvery, false),
    onStart: both(base.onStart, over.onStart),
    affinity: undefined,
    codecs: pick(over.codecs, base.codecs, undefined),
    errors: pick(over.errors, base.errors, undefined),
    keyOf: pick(over.keyOf, base.keyOf, undefined),
    affinityOf: pick(over.affinityOf, base.affinityOf, undefined),
    attributesOf: pick(over.attributesOf, base.attributesOf, undefined),
  }
}

function pick<T>(value: T | null | undefined, earlier: T, none: T): T {
  return value === undefined ? earlier : value === null ? none : value
}

/** Listeners are added: code that binds a task again does not know the existing ones. */
function both<Args extends readonly unknown[]>(
  earlier: ((...args: Args) => void) | undefined,
  added: ((...args: Args) => void) | null | undefined,
): ((...args: Args) => void) | undefined {
  if (!earlier || !added) return pick(added, earlier, undefined)
  return (...args) => {
    try {
      earlier(...args)
    } finally {
      added(...args)
    }
  }
}

function mergeTimeouts(base: CallTimeouts = {}, over: TaskTimeouts): CallTimeouts {
  return {
    queue: pick(over.queue, base.queue, undefined),
    run: pick(over.run, base.run, undefined),
    total: pick(over.total, base.total, undefined),
  }
}

/** A number is the total. */
function checkTimeouts(option: string, value: number | TaskTimeouts): TaskTimeouts {
  if (typeof value === 'number') return { total: milliseconds(option, value) }
  return checkOptions<TaskTimeouts>(
    option,
    value,
    TIMEOUTS,
    'milliseconds, or { queue?, run?, total? } in milliseconds',
    `${option}.`,
  )
}

/** A number is how often a call that threw runs again. @throws TypeError or RangeError */
export function checkRetry(option: string, value: number | TaskRetry): TaskRetry {
  if (typeof value === 'number') return { error: bound(0)(option, value) }
  return checkOptions<TaskRetry>(
    option,
    value,
    RETRY,
    'a number of retries, or { error?, crash?, delayMs?, factor?, jitter?, shouldRetry? }',
    `${option}.`,
  )
}

const HIGH_WATER_MARK: { readonly [Name in keyof HighWaterMark]-?: Check } = {
  size: callable,
  max: (option, value: number) => {
    if (!(value > 0)) fail(option, value, 'a number, more than 0')
  },
}

/** A number counts items. @throws TypeError or RangeError */
export function checkHighWaterMark(option: string, value: number | HighWaterMark): CallHighWaterMark {
  if (typeof value === 'number') return { max: bound(1)(option, value), size: undefined }
  const own = checkOptions<{ max: number; size: (item: unknown) => number }>(
    option,
    value,
    HIGH_WATER_MARK,
    'a number of items, or { size, max }',
    `${option}.`,
  )
  HIGH_WATER_MARK.max(`${option}.max`, own.max as never)
  HIGH_WATER_MARK.size(`${option}.size`, own.size as never)
  return { max: own.max, size: own.size.bind(value) }
}

function mergeRetry(base: CallRetry = NO_RETRY, over: TaskRetry): CallRetry {
  return { ...base, ...over } as CallRetry
}

function transferList(option: string, transfer: unknown): void {
  const isList =
    Array.isArray(transfer) && transfer.every((item) => typeof item === 'object' && item !== null)
  if (transfer !== 'auto' && !isList) fail(option, transfer, "an array of transferable objects, or 'auto'")
}

/** What the options derive from a call's arguments, or what the deriving functions threw. */
export interface Derived {
  readonly key: string | undefined
  readonly affinity: CallAffinity | undefined
  readonly failure?: { readonly error: unknown }
}

/** A value that is not text fails the call, like a function that throws. */
export function derive(args: readonly unknown[], options: CallOptions): Derived {
  const { key, keyOf, affinityOf } = options
  try {
    const ask = (name: string, fn: typeof keyOf): string | undefined => {
      const derived = fn && Reflect.apply(fn, undefined, args as never[])
      return derived ? text(`${name}(…)`, derived, true) : undefined
    }
    const name = ask('affinity', affinityOf)
    return {
      key: key ?? ask('keyOf', keyOf),
      affinity: name === undefined ? undefined : { name, isHit: undefined },
    }
  } catch (error) {
    return { key: undefined, affinity: undefined, failure: { error } }
  }
}
