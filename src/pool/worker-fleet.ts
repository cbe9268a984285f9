/** The workers of a task: decides how many there are, which one takes the next call, and when they start and stop. */
import type { FleetNeeds, FleetSettings } from './fleet-settings.ts'
import type { Host } from './turns.ts'
import { freeShare, lastOf, mayTake, type SlotShares, stays, tooMany } from './worker-slots.ts'
import { StartWatch } from './start-watch.ts'
import type { TaskIdentity } from '../telemetry/instrumentation.ts'
import type { TerminateReason } from '../types/telemetry.ts'
import type { TimerNode } from '../lib/timer-wheel.ts'
import { WorkerChannel } from '../channel/worker-channel.ts'

/** The pauses after a crash and after a failed start: what a start needs may be unavailable for a while. */
const CRASH_BACKOFF = { firstMs: 100, factor: 2, longestMs: 2_000 }
const START_BACKOFF = { firstMs: 250, factor: 4, longestMs: 8_000 }

export class WorkerFleet implements SlotShares {
  readonly channels: WorkerChannel[] = []
  /** Stopped workers whose teardown may still be running. */
  readonly ending: Set<WorkerChannel> = new Set()
  /** Crashes and failed starts by worker index. */
  readonly crashes: Map<number, number> = new Map()
  /** Crashes and failed starts since a call last succeeded. */
  consecutiveCrashes = 0
  /** Called when a worker that had sessions is gone, whatever the reason. */
  onRemoved: ((channel: WorkerChannel) => void) | null = null
  /** How many workers may take calls at once, and how many handlers may run on them. */
  limit: number
  maxInFlight: number
  /** Some worker does not have its share of the slots yet. */
  isUneven = false
  /** How many workers may already have a successor. */
  private leaving = 0
  private readonly settings: FleetSettings
  private readonly task: TaskIdentity
  private readonly host: Host
  private readonly needs: FleetNeeds
  private backoff: TimerNode | null = null
  private idle: TimerNode | null = null
  private readonly starts: StartWatch
  /** Workers to create when the caller's turn is over. */
  private readonly unmade = new Set<WorkerChannel>()
  /** How many workers to replace even if no call needs them, such as workers of an eager task that died or were ended. */
  private owed = 0
  /** The task has failed, and one start will show whether it works again. */
  private isOnProbation = false

  constructor(settings: FleetSettings, task: TaskIdentity, host: Host, needs: FleetNeeds) {
    this.settings = settings
    this.limit = settings.limit
    this.maxInFlight = settings.maxInFlight
    this.starts = new StartWatch(host, settings.startTimeoutMs, (channel, ms) => needs.lateStart(channel, ms))
    this.task = task
    this.host = host
    this.needs = needs
  }

  /** Whether a call made now would find a worker. */
  get canTake(): boolean {
    if (this.canSpawn) return true
    return this.channels.some((channel) => !channel.isFull && mayTake(channel))
  }

  /** Picks the least loaded worker, and prefers a ready one to a starting one. Null if all are full. */
  pick(): WorkerChannel | null {
    let best: WorkerChannel | null = null
    let bestLoad = 1
    for (const channel of this.channels) {
      if (channel.isReserved || channel.retiring !== null) continue
      const load = channel.running / channel.slots
      if (
        load >= bestLoad &&
        !(load === bestLoad && load < 1 && best?.state === 'starting' && channel.state === 'ready')
      )
        continue
      best = channel
      bestLoad = load
      if (load === 0 && channel.state === 'ready') return channel
    }
    if (bestLoad === 0 || !this.canSpawn) return best
    best = this.spawn(false)
    this.fill(this.settings.minWorkers)
    return best
  }

  /** Starts as many workers as are allowed. */
  spawnAll(): void {
    this.fill(this.limit)
  }

  /** A worker was given a call. Near `maxCallsPerWorker`, its successor starts. At the limit, it gets no more calls. */
  given(channel: WorkerChannel): void {
    const { maxCallsPerWorker: most = Number.POSITIVE_INFINITY, isSole } = this.settings
    const rest = most - channel.served - channel.held.size
    if (rest >= lastOf(most) || channel.retiring !== null) return
    // A singleton with a session can't be replaced before the session has ended.
    if (isSole && (rest > 0 || channel.sessions.size > 0)) return
    const hasSuccessor = isSole || channel.isLeaving
    this.leave(channel)
    if (rest <= 0) this.retire(channel, 'max-calls')
    if (!hasSuccessor && this.canSpawn) this.spawn(true)
  }

