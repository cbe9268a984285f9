/** The executor of a task: takes calls in, keeps its state, and starts and stops its workers. */
import { BLOCKED, Call, type CallControl, type CallOptions, RUNNING, SETTLED } from '../call/call.ts'
import { type DerivedKey, deriveKey } from '../options/call-options.ts'
import type { ResolvedTaskConfig } from '../options/task-options.ts'
import { tellStep } from './call-steps.ts'
import { Canceller } from './canceller.ts'
import { openCalls, retireWorkers } from './crash-recovery.ts'
import { ChannelDesk, type TaskFate } from './worker-replies.ts'
import { DispatchQueue, type QueueEvents } from '../queue/dispatch-queue.ts'
import { Dispatcher } from './dispatcher.ts'
import * as failures from '../errors/failures.ts'
import type { Host, Pump } from './turns.ts'
import type { CallRelation, TaskIdentity } from '../telemetry/instrumentation.ts'
import type { CallOutcome } from '../types/telemetry.ts'
import { keptShapes, CallPromise } from '../call/call-promise.ts'
import { KeyLanes } from '../queue/key-lanes.ts'
import type { PoolParts } from './pool-parts.ts'
import { RunWindow } from './run-window.ts'
import { Settlement } from './settlement.ts'
import { startTrace } from '../options/runtime-options.ts'
import { TaskEvents } from './task-events.ts'
import type { WorkerChannel } from '../channel/worker-channel.ts'
import { WorkerFleet } from './worker-fleet.ts'

/** Why a task takes no calls. */
interface Refusal {
  readonly outcome: CallOutcome
  readonly make: (call: Call) => Error
  /** From when on a call may try whether the task works again; on the clock. */
  readonly until?: number
}

/** How long a task that has failed refuses calls before one of them tries again, in ms; twice as long each time that it fails again. */
const FIRST_PAUSE_MS = 5_000
const LONGEST_PAUSE_MS = 60_000

/** {@link Call.admittedAt} of a call that is blocked. */
const NOT_YET = -1

const done = Promise.resolve()
const DISPOSED: Refusal = { outcome: 'canceled', make: failures.disposed }

export class WorkerPool implements CallControl, QueueEvents, TaskFate, Pump {
  readonly parts: PoolParts
  /** Never read: it is there to be there. */
  readonly shapes: readonly object[]
  lastCrash: TaskFate['lastCrash']
  private isPaused = false
  private isSendDue = false
  private pauseMs = FIRST_PAUSE_MS
  private hasFailed = false
  /** Set when the task has failed or is disposed. */
  private refusal: Refusal | null = null
  private readonly dispatcher: Dispatcher
  private readonly canceller: Canceller

  constructor(
    config: ResolvedTaskConfig,
    task: TaskIdentity,
    host: Host,
    changed: () => void,
    events: TaskEvents = new TaskEvents(),
  ) {
    const queue = new DispatchQueue(config, this)
    const lanes = new KeyLanes(queue, (call, by) => this.supersede(call, by))
    const settlement = new Settlement(
      host,
      queue,
      (call, error) => this.canceller.stop(call, 'failure', error, error),
      (call) => {
        if (call.key !== undefined) lanes.over(call)
      },
    )
    const shared: Omit<PoolParts, 'fleet'> = {
      config,
      task: { ...task, control: this },
      host,
      queue,
      settlement,
      lanes,
      window: new RunWindow(),
      events,
      changed,
      pumpSoon: () => host.pumpSoon(this),
    }
    // The fleet comes last: it is told of its owner, which needs the other parts.
    const parts = shared as Omit<PoolParts, 'fleet'> & { fleet: WorkerFleet }
    this.parts = parts
    this.shapes = keptShapes(parts.task, config.calls.defaults)
    this.dispatcher = new Dispatcher(parts)
    this.canceller = new Canceller(parts, this.dispatcher)
    const desk = new ChannelDesk(parts, this.dispatcher, this.canceller, this)
    const settings = {
      ...config,
      name: task.taskName ?? task.taskId,
      limit: Math.min(config.maxWorkers, config.maxInFlight),
      wantsProgress: config.heartbeatMs !== undefined,
      movesAhead: config.ahead === 'always',
      isEager: config.init === 'eager',
      clock: host.clock,
    }
    parts.fleet = new WorkerFleet(settings, parts.task, host, desk, parts.pumpSoon)
  }

