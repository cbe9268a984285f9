/** The worker's own queue: receives calls, runs a limited number of handlers at once, in order, and replies. */
import { decodeThrown, type Encoded, encodeThrown } from '../wire/error-codec.ts'
import {
  ANSWER,
  AUDIT,
  AUDITED,
  CALLS,
  CANCEL,
  CHECKPOINT,
  CLOSE,
  CLOSED,
  CREDIT,
  HEARD,
  OPEN,
  type ReplyStatus,
  RESULT,
  RETURNED,
  STARTED,
  STREAM_END,
  TAKE_BACK,
  THROWN,
  UNCLAIMED,
  UNREADABLE,
  WANTS_START,
} from '../wire/protocol.ts'
import type { TaskHandlers } from '../types/task.ts'
import { kindOf, readCalls } from './call-reader.ts'
import { Claims } from './claims.ts'
import { EventSender } from './event-sender.ts'
import { callIsOver, PageCallbacks } from './page-callbacks.ts'
import { Checkpoints, type TaskWorkerLifecycle } from './lifecycle.ts'
import { ReplyBatch } from './reply-batch.ts'
import { RunSlots } from './run-slots.ts'
import { failureOf, StreamProducer } from './stream-producer.ts'
import { Job, macrotask, type PagePort, promisesRead, withJob } from './task-context.ts'

/** An event of a worker's global scope; what it has depends on its type. */
export interface ScopeEvent {
  readonly data?: unknown
  readonly reason?: unknown
  readonly defaultPrevented?: boolean
  readonly ports?: readonly MessagePort[]
}

/** The channel to a page, and the locks of the scope where the handlers run. */
export interface HarnessScope extends PagePort {
  readonly navigator?: { readonly locks?: LockManager } | undefined
}

/** A worker's global scope, as far as it is used. */
export interface WorkerScope extends HarnessScope {
  addEventListener(
    type: 'message' | 'messageerror' | 'unhandledrejection' | 'connect',
    listener: (event: ScopeEvent) => void,
  ): void
  close?(): void
}

/** Between the handlers of one batch, messages are read once this much time has passed, in ms. */
const BREATH_MS = 1
/** A reply never waits behind a handler that is known to run as long as this, in ms. */
const SHORT_MS = 0.25

export class Harness {
  /** Arrived, but not started, in order. */
  private readonly waiting = new Set<Job>()
  /** Arrived, but not replied. */
  private readonly open = new Map<number, Job>()
  private readonly streams = new Map<number, StreamProducer>()
  private readonly replies: ReplyBatch
  private readonly claims: Claims
  readonly events: EventSender
  private readonly checkpoints: Checkpoints
  /** The longest of the recent runs by method, in ms: how long a reply would wait behind it. */
  private readonly recent = new Map<string, number>()
  /** The loop runs, or continues by itself later. */
  private isDraining = false
  private cancelFlags: Int32Array | null = null

  private readonly scope: HarnessScope
  private readonly slots: RunSlots
  private readonly handlers: TaskHandlers
  private readonly methods: readonly string[]
  private readonly lifecycle: TaskWorkerLifecycle
  private readonly closeScope: () => void

  constructor(
    scope: HarnessScope,
    handlers: TaskHandlers,
    methods: readonly string[],
    lifecycle: TaskWorkerLifecycle,
    closeScope: () => void,
    slots: RunSlots = new RunSlots(),
    checkpoints: Checkpoints = new Checkpoints(lifecycle),
  ) {
    this.scope = scope
    this.slots = slots
    slots.users.add(this)
    this.handlers = handlers
    this.methods = methods
    this.lifecycle = lifecycle
    this.closeScope = closeScope
    this.replies = new ReplyBatch(scope)
    this.events = new EventSender(scope, () => this.replies.flush())
    this.claims = new Claims(scope.navigator?.locks)
    this.checkpoints = checkpoints
  }

  /** A message could not be read; it may have contained calls. */
  readonly unreadable = (): void => this.scope.postMessage([UNREADABLE])

