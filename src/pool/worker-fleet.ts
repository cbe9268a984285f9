/** The workers of a task: how many there are, which one takes the next call, when one is started, replaced or stopped. */
import type { FleetNeeds, FleetSettings } from './fleet-settings.ts'
import type { Host } from './turns.ts'
import { freeShare, lastOf, mayTake, type SlotShares, stays, tooMany } from './worker-slots.ts'
import { StartWatch } from './start-watch.ts'
import type { TaskIdentity } from '../telemetry/instrumentation.ts'
import type { TerminateReason } from '../types/telemetry.ts'
import type { TimerNode } from '../lib/timer-wheel.ts'
import { WorkerChannel } from '../channel/worker-channel.ts'

/** After a death, and after a start that failed: what a start needs may be back only after a while. */
const CRASH_BACKOFF = { firstMs: 100, factor: 2, longestMs: 2_000 }
const START_BACKOFF = { firstMs: 250, factor: 4, longestMs: 8_000 }

export class WorkerFleet implements SlotShares {
  readonly channels: WorkerChannel[] = []
  /** Workers that were stopped and whose teardown may go on. */
  readonly ending: Set<WorkerChannel> = new Set()
  /** Deaths by index. */
  readonly crashes: Map<number, number> = new Map()
  /** Deaths and failed starts since a call last succeeded. */
  consecutiveCrashes = 0
  /** Told of workers that are gone, whatever the reason, and had sessions. */
  onRemoved: ((channel: WorkerChannel) => void) | null = null
  /** Workers that may take calls at once, and handlers that may run on them. */
  limit: number
  maxInFlight: number
  /** A worker has not got its share of the slots yet. */
  isUneven = false
  /** Workers in whose place another may be up. */
  private leaving = 0
  private readonly settings: FleetSettings
  private readonly task: TaskIdentity
  private readonly host: Host
  private readonly needs: FleetNeeds
  private backoff: TimerNode | null = null
  private idle: TimerNode | null = null
  private readonly starts: StartWatch
  /** Workers that are to be made when the caller's turn is over. */
  private readonly unmade = new Set<WorkerChannel>()
  /** Workers that are to be replaced though no call asks for them: those of an eager task, which died or were ended. */
  private owed = 0
  /** The task has failed, and one start is to show whether it works again. */
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

  /** Whether a call that comes now would find a worker. */
  get canTake(): boolean {
    if (this.canSpawn) return true
    return this.channels.some((channel) => !channel.isFull && mayTake(channel))
  }

  /** Least loaded first; a worker that is up before one that has to start; `null` when all are full. */
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

  /** Starts every worker that is allowed. */
  spawnAll(): void {
    this.fill(this.limit)
  }

  /** A worker was given a call. When it may have few more another starts in its place; one that has had as many as it may gets no more. */
  given(channel: WorkerChannel): void {
    const { maxCallsPerWorker: most = Number.POSITIVE_INFINITY, isSole } = this.settings
    const rest = most - channel.served - channel.held.size
    if (rest >= lastOf(most) || channel.retiring !== null) return
    // Nobody else could have a singleton until the session has ended.
    if (isSole && (rest > 0 || channel.sessions.size > 0)) return
    const hasSuccessor = isSole || channel.isLeaving
    this.leave(channel)
    if (rest <= 0) this.retire(channel, 'max-calls')
    if (!hasSuccessor && this.canSpawn) this.spawn(true)
  }

  /** Calls have left a worker, and may not have run: it may get more after all, unless another has its place. */
  left(channel: WorkerChannel): void {
    const { maxCallsPerWorker = Number.POSITIVE_INFINITY, isSole } = this.settings
    if (channel.retiring !== 'max-calls' || channel.served + channel.held.size >= maxCallsPerWorker) return
    if (!isSole && this.serving >= this.limit) return
    channel.retiring = null
    channel.isLeaving = false
    this.leaving--
  }

  /** So many workers, for so many handlers, from now on. Those that are too many finish what they have. */
  resize(limit: number, maxInFlight: number): void {
    const spare = limit < this.limit ? tooMany(this.channels.filter(stays), limit) : []
    this.limit = limit
    this.maxInFlight = maxInFlight
    for (const channel of spare) this.retire(channel, 'resized')
    this.isUneven = true
    // None: it is stopped, parked, or nobody has called it yet.
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

  /** It has given a sign of life: its time begins again. */
  setsUp(channel: WorkerChannel): void {
    this.starts.begin(channel)
  }

  /** Makes the workers that were asked for. Where nobody waits for one any more, none is made. */
  makeAll(): void {
    // The one before may still hold what there is only once, such as a file.
    if (this.settings.isSole && this.ending.size > 0) return
    for (const channel of this.unmade) {
      if (channel.held.size === 0 && !channel.isWanted) {
        this.remove(channel)
        continue
      }
      const link = this.needs.link(channel, this.settings)
      if (link === null) {
        // Its time goes on while the code that speaks with it is on its way.
        if (!this.starts.has(channel)) this.starts.begin(channel)
        continue
      }
      this.unmade.delete(channel)
      this.starts.begin(channel)
      this.host.tell(() => {
        if (channel.state === 'closed') return
        channel.madeAt = this.host.now()
        this.host.seam.active?.workerSpawned(this.task, channel.index, channel.madeAt)
        // Who hears of it may have stopped it.
        if (channel.isClosed) return
        channel.link = link
        link.make()
      })
    }
  }

  /** The engine went with another page: this one takes part in the election of the next. */
  owe(): void {
    this.owed++
    this.replaceOwed()
  }

  /** A worker died; the next start waits, longer each time. True when it was once too often. */
  countCrash({ index }: WorkerChannel): boolean {
    if (this.isShort) this.owed++
    return this.count(index, CRASH_BACKOFF)
  }

  /** A worker did not start. */
  countFailedStart({ index, isWanted }: WorkerChannel): boolean {
    if (isWanted) this.owed++
    return this.count(index, START_BACKOFF)
  }

  /** One start is tried; one more failure, and the task is out of service again. */
  onProbation(): void {
    this.forgive()
    // Not 0, which would mean that there is nothing to forget.
    this.consecutiveCrashes = Math.max(1, this.settings.maxCrashes)
    this.isOnProbation = true
  }

  /** Lifts the backoff. */
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

  /** Nothing is started or stopped any more by a timer. */
  rest(): void {
    this.owed = 0
    this.forgive()
    this.host.wheel.clear(this.idle)
    this.idle = null
  }

  /** A worker has nothing to do; it is stopped once that has lasted. */
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

  /** Workers that are to run though no call asks for them. */
  private get warm(): number {
    return this.settings.isEager ? this.limit : Math.min(this.settings.minWorkers, this.limit)
  }

  private get isShort(): boolean {
    return this.serving < this.warm
  }

  private fill(count: number): void {
    while (this.serving < count && this.canSpawn) this.spawn(true)
  }

  /** Another may be up in its place. */
  private leave(channel: WorkerChannel): void {
    if (!channel.isLeaving) this.leaving++
    channel.isLeaving = true
  }

  /** It gets no more calls, and is stopped when it has none. */
  private retire(channel: WorkerChannel, reason: 'max-calls' | 'resized'): void {
    channel.retiring = reason
    this.leave(channel)
    if (channel.isIdle || (channel.isStarting && channel.held.size === 0)) this.watchIdle(channel)
  }

  /** Once the pause is over, or is lifted. What calls have replaced meanwhile is owed no more. */
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
    // Jitter, so that the workers of many tabs do not come back together.
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