  get status(): 'idle' | 'active' | 'stopped' | 'failed' {
    if (this.hasFailed) return 'failed'
    if (this.isPaused) return 'stopped'
    const { fleet, queue } = this.parts
    return fleet.channels.length > 0 || queue.pending + queue.blocked > 0 ? 'active' : 'idle'
  }

  /** Makes a call: when this returns it is queued, blocked, or settled. */
  call(method: string, args: readonly unknown[], options: CallOptions): CallPromise<unknown> {
    const { host, task, settlement, changed } = this.parts
    // The user's code comes first, while nothing of the call is anywhere.
    const { key, failure }: DerivedKey = options.keyOf === undefined ? options : deriveKey(args, options)
    const call = new Call(host.nextCallId(), task, method, args, options, key)
    const promise = new CallPromise<unknown>(call)
    if (options.trace != null) startTrace(options.trace)
    host.seam.active?.callEnqueued(call)
    host.begin()
    try {
      if (failure) settlement.settle(call, 'failure', failure.error)
      else if (!this.refuse(call)) this.enter(call)
      changed()
    } finally {
      host.endCall(this)
    }
    return promise
  }

  /** @see CallControl */
  abort(call: Call, reason: unknown): void {
    if (call.state === SETTLED) return
    this.canceller.stop(call, 'canceled', failures.aborted(call, reason), reason)
  }

  /** Aborts the open calls of which this is true; returns how many. */
  abortWhere(isMeant: (call: Call) => boolean, reason: unknown): number {
    const calls = openCalls(this.parts).filter(isMeant)
    for (const call of calls) this.abort(call, reason)
    return calls.length
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
    if (items < 0) {
      this.abort(call, new DOMException('The consumer of the stream has left', 'AbortError'))
      return
    }
    const { host, lanes, settlement } = this.parts
    host.turn(() => {
      const alone = lanes.unshare(call)
      if (alone !== null) {
        alone.admittedAt = NOT_YET
        this.offer(settlement.parted(alone))
      }
      call.room += items
      // From now on it owes an item, or a sign of life.
      call.beatAt = host.now()
      if (call.isPosted) (call.place as WorkerChannel).grant(call, items)
    })
  }

  /** @see QueueEvents */
  admitted(call: Call): void {
    call.admittedAt = call.admittedAt < 0 ? this.parts.host.now() : call.enqueuedAt
    if (this.parts.host.seam.tellsCalls) tellStep(this.parts.host, call, 'admitted', call.admittedAt)
    call.onAdmitted?.()
    if (call.key === undefined || !this.parts.lanes.admitted(call)) this.parts.queue.makeReady(call)
  }

  /** @see QueueEvents */
  mustWait(call: Call): boolean {
    return call.key !== undefined && this.parts.lanes.mustWait(call)
  }

  /** @see QueueEvents */
  canStart(): boolean {
    return !this.isPaused && this.parts.fleet.canTake
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
    if (this.isPaused || this.refusal) return
    this.dispatcher.dispatch()
    this.parts.changed()
    const { heartbeatMs } = this.parts.config
    if (heartbeatMs !== undefined) this.canceller.watchHeartbeat(heartbeatMs)
    this.sendSoon()
  }

  send(): void {
    const { fleet } = this.parts
    if (!this.isPaused && !this.refusal) this.dispatcher.handOut()
    fleet.makeAll()
    for (const channel of fleet.channels) channel.flush()
  }

  /** When the caller's turn is over: what is called in one turn travels together, the most urgent first. */
  private sendSoon(): void {
    if (this.isSendDue) return
    this.isSendDue = true
    // Not queueMicrotask, which costs several times as much.
    void done.then(() => {
      this.isSendDue = false
      this.parts.host.turn(() => this.send())
    })
  }

  /** Starts all workers, and lifts a stop or a failure. */
  start(): void {
    if (this.refusal === DISPOSED) return
    this.refusal = null
    this.hasFailed = false
    this.isPaused = false
    this.recovered()
    this.parts.fleet.spawnAll()
    this.parts.pumpSoon()
    this.parts.changed()
  }