  /** Processes one message. Foreign and malformed ones are ignored. */
  receive(data: unknown): void {
    // Without the memory for a copy, the browser delivers null.
    if (data === null) this.unreadable()
    if (!Array.isArray(data)) return
    switch (data[0]) {
      case CALLS:
        this.accept(data)
        this.drain()
        break
      case OPEN:
        this.slots.setLimit(data[1])
        if (data[2] instanceof Int32Array) this.cancelFlags = data[2]
        this.claims.open(data[3], data[4])
        this.drain()
        break
      case CANCEL:
        this.cancel(data[1], data[2] === true ? decodeThrown(data[3] as Encoded) : data[3])
        break
      case TAKE_BACK:
        for (let index = 1; index < data.length; index++) this.giveBack(data[index])
        this.replies.flush()
        break
      case CREDIT:
        this.credit(data[1], data[2])
        break
      case ANSWER:
        this.open.get(data[1])?.callbacks?.answered(data[2], data[3], data[4])
        break
      case HEARD:
        if (typeof data[1] === 'number') this.events.heard(data[1])
        break
      case AUDIT:
        this.scope.postMessage([
          AUDITED,
          data[1],
          ...[...this.open.values()].flatMap((job) => [job.id, job.itemsSent]),
        ])
        break
      case CHECKPOINT:
        void this.checkpoints.run(this.scope, data[1])
        break
      case CLOSE:
        void this.close()
        break
    }
  }

  private credit(id: number, items: number): void {
    const stream = this.streams.get(id)
    const job = this.open.get(id)
    if (stream) stream.credit(items)
    // Its generator has not started yet.
    else if (job) job.room += items
  }

  private accept(data: readonly unknown[]): void {
    for (const call of readCalls(data)) {
      const method = this.methods[call.method]
      // Malformed: the page uses the index that it was given.
      if (method === undefined || !Number.isInteger(call.id)) continue
      const handler = this.handlers[method] as Job['handler']
      const job = new Job({ ...call, method, handler }, this.scope, this.cancelFlags, this.events.toAll)
      this.open.set(job.id, job)
      this.waiting.add(job)
      if (job.claim > 0) this.claims.arrived(job.claim)
      if (Array.isArray(data[4])) job.callbacks = new PageCallbacks(job, this.scope, data[4])
    }
  }

  /** Starts what may start. However it ends, the next message can start it again. */
  drain(): void {
    if (this.isDraining) return
    this.isDraining = true
    let goesOn: Promise<unknown> | undefined
    try {
      goesOn = this.startJobs()
    } finally {
      this.isDraining = goesOn !== undefined
      if (!goesOn) this.replies.flush()
    }
    void goesOn?.then(() => {
      this.isDraining = false
      this.drain()
    })
  }

  /** Runs jobs in order; returns a promise if it has to wait before it can continue. */
  private startJobs(): Promise<unknown> | undefined {
    const began = performance.now()
    let now = began
    for (const job of this.waiting) {
      if (this.slots.running >= this.slots.limit) return undefined
      // Messages are read before the next one starts: they may contain a cancel, or ask for the rest.
      if (now - began > BREATH_MS) {
        this.replies.flush()
        return macrotask()
      }
      const isOurs = job.claim === 0 || this.claims.claim(job.claim)
      if (typeof isOurs === 'object') {
        // Anything may have happened in between, so the waiting calls are checked again.
        this.replies.flush()
        return isOurs.then((isGranted) => isGranted || this.scope.postMessage([UNCLAIMED, job.claim]))
      }
      this.waiting.delete(job)
      const { running, limit } = this.slots
      if (isOurs) now = this.start(job, now)
      else this.forget(job)
      // A promise that has settled is read before another handler can change its value, as if each call had its own message.
      if (this.slots.running > running && this.slots.running < limit) return promisesRead()
    }
    return undefined
  }

  private start(job: Job, now: number): number {
    // Replies never wait behind a handler that may run long.
    const isShort = (this.recent.get(job.method) ?? Number.POSITIVE_INFINITY) < SHORT_MS
    job.startedAt = now
    const wantsStart = (job.flags & WANTS_START) !== 0
    if (wantsStart) this.replies.add(job, STARTED, now, undefined)
    // Without a claim, only the message shows that it had begun, should the worker end with it.
    if ((!isShort || (wantsStart && job.claim === 0)) && !this.replies.isEmpty) this.replies.flush()
    return this.run(job)
  }

