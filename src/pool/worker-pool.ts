/** The executor of a task: accepts calls, keeps the task's state, and starts and stops its workers. */
import { Call, type CallControl, type CallOptions, SETTLED } from '../call/call.ts'
import { type Derived, derive } from '../options/call-options.ts'
import type { ResolvedTaskConfig } from '../options/task-options.ts'
import { Admission } from './admission.ts'
import { Affinities } from './affinities.ts'
import { AwaitedCalls } from './awaited-calls.ts'
import { Canceller } from './canceller.ts'
import { openCalls, retireWorkers, waits } from './crash-recovery.ts'
import type { TaskFate } from './failed-starts.ts'
import { DispatchQueue } from '../queue/dispatch-queue.ts'
import type { QueueEvents } from '../queue/queue-events.ts'
import { Dispatcher } from './dispatcher.ts'
import { argsError, encodeArgs } from './encoded-args.ts'
import * as failures from '../errors/failures.ts'
import type { Host, Pump } from './turns.ts'
import type { TaskSize } from '../types/control.ts'
import { resizePool } from './resize.ts'
import type { CallRelation, TaskIdentity } from '../telemetry/instrumentation.ts'
import type { TaskPriority } from '../types/task.ts'
import { CallPromise, WatchedPromise } from '../call/call-promise.ts'
import { type KeptShapes, keptShapes } from '../call/kept-shapes.ts'
import { fleetSettings } from './fleet-settings.ts'
import { KeyLanes } from '../queue/key-lanes.ts'
import type { PoolParts } from './pool-parts.ts'
import { PoolSessions } from './sessions.ts'
import { Settlement } from './settlement.ts'
import { SideLoading } from './side-loading.ts'
import { startTrace } from '../options/runtime-options.ts'
import { TaskEvents } from './task-events.ts'
import { TaskService } from './task-service.ts'
import type { WorkerChannel } from '../channel/worker-channel.ts'
import { WorkerFleet } from './worker-fleet.ts'

const done = Promise.resolve()
const consumerLeft = () => new DOMException('The consumer of the stream has left', 'AbortError')

export class WorkerPool implements CallControl, QueueEvents, TaskFate, Pump {
  readonly parts: PoolParts
  readonly shapes: KeptShapes
  lastCrash: TaskFate['lastCrash']
  private readonly service = new TaskService()
  isSendDue = false
  private readonly dispatcher: Dispatcher
  private readonly canceller: Canceller
  private readonly admission: Admission

  constructor(
    config: ResolvedTaskConfig,
    task: TaskIdentity,
    host: Host,
    changed: () => void,
    events: TaskEvents = new TaskEvents(),
  ) {
    const queue = new DispatchQueue(config, this)
    const lanes = new KeyLanes(queue, (call, by) => this.supersede(call, by))
    const pumpSoon = (): void => host.pumpSoon(this)
    const share = host.concurrency?.share(pumpSoon) ?? null
    const settlement = new Settlement(
      host,
      queue,
      (call, error) => this.canceller.stop(call, 'failure', error, error),
      (call) => {
        if (call.key === undefined) return
        lanes.over(call)
        if (call.options.session) call.options.session.usedAt = host.now()
      },
      share,
    )
    const shared: Omit<PoolParts, 'fleet'> = {
      config,
      task: { ...task, control: this },
      host,
      queue,
      settlement,
      lanes,
      events,
      side: null,
      sessions: new PoolSessions({
        ...{ host, queue },
        taskId: task.taskId,
        isSingleton: config.type === 'singleton',
        fleet: () => parts.fleet,
        openCalls: () => openCalls(parts),
        stop: (call, outcome, error) => this.canceller.stop(call, outcome, error, error),
        pumpSoon,
        changed,
      }),
      awaited: new AwaitedCalls((call, error) => this.canceller.stop(call, 'failure', error, error)),
      share,
      affinities: new Affinities(() => parts.fleet),
      changed,
      pumpSoon,
    }
    // The fleet comes last: it needs SideLoading, which needs the other parts.
    const parts = shared as Omit<PoolParts, 'fleet'> & { fleet: WorkerFleet }
    this.parts = parts
    this.shapes = keptShapes(parts.task, config.calls.defaults)
    this.dispatcher = new Dispatcher(parts)
    this.canceller = new Canceller(parts, this.dispatcher)
    this.admission = new Admission(parts, this.service, {
      tellStart: (call) => this.dispatcher.tellStart(call),
      linked: (call, to, relation) => this.link(call, to, relation),
    })
    const side = new SideLoading({
      parts,
      dispatcher: this.dispatcher,
      canceller: this.canceller,
      fate: this,
    })
    const settings = fleetSettings(config, task, host.clock)
    parts.fleet = new WorkerFleet(settings, parts.task, host, side)
  }

