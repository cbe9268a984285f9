/** The workers of a task: how many there are, which one takes the next call, when one is started, replaced or stopped. */
import type { Host } from './turns.ts'
import type { TaskIdentity, TerminateReason } from '../telemetry/instrumentation.ts'
import type { TimerNode } from '../lib/timer-wheel.ts'
import { type ChannelOwner, type ChannelSettings, WorkerChannel } from '../channel/worker-channel.ts'

export interface FleetSettings extends ChannelSettings {
  readonly limit: number
  readonly maxInFlight: number
  readonly startTimeoutMs: number
  readonly idleTimeoutMs: number | undefined
  readonly crashMaxRetries: number
}

const FIRST_BACKOFF_MS = 100
const LONGEST_BACKOFF_MS = 2_000

export class WorkerFleet {
  readonly channels: WorkerChannel[] = []
  /** Deaths by index. */
  readonly crashes: Map<number, number> = new Map()
  /** Deaths and failed starts since a call last succeeded. */
  consecutiveCrashes = 0
  private readonly settings: FleetSettings
  private readonly task: TaskIdentity
  private readonly host: Host
  private readonly owner: ChannelOwner
  private backoff: TimerNode | null = null
  private idle: TimerNode | null = null
  private readonly startTimers = new Map<WorkerChannel, TimerNode | null>()
  /** Called when a worker may be started again. */
  private readonly recovered: () => void

  constructor(
    settings: FleetSettings,
    task: TaskIdentity,
    host: Host,
    owner: ChannelOwner,
    recovered: () => void,
  ) {
    this.settings = settings
    this.task = task
    this.host = host
    this.owner = owner
    this.recovered = recovered
  }

  get limit(): number {
    return this.settings.limit
  }

  /** Whether a call that comes now would find a worker. */
  get canTake(): boolean {
    if (this.canSpawn) return true
    return this.channels.some((channel) => !channel.isFull)
  }

  /** Least loaded first; a worker that is up before one that has to start; `null` when all are full. */
  pick(): WorkerChannel | null {
    let best: WorkerChannel | null = null
    let bestLoad = 1
    for (const channel of this.channels) {
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
    if (bestLoad > 0 && this.canSpawn) return this.spawn()
    return best
  }

  /** Starts every worker that is allowed. */
  spawnAll(): void {
    while (this.canSpawn) this.spawn()
  }

  /** Removes a channel that has failed or died. */
  remove(channel: WorkerChannel): void {
    const index = this.channels.indexOf(channel)
    if (index >= 0) this.channels.splice(index, 1)
    this.host.wheel.clear(this.startTimers.get(channel) ?? null)
    this.startTimers.delete(channel)
  }

  ready(channel: WorkerChannel): void {
    this.host.wheel.clear(this.startTimers.get(channel) ?? null)
    this.startTimers.delete(channel)
  }

  /** A worker died or did not start; the next start waits, longer each time. True when it was once too often. */
  countCrash(index: number): boolean {
    this.crashes.set(index, (this.crashes.get(index) ?? 0) + 1)
    this.consecutiveCrashes++
    if (this.consecutiveCrashes > this.settings.crashMaxRetries) return true
    const longest = Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (this.consecutiveCrashes - 1))
    this.host.wheel.clear(this.backoff)
    // Jitter, so that the workers of many tabs do not come back together.
    this.backoff = this.host.wheel.set(longest * (0.5 + Math.random() / 2), () => {
      this.backoff = null
      this.recovered()
    })
    return false
  }

  /** Lifts the backoff. */
  forgive(): void {
    this.consecutiveCrashes = 0
    this.host.wheel.clear(this.backoff)
    this.backoff = null
  }

  /** Stops one worker. */
  stop(channel: WorkerChannel, reason: TerminateReason): void {
    this.remove(channel)
    channel.close(reason !== 'abort-grace' && reason !== 'hang')
    this.host.seam.active?.workerTerminated(this.task, channel.index, reason)
  }

  /** Nothing is started or stopped any more by a timer. */
  rest(): void {
    this.forgive()
    this.host.wheel.clear(this.idle)
    this.idle = null
  }

  /** A worker has nothing to do; it is stopped once that has lasted. */
  watchIdle(channel: WorkerChannel): void {
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
    for (const channel of [...this.channels]) {
      if (channel.held.size > 0 || channel.state !== 'ready') continue
      const rest = channel.idleSince + idleTimeoutMs - now
      if (rest <= 1) this.stop(channel, 'idle')
      else next = Math.min(next, rest)
    }
    if (next < Number.POSITIVE_INFINITY) this.idle = this.host.wheel.set(Math.ceil(next), this.stopIdle)
    this.recovered()
  }

  private get canSpawn(): boolean {
    return this.channels.length < this.settings.limit && this.backoff === null
  }

  private spawn(): WorkerChannel {
    const index = this.freeIndex()
    const { limit, maxInFlight, startTimeoutMs } = this.settings
    // The slots are shared out as evenly as whole numbers allow.
    const slots = Math.floor(maxInFlight / limit) + (index < maxInFlight % limit ? 1 : 0)
    const channel = new WorkerChannel(index, slots, this.settings, this.owner)
    this.channels.push(channel)
    this.startTimers.set(
      channel,
      this.host.wheel.set(startTimeoutMs, () => channel.startTimedOut(startTimeoutMs)),
    )
    this.host.seam.active?.workerSpawned(this.task, index)
    return channel
  }

  private freeIndex(): number {
    let index = 0
    while (this.channels.some((channel) => channel.index === index)) index++
    return index
  }
}
