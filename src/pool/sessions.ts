/**
 * Calls that are bound to one life of one worker, and end with it. The calls of a session run there one after another. A
 * broadcast has one call for each worker.
 */
import { type Call, type CallOptions, type CallSession, SETTLED } from '../call/call.ts'
import type { WorkerChannel } from '../channel/worker-channel.ts'
import * as failures from '../errors/failures.ts'
import type { TimerNode } from '../lib/timer-wheel.ts'
import { advice } from '../lib/warn.ts'
import type { DispatchQueue } from '../queue/dispatch-queue.ts'
import type { Host } from './turns.ts'
import type { WorkerFleet } from './worker-fleet.ts'

/** What sessions need from their pool. */
interface SessionParts {
  readonly host: Host
  readonly taskId: string
  readonly isSingleton: boolean
  readonly queue: DispatchQueue
  readonly fleet: () => WorkerFleet
  readonly openCalls: () => readonly Call[]
  /** Settles a call with an error, wherever it is. */
  readonly stop: (call: Call, outcome: 'failure' | 'canceled', error: Error) => void
  readonly pumpSoon: () => void
  readonly changed: () => void
}

/** A session, or one call of a broadcast, which has no lane. A session's worker is chosen when its first call starts. */
export class PoolSession implements CallSession {
  readonly lane: string | undefined
  readonly lossCode: CallSession['lossCode']
  /** Its worker gets no other calls. */
  keeps: boolean
  readonly owner: PoolSessions
  readonly timeoutMs: number
  channel: WorkerChannel | null = null
  ended: string | null = null
  usedAt: number
  timer: TimerNode | null = null

  constructor(owner: PoolSessions, lane: string | undefined, timeoutMs: number, keeps: boolean, now: number) {
    this.owner = owner
    this.lane = lane
    this.lossCode = lane === undefined ? 'crashed' : 'session-lost'
    this.timeoutMs = timeoutMs
    this.keeps = keeps
    this.usedAt = now
  }

  readonly release = (): void => {
    this.owner.end(this, 'it was released', (call) => failures.aborted(call, 'its session was released'))
  }
}

export class PoolSessions {
  private readonly parts: SessionParts
  readonly open: Set<PoolSession> = new Set()
  /** Broadcast calls that are not over. */
  private readonly single = new Set<PoolSession>()
  /** Bound calls whose worker has no room now. Other calls must not wait behind them. */
  private readonly aside = new Set<Call>()
  private last = 0
  /** Whether calls may be bound. Never reset: when a binding ends, its calls stay until the turn ends, and must not run. */
  isUsed = false

  constructor(parts: SessionParts) {
    this.parts = parts
  }

  /** @throws RangeError if no more workers can be reserved for sessions. */
  create(timeoutMs: number): PoolSession {
    const { host, taskId, isSingleton, fleet } = this.parts
    const most = isSingleton ? Number.POSITIVE_INFINITY : Math.max(1, fleet().limit - 1)
    if (this.open.size >= most) {
      throw new RangeError(
        `${taskId}: at most ${most} of its ${fleet().limit} workers can be reserved for sessions` +
          advice(': release one (session.control.release(), or "using"), or raise maxWorkers'),
      )
    }
    const session = new PoolSession(
      this,
      `${taskId} session ${++this.last}`,
      timeoutMs,
      !isSingleton,
      host.now(),
    )
    this.open.add(session)
    this.isUsed = true
    this.watch(session)
    this.parts.pumpSoon()
    this.parts.changed()
    return session
  }

  /**
   * Makes one call for each running or starting worker, in index order. Without workers it makes none. If the task takes no
   * calls either, it makes one call, which fails.
   */
  toEach(
    makeCall: (options: Partial<CallOptions>) => Promise<unknown>,
    isRefused: boolean,
  ): Promise<unknown>[] {
    const { host, fleet } = this.parts
    const channels = fleet().channels.filter(({ retiring }) => retiring === null)
    channels.sort((a, b) => a.index - b.index)
    if (channels.length === 0 && isRefused) return [makeCall({})]
    this.isUsed = true
    // Bind all sessions before the first call: it may run user code, which must not change the workers of the others.
    const sessions = channels.map((channel) => {
      const session = new PoolSession(this, undefined, Number.POSITIVE_INFINITY, false, host.now())
      this.single.add(session)
      this.bind(session, channel)
      return session
    })
    return sessions.map((session) => {
      // The calls must not wait for each other, even if they have a key.
      const call = makeCall({ session, keyMode: 'parallel', transfer: undefined })
      const over = () => this.end(session, 'its call is over')
      call.then(over, over)
      return call
    })
  }

