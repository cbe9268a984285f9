/** What a program is: plain JSON, so that it can be printed, replayed and cut down to what fails. */
import type { CrashPolicy } from '../../setup/crash-policies.ts'
import type { KeyMode, QueuePolicy, TaskPriority, TaskTimeouts } from 'atelier-react/core'
import type { TortureMethod } from '../worker/methods.ts'

/** How long to wait before an operation; left out: the same turn as the one before. */
export type Wait = number | 'micro' | 'task'

/** What a factory gives for the nth worker; after the list, good ones. */
export type WorkerKind =
  | 'good'
  | 'late'
  | 'missing'
  | 'unreachable'
  | 'throwsOnLoad'
  | 'silent'
  | 'setupThrows'
  | 'setupPromise'
  | 'setupThenable'
  | 'saves'
  | 'savesBadly'
  | 'same'
  | 'dead'
  | 'garbage'
  | 'factoryThrows'
  | 'factoryThrowsSymbol'
  | 'factoryThrowsBare'

/** What `setupData` gives for the nth start; after the list, a value. */
export type SetupKind = 'value' | 'late' | 'throws' | 'rejects' | 'unclonable'

export interface TaskSpec {
  readonly id: string
  readonly type: 'parallel' | 'singleton'
  readonly maxWorkers?: number
  readonly minWorkers?: number
  readonly maxCallsPerWorker?: number
  readonly maxInFlight?: number
  readonly maxQueueDepth?: number
  readonly maxBlocked?: number
  readonly queuePolicy?: QueuePolicy
  readonly keyMode?: KeyMode
  readonly crashPolicy?: CrashPolicy
  readonly crashMaxRetries?: number
  readonly abortGraceMs?: number
  readonly startTimeoutMs?: number
  readonly heartbeatMs?: number
  readonly idleTimeoutMs?: number
  readonly ahead?: 'auto' | 'off' | 'always'
  readonly eager?: boolean
  /** Short calls that are made, and awaited, before the program. */
  readonly warmUps?: number
  readonly workers?: readonly WorkerKind[]
  readonly setups?: readonly SetupKind[]
  /** How often a call that throws runs again, after how long, and whether its user is asked. */
  readonly retry?: {
    readonly error: number
    readonly crash?: number
    readonly delayMs?: number
    readonly asks?: boolean
  }
  /** Whether `keyOf` and `payloadAttributes` are given. */
  readonly derives?: boolean
}

export interface CallSpec {
  readonly key?: string
  readonly keyMode?: KeyMode
  readonly priority?: TaskPriority
  readonly timeoutMs?: number | TaskTimeouts
  readonly signal?: string
  /** Of the session that has been opened under this name. */
  readonly session?: string
  readonly affinity?: string
  readonly trace?: string | null
  readonly transfer?: 'auto' | 'list'
  readonly transferResult?: boolean
  /** What happens in a callback of the call. */
  readonly onStart?: readonly Op[]
  readonly onProgress?: readonly Op[]
  readonly onAdmitted?: readonly Op[]
  readonly onSettled?: readonly Op[]
}

interface OpOf<Name extends string> {
  readonly op: Name
  /** Stays the same when others are cut away. */
  readonly id: number
  readonly wait?: Wait
}
interface OfTask {
  readonly task: string
}
export interface CallOp extends OpOf<'call'>, OfTask {
  readonly method: TortureMethod
  readonly args: readonly (number | string)[]
  readonly with?: CallSpec
}
export interface StreamOp extends OpOf<'stream'>, OfTask {
  readonly count: number
  readonly gap: number
  /** Items that are read: all when left out, none when 0. */
  readonly read?: number
  /** Milliseconds that the reader takes for each item. */
  readonly pause?: number
  readonly with?: CallSpec
}
export interface MapOp extends OpOf<'map'>, OfTask {
  readonly count: number
  readonly ordered?: boolean
  readonly onError?: 'throw' | 'skip' | 'settle'
  /** Results after which the loop is left. */
  readonly leave?: number
  readonly signal?: string
  /** The nth input fails. */
  readonly failAt?: number
}
export interface LimitOp extends OpOf<'limit'>, OfTask {
  readonly count: number
  readonly concurrency: number
  readonly leave?: number
  readonly signal?: string
}
/** What else a task and its runtime can be asked for. */
export type Request =
  | 'whenIdle'
  | 'runtimeIdle'
  | 'close'
  | 'runtimeClose'
  | 'clearQueue'
  | 'checkpoint'
  | 'restartWorker'
  | 'inspect'