  /** Calls left a worker, possibly without running. It may get more after all, unless its successor has its place. */
  left(channel: WorkerChannel): void {
    const { maxCallsPerWorker = Number.POSITIVE_INFINITY, isSole } = this.settings
    if (channel.retiring !== 'max-calls' || channel.served + channel.held.size >= maxCallsPerWorker) return
    if (!isSole && this.serving >= this.limit) return
    channel.retiring = null
    channel.isLeaving = false
    this.leaving--
  }

  /** Sets the number of workers and of handlers. Surplus workers finish their calls first. */
  resize(limit: number, maxInFlight: number): void {
    const spare = limit < this.limit ? tooMany(this.channels.filter(stays), limit) : []
    this.limit = limit
    this.maxInFlight = maxInFlight
    for (const channel of spare) this.retire(channel, 'resized')
    this.isUneven = true
    // Without workers, the task is stopped, parked, or was never called, so none are started.
    if (this.serving > 0) this.fill(this.warm)
  }

  /** Removes a channel that has failed or died. */
  remove(channel: WorkerChannel): void {
    const index = this.channels.indexOf(channel)
    if (index >= 0) {
      this.channels.splice(index, 1)
      if (channel.isLeaving) this.leaving--
    }
    this.unmade.delete(channel)
    this.starts.end(channel)
    if (channel.sessions.size > 0) this.onRemoved?.(channel)
  }

  ready(channel: WorkerChannel): void {
    this.isOnProbation = false
    this.starts.end(channel)
    const { host, task } = this
    const { index, madeAt, link } = channel
    const at = host.now()
    host.record(() => host.seam.active?.workerReady(task, index, at, at - madeAt, link?.setupMs))
  }

  /** The worker gave a sign of life: restarts its start timeout. */
  setsUp(channel: WorkerChannel): void {
    this.starts.begin(channel)
  }

  /** Creates the requested workers, except those that are no longer needed. */
  makeAll(): void {
    // The previous worker may still hold an exclusive resource, such as a file.
    if (this.settings.isSole && this.ending.size > 0) return
    for (const channel of this.unmade) {
      if (channel.held.size === 0 && !channel.isWanted) {
        this.remove(channel)
        continue
      }
      const link = this.needs.link(channel, this.settings)
      if (link === null) {
        // Its start timeout also covers loading the code that talks to it.
        if (!this.starts.has(channel)) this.starts.begin(channel)
        continue
      }
      this.unmade.delete(channel)
      this.starts.begin(channel)
      this.host.tell(() => {
        if (channel.state === 'closed') return
        channel.madeAt = this.host.now()
        this.host.seam.active?.workerSpawned(this.task, channel.index, channel.madeAt)
        // A telemetry listener may have stopped it.
        if (channel.isClosed) return
        channel.link = link
        link.make()
      })
    }
  }

  /** The shared engine went away with its page. A new worker lets this page take part in electing the next host. */
  owe(): void {
    this.owed++
    this.replaceOwed()
  }

  /** Counts a crash and delays the next start, longer each time. True if there were too many. */
  countCrash({ index }: WorkerChannel): boolean {
    if (this.isShort) this.owed++
    return this.count(index, CRASH_BACKOFF)
  }

  /** Like {@link countCrash}, for a worker that did not start. */
  countFailedStart({ index, isWanted }: WorkerChannel): boolean {
    if (isWanted) this.owed++
    return this.count(index, START_BACKOFF)
  }

  /** Allows one start. One more failure takes the task out of service again. */
  onProbation(): void {
    this.forgive()
    // Never 0: that would mean there are no failures to forget.
    this.consecutiveCrashes = Math.max(1, this.settings.maxCrashes)
    this.isOnProbation = true
  }

  /** Forgets past failures and ends the backoff. */
  forgive(): void {
    this.consecutiveCrashes = 0
    this.isOnProbation = false
    this.host.wheel.clear(this.backoff)
    this.backoff = null
    this.replaceOwed()
  }

  /** Stops one worker. */
  stop(channel: WorkerChannel, reason: TerminateReason): void {
    const wasMade = channel.madeAt >= 0
    const isOrderly = reason !== 'abort-grace' && reason !== 'hang'
    this.remove(channel)
    channel.close(isOrderly)
    if (channel.link !== null) {
      this.ending.add(channel)
      void channel.link.ended.then(
        () => this.ending.delete(channel) && this.unmade.size > 0 && this.needs.recovered(),
      )
    }
    if (reason === 'restarted' || ((!isOrderly || reason === 'max-calls') && this.isShort)) {
      this.owed++
      this.replaceOwed()
    }
    if (!wasMade) return
    const { host, task } = this
    const at = host.now()
    host.record(() => host.seam.active?.workerTerminated(task, channel.index, reason, at))
  }