  /** The error of a call that its session no longer accepts. Null if it does. */
  refusal(call: Call): Error | null {
    const { session } = call.options
    if (session === undefined) return null
    session.usedAt = this.parts.host.now()
    const why = session.owner === this ? session.ended : 'its task was defined again'
    return why === null ? null : lossOf(call, session, why)
  }

  /** The worker for the session's next call. Null if it is not free. */
  channelFor(session: PoolSession): WorkerChannel | null {
    if (session.ended !== null) return null
    const channel = session.channel ?? this.parts.fleet().pick()
    if (channel === null || channel.isFull) return null
    if (session.lane === undefined) session.keeps = false
    this.bind(session, channel)
    return channel
  }

  /** Sets a call aside if its worker has no room. The worker takes no others first. False if any worker may run the call. */
  stepAside(call: Call): boolean {
    const session = call.options.session as PoolSession | undefined
    // In a singleton, all calls wait for the same worker. A binding that has ended no longer reserves its worker.
    if (session?.channel == null || session.ended !== null || this.parts.isSingleton) return false
    if (session.lane === undefined) session.keeps = true
    this.bind(session, session.channel)
    this.parts.queue.setAside(call)
    this.aside.add(call)
    return true
  }

  /** Makes calls ready again if their worker has room again. */
  stepBack(): void {
    for (const call of this.aside) {
      const channel = (call.options.session as PoolSession).channel
      if (call.state !== SETTLED && channel?.isFull) continue
      this.aside.delete(call)
      if (call.state !== SETTLED) this.parts.queue.resume(call)
    }
  }

  private bind(session: PoolSession, channel: WorkerChannel): void {
    session.channel = channel
    channel.sessions.add(session)
    this.parts.fleet().onRemoved = this.lost
    reserve(channel)
  }

  /** Whether the session's worker is free for its next call. */
  canTake({ channel }: PoolSession): boolean {
    return channel === null ? this.parts.fleet().canTake : !channel.isFull
  }

  /** Ends a session: it accepts no more calls, and its open calls end with the error from `make`. */
  end(session: PoolSession, why: string, make?: (call: Call) => Error): void {
    if (session.ended !== null) return
    const { host, openCalls, stop, pumpSoon, changed, fleet } = this.parts
    session.ended = why
    this.open.delete(session)
    this.single.delete(session)
    for (const call of this.aside) if (call.options.session === session) this.aside.delete(call)
    host.wheel.clear(session.timer)
    const { channel } = session
    if (channel !== null) {
      channel.sessions.delete(session)
      reserve(channel)
      if (fleet().channels.includes(channel)) {
        // A session may take its worker beyond `maxCallsPerWorker`.
        fleet().given(channel)
        if (channel.isIdle) fleet().watchIdle(channel)
      }
    }
    // Settle its calls when no transition is half done.
    host.tell(() =>
      host.turn(() => {
        for (const call of openCalls()) {
          if (call.options.session !== session) continue
          if (make) stop(call, 'canceled', make(call))
          else stop(call, 'failure', lossOf(call, session, why))
        }
        pumpSoon()
        changed()
      }),
    )
  }

  private readonly lost = (channel: WorkerChannel): void => {
    for (const session of [...channel.sessions] as PoolSession[]) {
      // A worker that was never ready holds no state of the session, so the session can move to another one.
      if (session.lane === undefined) this.end(session, 'ended before it had run this call')
      else if (channel.methods.length > 0)
        this.end(session, 'its worker is gone, and with it what the session had there')
      else session.channel = null
    }
    channel.sessions.clear()
  }

  /** Ends an unused session, because it may reserve a worker. */
  private watch(session: PoolSession): void {
    const { host, openCalls } = this.parts
    if (session.timeoutMs === Number.POSITIVE_INFINITY) return
    const rest = session.usedAt + session.timeoutMs - host.clock.now()
    session.timer = host.wheel.set(Math.max(1, rest), () => {
      if (session.ended !== null) return
      if (openCalls().some((call) => call.options.session === session)) session.usedAt = host.now()
      if (host.now() >= session.usedAt + session.timeoutMs)
        this.end(session, `it was not used for ${session.timeoutMs} ms (timeoutMs of control.session())`)
      else this.watch(session)
    })
  }
}

/** Updates whether the worker is reserved. */
function reserve(channel: WorkerChannel): void {
  channel.isReserved = [...channel.sessions].some((session) => (session as PoolSession).keeps)
}

function lossOf(call: Call, session: CallSession, why: string): Error {
  return session.lane === undefined
    ? failures.broadcastLost(call, (session as PoolSession).channel?.index ?? -1, why)
    : failures.sessionLost(call, why)
}