/** Words of the hooks' kit, see page/react. */
export type ReactAct =
  | 'mount'
  | 'strict'
  | 'update'
  | 'inline'
  | 'hide'
  | 'show'
  | 'suspend'
  | 'reveal'
  | 'run'
  | 'refetch'
  | 'reset'
  | 'unmount'

export type Op =
  | CallOp
  | StreamOp
  | MapOp
  | LimitOp
  | (OpOf<'flood'> & OfTask & { readonly count: number; readonly with?: CallSpec })
  | (OpOf<'abort'> & { readonly target: number; readonly reason?: string })
  | (OpOf<'abortSignal'> & { readonly signal: string; readonly reason?: string })
  | (OpOf<'abortKey'> & {
      readonly keys: readonly string[]
      readonly reason?: string
      readonly sticky?: boolean
    })
  | OpOf<'clearKeys'>
  | (OpOf<'listen'> & OfTask)
  | (OpOf<'session'> & OfTask & { readonly name: string; readonly timeoutMs?: number })
  | (OpOf<'endSession'> & { readonly name: string })
  | (OpOf<'prioritize'> & { readonly target: number; readonly priority: TaskPriority })
  | (OpOf<'ask'> & OfTask & { readonly what: Request })
  | (OpOf<'stop' | 'start' | 'disposeTask' | 'state' | 'junk'> & OfTask)
  | (OpOf<'kill' | 'crash'> & OfTask & { readonly nth: number })
  | (OpOf<'resize'> & OfTask & { readonly maxWorkers: number; readonly maxInFlight?: number })
  | (OpOf<'broadcast'> & OfTask)
  | OpOf<
      | 'disposeRuntime'
      | 'flush'
      | 'clearMeasures'
      | 'snapshot'
      | 'subscribe'
      | 'unsubscribe'
      | 'collect'
      | 'throw'
    >
  | (OpOf<'retain'> & { readonly ms: number })
  | OpOf<'release'>
  | (OpOf<'trace'> & { readonly name: string })
  | (OpOf<'endTrace'> & { readonly name: string })
  | (OpOf<'block'> & { readonly ms: number })
  | (OpOf<'dateJump'> & { readonly ms: number })
  | (OpOf<'freeze' | 'offline' | 'leave'> & { readonly ms: number })
  | (OpOf<'hostile'> & OfTask & { readonly where: string; readonly value: string })
  | (OpOf<'react'> & { readonly act: ReactAct; readonly hook: string })

/** A place where a callback of the user's is called; see page/callbacks. */
export type Place =
  | 'event.span'
  | 'event.worker'
  | 'event.counter'
  | 'event.gauge'
  | 'event.trace'
  | 'event.call'
  | 'taskEvent'
  | 'callback'
  | 'setupData'
  | 'shouldRetry'
  | 'snapshot'
  | 'keyOf'
  | 'payloadAttributes'
  | 'factory'
  | 'meter'
  | 'tracer'
  | 'span'
  | 'exporter'
  | 'traceState'

/** An operation that runs in the nth call of a callback. */
export interface Hook {
  readonly on: Place
  readonly nth: number
  readonly run: Op
}

export interface World {
  /** `broken` names the function of the telemetry that throws each time, e.g. `span.end`. */
  readonly otel: 'real' | 'off' | 'broken'
  readonly broken?: string
  readonly events: boolean
  /** Whether the steps of calls are listened to as well. */
  readonly steps?: boolean
  readonly performance: boolean
  readonly retain?: number
  /** Of all tasks together. */
  readonly maxConcurrency?: number
  readonly marks?: boolean
  readonly sampleRate?: number
  readonly tasks: readonly TaskSpec[]
  readonly hooks: readonly Hook[]
}

export interface Program {
  readonly seed: number
  readonly profile: string
  readonly world: World
  readonly ops: readonly Op[]
}
