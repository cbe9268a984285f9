/** What a running handler knows about its call, and how it sends values to the page. */
import type { Emit, ProgressOf } from '../types/conversation.ts'
import {
  BEAT,
  type CallMeta,
  callIdOf,
  PROGRESS,
  UNCAUGHT,
  WANTS_EVERY,
  WANTS_PROGRESS,
} from '../wire/protocol.ts'
import { postError, ProgressReport } from './progress-report.ts'
import { runSpan, type SpanLog, type SpanPlace, TOP } from './worker-spans.ts'

/** A span attribute's value. */
export type SpanAttributes = { readonly [name: string]: unknown }

/** Options of {@link TaskContext.span}. */
export interface SpanOptions {
  /** Read when the span ends, so that `fn` may add to them. */
  readonly attributes?: SpanAttributes | undefined
}

/**
 * A handler's view of its call; get it with {@link taskContext}. `Extra` types what `progress` and `emit` take, see
 * {@link TaskApi}; `Method` is the handler's name.
 */
export interface TaskContext<Extra = unknown, Method extends string = string> {
  /** Aborts, with the caller's reason, when the call is aborted or times out. */
  readonly signal: AbortSignal
  readonly callId: string
  readonly method: string
  readonly key?: string
  /** Which attempt of the call this is, from 1; more than 1 when it runs again after a crash or an error. */
  readonly attempt: number
  /** The W3C `traceparent` of the call's span, to pass on with `fetch`; undefined when telemetry is off. */
  readonly traceparent?: string
  readonly tracestate?: string
  /** Throws the abort reason if the call was aborted. */
  throwIfAborted(): void
  /** Sends the caller the current value; within a frame the newest wins, unless the caller passed `progressEvery`. */
  progress(value: ProgressOf<Extra, Method>): void
  /** Sends an event to the page. Listeners of the task receive it, not only the caller. */
  readonly emit: Emit<Extra>
  /** A sign of life, for `heartbeatMs`. */
  beat(): void
  /** Runs `fn` inside a span that is a child of the task's span; `ctx.span` nests. Returns what `fn` returns. */
  span<T>(name: string, fn: (ctx: TaskContext) => T): T
  span<T>(name: string, options: SpanOptions, fn: (ctx: TaskContext) => T): T
  /** Lets messages arrive during a long loop, cancels among them. Rejects with the reason if the call was aborted. */
  pause(): Promise<void>
}

/** The port to the page, as the harness needs it. */
export interface PagePort {
  postMessage(message: unknown, transfer?: Transferable[]): void
}

/** The callbacks of a call. */
interface CallbacksOfJob {
  answered(number: number, isResult: unknown, value: unknown): void
  end(reason: unknown): void
}

/** A call on the worker, from its arrival to its reply. */
export class Job {
  startedAt = 0
  /** Items of its stream that were sent. */
  itemsSent = 0
  /** Items that the consumer of its stream has room for. */
  room: number
  aborted = false
  reason: unknown
  controller: AbortController | undefined
  spans: SpanLog | undefined
  /** Its callbacks, which end with it. */
  callbacks: CallbacksOfJob | undefined
  private progressReport: ProgressReport | undefined

  readonly id: number
  readonly method: string
  readonly handler: (...args: unknown[]) => unknown
  readonly args: unknown[]
  readonly flags: number
  /** What has to be claimed before it runs; 0 for nothing. */
  readonly claim: number
  readonly meta: CallMeta | undefined
  private readonly port: PagePort
  private readonly cancelFlags: Int32Array | null
  readonly emit: Emit

  constructor(
    init: Pick<Job, 'id' | 'method' | 'handler' | 'args' | 'flags' | 'claim' | 'meta'>,
    port: PagePort,
    cancelFlags: Int32Array | null,
    emit: Emit,
  ) {
    this.id = init.id
    this.method = init.method
    this.handler = init.handler
    this.args = init.args
    this.flags = init.flags
    this.claim = init.claim
    this.meta = init.meta
    this.room = init.meta?.[4] ?? 0
    this.port = port
    this.cancelFlags = cancelFlags
    this.emit = emit
  }

  abort(reason: unknown): void {
    if (this.aborted) return
    this.aborted = true
    // As AbortController does it: a handler that catches the reason can rely on an error.
    this.reason = reason === undefined ? new DOMException('The call was aborted', 'AbortError') : reason
    this.callbacks?.end(this.reason)
    this.controller?.abort(this.reason)
  }

  /**
   * A synchronous loop receives no message: where the page could share memory, its cancel flags are asked too.
   * The reason has not arrived then, so the standard one takes its place.
   */
  throwIfAborted(): void {
    if (!this.aborted && this.cancelFlags) {
      for (let index = 0; index < this.cancelFlags.length; index++) {
        if (Atomics.load(this.cancelFlags, index) === this.id) {
          this.abort(new DOMException('The call was aborted', 'AbortError'))
          break
        }
      }
    }
    if (this.aborted) throw this.reason
  }

  signal(): AbortSignal {
    if (!this.controller) {
      this.controller = new AbortController()
      if (this.aborted) this.controller.abort(this.reason)
    }
    return this.controller.signal
  }