  get status(): 'idle' | 'active' | 'stopped' | 'failed' {
    if (this.service.hasFailed) return 'failed'
    if (this.service.isPaused) return 'stopped'
    return this.parts.fleet.channels.length > 0 || !this.isIdle ? 'active' : 'idle'
  }

  /** Makes a call. When this returns, the call is queued, blocked, or settled. */
  call(method: string, args: readonly unknown[], options: CallOptions): CallPromise<unknown> {
    const { host, task, settlement, awaited, changed } = this.parts
    // User code runs first, before the call exists.
    const isDerived = options.keyOf !== undefined || options.affinityOf !== undefined
    const { key, affinity, failure }: Derived = isDerived ? derive(args, options) : options
    const own = affinity ? { ...options, affinity } : options
    const encoded = options.codecs && encodeArgs(args, options.codecs)
    const failed = failure ?? encoded?.failure
    const sent = encoded?.args ?? args
    const call = new Call(host.nextCallId(), task, method, sent, own, key ?? options.session?.lane)
    const promise = awaited.valued.has(method) ? new CallPromise(call) : new WatchedPromise(call)
    if (options.trace != null) startTrace(options.trace)
    host.seam.active?.callEnqueued(call)
    host.begin()
    try {
      if (failed) settlement.settle(call, 'failure', argsError(call, failed.error))
      else if (!this.admission.refuse(call)) this.admission.enter(call)
      changed()
    } finally {
      host.endCall(this)
    }
    return promise
  }

  /** Makes one call for each worker. */
  broadcast(method: string, args: readonly unknown[], options: CallOptions): Promise<unknown>[] {
    const { refusal } = this.service
    return this.parts.sessions.toEach(
      (own) => this.call(method, args, { ...options, ...own }),
      refusal !== null,
    )
  }

  /** @see CallControl */
  abort(call: Call, reason: unknown): void {
    if (call.state === SETTLED) return
    this.canceller.stop(call, 'canceled', failures.aborted(call, reason), reason)
  }

  /** @see CallControl */
  awaited(call: Call): void {
    this.parts.awaited.note(call)
  }

  /** Aborts the open calls that match, and returns how many. */
  abortWhere(isMeant: (call: Call) => boolean, reason: unknown): number {
    const calls = openCalls(this.parts).filter(isMeant)
    for (const call of calls) this.abort(call, reason)
    return calls.length
  }

  /** Aborts waiting calls, but not running ones. Returns how many were aborted. */
  clearQueue(reason: unknown): number {
    let count = 0
    this.parts.host.turn(() => {
      count = this.abortWhere(waits, reason)
    })
    return count
  }

  /** @see CallControl */
  prioritize(call: Call, priority: TaskPriority): void {
    this.admission.prioritize(call, priority)
  }

  private link(call: Call, to: Call, relation: CallRelation): void {
    const { host } = this.parts
    if (call.telemetry !== null) host.record(() => host.seam.active?.callLinked(call, to, relation))
  }

  private supersede(call: Call, by: Call): void {
    const error = failures.superseded(call, by.callId)
    this.link(call, by, 'superseded')
    this.canceller.stop(call, 'canceled', error, error)
  }

  /** @see CallControl */
  grant(call: Call, items: number): void {
    if (items < 0) return this.abort(call, consumerLeft())
    const { host, lanes, settlement } = this.parts
    host.turn(() => {
      const alone = lanes.unshare(call)
      if (alone !== null) this.admission.again(settlement.parted(alone))
      call.room += items
      // From now on, its handler must send an item or a sign of life.
      call.beatAt = host.now()
      if (call.isPosted) (call.place as WorkerChannel).link?.grant(call, items)
    })
  }

  /** @see QueueEvents */
  admitted(call: Call): void {
    this.admission.admitted(call)
  }

  /** @see QueueEvents */
  mustWait(call: Call): boolean {
    return call.key !== undefined && this.parts.lanes.mustWait(call)
  }