  /** From now on, no timer starts or stops a worker. */
  rest(): void {
    this.owed = 0
    this.forgive()
    this.host.wheel.clear(this.idle)
    this.idle = null
  }

  /** Called when a worker is idle. It is stopped when it has been idle for long enough. */
  watchIdle(channel: WorkerChannel): void {
    if (channel.retiring !== null) {
      if (channel.sessions.size > 0) return
      this.stop(channel, channel.retiring)
      this.needs.recovered()
      return
    }
    const { idleTimeoutMs } = this.settings
    if (idleTimeoutMs === undefined) return
    channel.idleSince = this.host.now()
    this.idle ??= this.host.wheel.set(idleTimeoutMs, this.stopIdle)
  }

  private readonly stopIdle = (): void => {
    this.idle = null
    const { idleTimeoutMs = Number.POSITIVE_INFINITY } = this.settings
    const now = this.host.clock.now()
    let next = Number.POSITIVE_INFINITY
    let spare = this.serving - this.settings.minWorkers
    for (const channel of [...this.channels]) {
      if (!channel.isIdle || channel.sessions.size > 0) continue
      const rest = channel.idleSince + idleTimeoutMs - now
      if (rest <= 1) {
        if (spare-- > 0) this.stop(channel, 'idle')
      } else next = Math.min(next, rest)
    }
    if (next < Number.POSITIVE_INFINITY) this.idle = this.host.wheel.set(Math.ceil(next), this.stopIdle)
    this.needs.recovered()
  }

  private get canSpawn(): boolean {
    const limit = this.isOnProbation ? 1 : this.limit
    const count = this.settings.isSole ? this.channels.length : this.serving
    return count < limit && this.backoff === null
  }

  private get serving(): number {
    return this.channels.length - this.leaving
  }

  /** How many workers should run even if no call needs them. */
  private get warm(): number {
    return this.settings.isEager ? this.limit : Math.min(this.settings.minWorkers, this.limit)
  }

  private get isShort(): boolean {
    return this.serving < this.warm
  }

  private fill(count: number): void {
    while (this.serving < count && this.canSpawn) this.spawn(true)
  }

  /** From now on, a successor may run beside the worker. */
  private leave(channel: WorkerChannel): void {
    if (!channel.isLeaving) this.leaving++
    channel.isLeaving = true
  }

  /** The worker gets no more calls, and is stopped after its last one. */
  private retire(channel: WorkerChannel, reason: 'max-calls' | 'resized'): void {
    channel.retiring = reason
    this.leave(channel)
    if (channel.isIdle || (channel.isStarting && channel.held.size === 0)) this.watchIdle(channel)
  }

  /** Starts owed workers when the backoff is over. Those that calls have already replaced are no longer owed. */
  private replaceOwed(): void {
    if (this.owed === 0) return
    for (; this.owed > 0 && this.canSpawn; this.owed--) this.spawn(true)
    if (this.serving >= this.limit) this.owed = 0
  }

  private spawn(isWanted: boolean): WorkerChannel {
    const index = this.freeIndex()
    const slots = freeShare(this)
    const channel = new WorkerChannel(index, slots, isWanted)
    this.channels.push(channel)
    this.unmade.add(channel)
    return channel
  }

  private count(index: number, { firstMs, factor, longestMs }: typeof CRASH_BACKOFF): boolean {
    this.crashes.set(index, (this.crashes.get(index) ?? 0) + 1)
    this.consecutiveCrashes++
    if (this.consecutiveCrashes > this.settings.maxCrashes) return true
    const longest = Math.min(longestMs, firstMs * factor ** (this.consecutiveCrashes - 1))
    this.host.wheel.clear(this.backoff)
    // Jitter keeps the workers of many tabs from restarting at the same time.
    this.backoff = this.host.wheel.set(longest * (0.5 + Math.random() / 2), () => {
      this.backoff = null
      this.replaceOwed()
      this.needs.recovered()
    })
    return false
  }

  private freeIndex(): number {
    let index = 0
    while (this.channels.some((channel) => channel.index === index)) index++
    return index
  }
}
