/** Sessions: calls that belong together run on one worker, one after another, and end with it. */
import type { Call, CallSession } from '../call/call.ts'
import type { WorkerChannel } from '../channel/worker-channel.ts'
import * as failures from '../errors/failures.ts'
import type { TimerNode } from '../lib/timer-wheel.ts'
import { advice } from '../lib/warn.ts'
import type { Host } from './turns.ts'
import type { WorkerFleet } from './worker-fleet.ts'

/** What sessions need of their pool. */
interface SessionParts {
  readonly host: Host
  readonly taskId: string
  readonly isSingleton: boolean
  readonly fleet: () => WorkerFleet
  readonly openCalls: () => readonly Call[]
  /** Settles a call with an error, wherever it is. */
  readonly stop: (call: Call, outcome: 'failure' | 'canceled', error: Error) => void
  /** Something has changed, and calls may go on. */
  readonly moved: () => void
}

/** One session; its worker is chosen when its first call starts. */
export class PoolSession implements CallSession {
  readonly lane: string
  readonly owner: PoolSessions
  readonly timeoutMs: number
  channel: WorkerChannel | null = null
  ended: string | null = null
  usedAt: number
  timer: TimerNode | null = null

  constructor(owner: PoolSessions, lane: string, timeoutMs: number, now: number) {
    this.owner = owner
    this.lane = lane
    this.timeoutMs = timeoutMs
    this.usedAt = now
  }

  readonly release = (): void => {
    this.owner.end(this, 'it was released', (call) => failures.aborted(call, 'its session was released'))
  }
}

export class PoolSessions {
  private readonly parts: SessionParts
  readonly open: Set<PoolSession> = new Set()
  private last = 0

  constructor(parts: SessionParts) {
    this.parts = parts
  }

  get wereMade(): boolean {
    return this.last > 0
  }

  /** @throws RangeError where as many workers as may be are kept for sessions. */
  create(timeoutMs: number): PoolSession {
    const { host, taskId, isSingleton, fleet } = this.parts
    const most = isSingleton ? Number.POSITIVE_INFINITY : Math.max(1, fleet().limit - 1)
    if (this.open.size >= most) {
      throw new RangeError(
        `${taskId}: no more than ${most} of its ${fleet().limit} workers can be kept for sessions` +
          advice(': release one (session.control.release(), or "using"), or raise maxWorkers'),
      )
    }
    const session = new PoolSession(this, `${taskId} session ${++this.last}`, timeoutMs, host.now())
    this.open.add(session)
    this.watch(session)
    this.parts.moved()
    return session
  }

  /** The error of a call that the session does not take any more. */
  refusal(call: Call, session: CallSession): Error | null {
    session.usedAt = this.parts.host.now()
    const why = session.owner === this ? session.ended : 'its task was defined again'
    return why === null ? null : failures.sessionLost(call, why)
  }

  /** The worker for its next call, where one is free. */
  channelFor(session: PoolSession): WorkerChannel | null {
    if (session.ended !== null) return null
    if (session.channel !== null) return session.channel.isFull ? null : session.channel
    const channel = this.parts.fleet().pick()
    if (channel === null) return null
    session.channel = channel
    channel.sessions.add(session)
    this.parts.fleet().onRemoved = this.lost
    // A singleton has one worker for all.
    channel.isReserved = !this.parts.isSingleton
    return channel
  }

  /** Whether its next call would find its worker free. */
  canTake({ channel }: PoolSession): boolean {
    return channel === null ? this.parts.fleet().canTake : !channel.isFull
  }

  /** No call of it is accepted any more; those that are open end with what `make` gives. */
  end(session: PoolSession, why: string, make?: (call: Call) => Error): void {
    if (session.ended !== null) return
    const { host, openCalls, stop, moved, fleet } = this.parts
    session.ended = why
    this.open.delete(session)
    host.wheel.clear(session.timer)
    const { channel } = session
    if (channel !== null) {
      channel.sessions.delete(session)
      channel.isReserved = false
      if (channel.isIdle) fleet().watchIdle(channel)
    }
    // Its calls end when no transition is half made.
    host.tell(() =>
      host.turn(() => {
        for (const call of openCalls()) {
          if (call.options.session !== session) continue
          if (make) stop(call, 'canceled', make(call))
          else stop(call, 'failure', failures.sessionLost(call, why))
        }
        moved()
      }),
    )
  }

  private readonly lost = (channel: WorkerChannel): void => {
    for (const session of [...channel.sessions] as PoolSession[]) {
      // A worker that never was ready held nothing of the session: another one may have it.
      if (channel.methods.length > 0)
        this.end(session, 'its worker is gone, and with it what the session had there')
      else session.channel = null
    }
    channel.sessions.clear()
  }

  /** Ends a session that nobody uses: it may keep a worker from the others. */
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