  /** Runs one handler; returns the clock after its synchronous part. */
  private run(job: Job): number {
    let result: unknown
    let kind: 'value' | 'promise' | 'iterator'
    try {
      result = withJob(job, () => Reflect.apply(job.handler, this.handlers, job.args))
      kind = kindOf(result)
    } catch (error) {
      return this.reply(job, THROWN, encodeThrown(error))
    }
    if (kind === 'value') return this.reply(job, RESULT, result)
    this.slots.running++
    if (kind === 'iterator') this.stream(job, result as Iterator<unknown>)
    else void this.await(job, result)
    return performance.now()
  }

  /** Awaited, because `then` runs code of the promise's: its constructor, or its own `then`. */
  private async await(job: Job, result: unknown): Promise<void> {
    let value: unknown
    try {
      value = await result
    } catch (error) {
      this.finish(job, THROWN, encodeThrown(error))
      return
    }
    this.finish(job, RESULT, value)
  }

  private stream(job: Job, iterator: Iterator<unknown> | AsyncIterator<unknown>): void {
    const producer = new StreamProducer(job, iterator, this.scope, this.replies)
    this.streams.set(job.id, producer)
    const run = producer.run((value) => this.finish(job, STREAM_END, [job.itemsSent, value]))
    run.catch((error: unknown) => this.finish(job, ...failureOf(error)))
  }

  private finish(job: Job, status: ReplyStatus, value: unknown): void {
    this.slots.running--
    this.streams.delete(job.id)
    this.reply(job, status, value)
    this.slots.passOn(this)
  }

  private reply(job: Job, status: ReplyStatus, value: unknown): number {
    const now = performance.now()
    this.forget(job)
    if (job.startedAt > 0) this.remember(job.method, now - job.startedAt)
    try {
      job.flushProgress(now)
      this.replies.add(job, status, now, value)
    } catch (error) {
      // Every path ends in a reply: a call without an answer would block its worker.
      this.replies.add(job, THROWN, now, encodeThrown(error))
    }
    return now
  }

  /** A call that the page took back may have arrived again since, under the same id. */
  private forget(job: Job): void {
    if (this.open.get(job.id) === job) this.open.delete(job.id)
    job.callbacks?.end(callIsOver(job))
    if (job.claim > 0) this.claims.left(job.claim)
  }

  /** Quick to grow, slow to shrink: one long run makes the next replies go out ahead of it. */
  private remember(method: string, ms: number): void {
    const last = this.recent.get(method) ?? 0
    this.recent.set(method, ms > last ? ms : last + (ms - last) / 8)
  }

  private cancel(id: number, reason: unknown): void {
    const job = this.open.get(id)
    if (!job) return
    if (this.giveBack(id)) {
      this.replies.flush()
      if (this.claims.wasLeft(job.claim)) this.scope.postMessage([UNCLAIMED, job.claim])
    } else {
      job.abort(reason)
      this.streams.get(id)?.stop()
    }
  }

  /** Returns a call that has not started; false when it has. */
  private giveBack(id: number): boolean {
    const job = this.open.get(id)
    if (!job || !this.waiting.delete(job)) return false
    this.reply(job, RETURNED, undefined)
    return true
  }

  /** Its page is gone: waiting calls do not run, and running ones are aborted. */
  leave(): void {
    this.slots.users.delete(this)
    for (const { id } of this.open.values())
      this.cancel(id, new DOMException('The page that called is gone', 'AbortError'))
  }

  private async close(): Promise<void> {
    const reason = new DOMException('The worker is being stopped', 'AbortError')
    for (const job of this.open.values()) job.abort(reason)
    try {
      await this.checkpoints.run(this.scope, 0)
      await this.lifecycle.teardown?.()
    } finally {
      this.scope.postMessage([CLOSED])
      this.closeScope()
    }
  }
}