  /** @see QueueEvents */
  canStart(call: Call): boolean {
    return !this.service.isPaused && this.dispatcher.canStart(call)
  }

  /** @see QueueEvents */
  oldestHeld(): Call | null {
    return this.parts.lanes.oldestHeld()
  }

  /** @see QueueEvents */
  evicted(call: Call): void {
    const { settlement, config } = this.parts
    settlement.settle(call, 'rejected', failures.queueFull(call, 'dropped-oldest', config.maxQueueDepth))
  }

  pump(): void {
    if (!this.isRunning) return this.parts.share?.rest()
    this.dispatcher.dispatch()
    this.parts.changed()
    const { heartbeatMs } = this.parts.config
    if (heartbeatMs !== undefined) this.canceller.watchHeartbeat(heartbeatMs)
    this.sendSoon()
  }

  send(makes: boolean): void {
    const { fleet, queue, side } = this.parts
    if (queue.readyCount + queue.ahead > 0 && this.isRunning) side?.handOut()
    if (makes) fleet.makeAll()
    for (const channel of fleet.channels) channel.link?.flush()
    this.shapes.call.runId = 0
  }

  /** Whether waiting calls are given to workers. */
  private get isRunning(): boolean {
    const { isPaused, hasFailed, isDisposed } = this.service
    return !isPaused && !hasFailed && !isDisposed
  }

  /** Sends when the caller's turn is over, so that the calls of one turn travel together, most urgent first. */
  private sendSoon(): void {
    if (this.isSendDue) return
    this.isSendDue = true
    // Don't use queueMicrotask: Jest's fake timers replace it, and no call would leave the page.
    void done.then(() => {
      this.isSendDue = false
      this.parts.host.send(this)
    })
  }

  /** Whether no call is open and no aborted handler is still running. */
  get isIdle(): boolean {
    const { inFlight, pending, blocked } = this.parts.queue
    return inFlight + pending + blocked === 0
  }

  /** Accepts no more calls. Open calls continue. */
  close(): void {
    this.service.close()
  }

  /** Starts all workers, and ends a stop or a failure. */
  start(): void {
    if (this.service.isDisposed) return
    this.service.start()
    this.recovered()
    this.parts.fleet.spawnAll()
    this.parts.pumpSoon()
    this.parts.changed()
  }

  /** Stops all workers. Running calls are aborted, the others wait for {@link start}. */
  stop(): void {
    if (this.service.isDisposed) return
    this.service.isPaused = true
    this.parts.host.turn(() => retireWorkers(this.parts, this.dispatcher, 'stopped'))
  }

  /** Replaces a worker with a new one, or ends it as a crash would. False if no worker has this index. */
  restart(index: number, isCrash = false): boolean {
    const channel = this.parts.fleet.channels.find((each) => each.index === index)
    if (channel?.link && isCrash) channel.link.die('was ended by control.simulateCrash')
    else if (channel) this.canceller.replace(channel, 'restarted', 'was ended by control.restartWorker')
    return channel !== undefined
  }

  /** @see resizePool */
  resize(size: TaskSize): void {
    resizePool(this.parts, size)
  }

  /** Stops all workers and aborts all calls. The next call starts workers again. */
  park(): void {
    this.endAll('parked', 'canceled', (call) => failures.aborted(call, 'parked'))
  }

  /** Ends the task permanently. */
  dispose(): void {
    if (this.service.isDisposed) return
    this.service.dispose()
    this.parts.side?.end()
    this.endAll('disposed', 'canceled', failures.disposed)
  }

  /** @see TaskFate */
  fail(make: (call: Call) => Error, mayRecover: boolean): void {
    const { host } = this.parts
    if (this.service.hasFailed || this.service.isDisposed) return
    this.service.fail(make, mayRecover, host.now())
    this.endAll('stopped', 'failure', (call) => this.parts.sessions.refusal(call) ?? make(call))
  }

  private endAll(
    reason: 'stopped' | 'parked' | 'disposed',
    outcome: 'canceled' | 'failure',
    make: (call: Call) => Error,
  ): void {
    this.parts.host.turn(() => {
      for (const call of openCalls(this.parts)) this.parts.settlement.settle(call, outcome, make(call))
      retireWorkers(this.parts, this.dispatcher, reason)
    })
  }

  /** @see TaskFate */
  recovered(): void {
    this.service.recovered()
    this.parts.fleet.forgive()
  }
}