  progress(value: unknown): void {
    if ((this.flags & WANTS_PROGRESS) === 0) return
    this.progressReport ??= new ProgressReport(
      (newest) => this.port.postMessage([PROGRESS, this.id, newest]),
      (error) => postError(this.port, UNCAUGHT, error),
      (this.flags & WANTS_EVERY) === 0 ? undefined : 0,
    )
    this.progressReport.report(value)
  }

  /** The last value goes out before the reply does. */
  flushProgress(now: number): void {
    this.progressReport?.flush(now)
  }

  beat(): void {
    this.port.postMessage([BEAT, this.id])
  }
}

/** Implements {@link TaskContext} over a {@link Job}; its functions are bound, so they can be destructured. */
export class JobContext implements TaskContext {
  declare readonly key?: string
  declare readonly traceparent?: string
  declare readonly tracestate?: string
  readonly callId: string
  readonly method: string
  readonly attempt: number

  private readonly job: Job
  /** The span that nested spans are children of. */
  private readonly place: SpanPlace

  constructor(job: Job, place: SpanPlace = TOP) {
    this.job = job
    this.place = place
    const { meta } = job
    this.callId = callIdOf(job.id)
    this.method = job.method
    this.attempt = meta?.[1] ?? 1
    if (meta?.[2] !== undefined) this.key = meta[2]
    if (meta?.[0] !== undefined) this.traceparent = meta[0]
    if (meta?.[3] !== undefined) this.tracestate = meta[3]
  }

  get signal(): AbortSignal {
    return this.job.signal()
  }

  readonly throwIfAborted = (): void => this.job.throwIfAborted()
  readonly progress = (value: unknown): void => this.job.progress(value)
  readonly beat = (): void => this.job.beat()
  get emit(): Emit {
    return this.job.emit
  }
  readonly pause = async (): Promise<void> => {
    await macrotask()
    this.job.throwIfAborted()
  }

  readonly span = <T>(
    name: string,
    optionsOrFn: SpanOptions | ((ctx: TaskContext) => T),
    maybeFn?: (ctx: TaskContext) => T,
  ): T => {
    const [options, fn] =
      typeof optionsOrFn === 'function' ? [undefined, optionsOrFn] : [optionsOrFn, maybeFn]
    if (typeof fn !== 'function')
      throw new TypeError(`taskContext().span(name, options?, fn): fn must be a function, got ${typeof fn}`)
    return runSpan(this.job, this.place, name, options, (place) => fn(new JobContext(this.job, place)))
  }
}

/** On the global object: the page's copy of this module (in-process workers) and a handler's import must agree. */
const SLOT = Symbol.for('atelier.current-job')
interface Current {
  job: Job | undefined
  /** How each worker that is served here emits. There are several only where workers have no thread. @foreign */
  emits?: Set<Emit>
}
const shared = globalThis as unknown as Record<typeof SLOT, Current | undefined>
const current: Current = (shared[SLOT] ??= { job: undefined })

/** A worker is served in this realm from now on, until the function that this returns is called. */
export function serves(emit: Emit): () => void {
  const emits = (current.emits ??= new Set())
  emits.add(emit)
  return () => {
    emits.delete(emit)
  }
}

/** How the worker of the running handler emits, or the only one that there is; nothing when all have ended. */
export function currentEmit(): Emit | undefined {
  if (current.job) return current.job.emit
  const { emits } = current
  if (emits === undefined) throw new Error('emit() was called before createTaskWorker()')
  if (emits.size > 1) {
    throw new Error(
      'emit() cannot know which worker you mean: several run in-process on this page. In a handler, take emit from ' +
        'taskContext() before the first await.',
    )
  }
  return [...emits][0]
}

/** Runs `fn` with `job` as the one that {@link taskContext} speaks of. */
export function withJob<T>(job: Job, fn: () => T): T {
  const outer = current.job
  current.job = job
  try {
    return fn()
  } finally {
    current.job = outer
  }
}

/**
 * Returns the context of the call that is being handled. Call it at the top of a handler, before its first `await`.
 * After that it could not know which of several calls you mean, so it throws.
 */
export function taskContext<Extra = unknown, Method extends string = string>(): TaskContext<Extra, Method> {
  if (current.job) return new JobContext(current.job)
  throw new Error(
    'taskContext() was called outside a handler, or after its first await. Call it at the top of the handler and keep what it returns.',
  )
}

const wakers: (() => void)[] = []
let channel: MessageChannel | undefined

/** Resolves in a later task: a timer would be clamped to 4 ms when nested. */
export function macrotask(): Promise<void> {
  // In Jest's jsdom, behind an in-process worker.
  if (typeof MessageChannel === 'undefined') return new Promise((resolve) => setTimeout(resolve))
  if (!channel) {
    channel = new MessageChannel()
    channel.port1.onmessage = () => wakers.shift()?.()
  }
  const { port2 } = channel
  return new Promise((resolve) => {
    wakers.push(resolve)
    port2.postMessage(0)
  })
}

/** Microtasks of a chain of async functions that returns what it has: some three for each of five. */
const HOPS = 16

/** Promises that have settled are read, through the async functions that pass them on. */
export async function promisesRead(): Promise<void> {
  for (let hop = 0; hop < HOPS; hop++) await Promise.resolve()
}