  /** Stops all workers: running calls abort, the others wait for {@link start}. */
  stop(): void {
    if (this.refusal === DISPOSED) return
    this.isPaused = true
    this.parts.host.turn(() => retireWorkers(this.parts, this.dispatcher, 'stopped'))
  }

  /** Ends a worker and starts another in its place; false where there is none of this index. */
  restart(index: number): boolean {
    const channel = this.parts.fleet.channels.find((each) => each.index === index)
    if (channel) this.canceller.replace(channel, 'restarted', 'was ended by control.restartWorker')
    return channel !== undefined
  }

  /** Stops all workers and aborts all calls; the next call starts workers again. */
  park(): void {
    this.parts.host.turn(() => {
      for (const call of openCalls(this.parts)) {
        this.parts.settlement.settle(call, 'canceled', failures.aborted(call, 'parked'))
      }
      retireWorkers(this.parts, this.dispatcher, 'parked')
    })
  }

  /** Ends the task for good. */
  dispose(): void {
    if (this.refusal === DISPOSED) return
    this.refusal = DISPOSED
    this.parts.host.turn(() => {
      for (const call of openCalls(this.parts))
        this.parts.settlement.settle(call, 'canceled', failures.disposed(call))
      retireWorkers(this.parts, this.dispatcher, 'disposed')
    })
  }

  /** @see TaskFate */
  fail(make: (call: Call) => Error, mayRecover: boolean): void {
    if (this.refusal) return
    const { host } = this.parts
    this.refusal = mayRecover
      ? { outcome: 'failure', make, until: host.now() + this.pauseMs }
      : { outcome: 'failure', make }
    this.pauseMs = Math.min(LONGEST_PAUSE_MS, this.pauseMs * 2)
    this.hasFailed = true
    host.turn(() => {
      for (const call of openCalls(this.parts)) this.parts.settlement.settle(call, 'failure', make(call))
      retireWorkers(this.parts, this.dispatcher, 'stopped')
    })
  }

  /** @see TaskFate */
  recovered(): void {
    this.pauseMs = FIRST_PAUSE_MS
    this.parts.fleet.forgive()
  }

  /** A task that has failed is tried again after a pause, by one start: what it needs may be back. */
  private tryAgain(): void {
    const { host, fleet } = this.parts
    if (this.refusal?.until === undefined || host.now() < this.refusal.until) return
    this.refusal = null
    this.hasFailed = false
    fleet.onProbation()
  }

  /** Settles a call that is not to be accepted, whatever the queue says. */
  private refuse(call: Call): boolean {
    const { settlement, host } = this.parts
    const { signal } = call.options
    this.tryAgain()
    if (this.refusal) return settlement.settle(call, this.refusal.outcome, this.refusal.make(call))
    if (signal?.aborted) return settlement.settle(call, 'canceled', failures.aborted(call, signal.reason))
    if (call.key === undefined || !host.keys.isAborted(call.key)) return false
    return settlement.settle(call, 'canceled', failures.aborted(call, host.keys.stickyReason(call.key)))
  }

  private enter(call: Call): void {
    const { settlement, lanes } = this.parts
    settlement.attach(call)
    // Eviction by key comes before admission by policy.
    const entry = call.key === undefined ? 'new' : lanes.enter(call)
    if (entry === 'joined') {
      const leader = call.leader as Call
      settlement.joined(call, leader)
      if (leader.state === RUNNING) this.dispatcher.tellStart(call)
      this.link(call, leader, 'joined')
    } else if (entry === 'admitted') this.admitted(call)
    else if (entry === 'new') this.offer(call)
    // It stands where another one did, which it has replaced.
    else if (call.state === BLOCKED) call.admittedAt = NOT_YET
    else {
      call.admittedAt = call.enqueuedAt
      if (this.parts.host.seam.tellsCalls) tellStep(this.parts.host, call, 'admitted', call.admittedAt)
    }
  }

  private offer(call: Call): void {
    const { settlement, queue, config } = this.parts
    const admission = queue.offer(call)
    if (admission === 'blocked') call.admittedAt = NOT_YET
    else if (admission !== 'pending') {
      const limit = admission === 'max-blocked' ? config.maxBlocked : config.maxQueueDepth
      settlement.settle(call, 'rejected', failures.queueFull(call, admission, limit))
    }
  }
}
