/**
 * What the executors of one runtime share: clock, timers, call ids, the telemetry seam, and turns. In a turn state moves,
 * and nothing of the user's runs; when it is over, workers get their messages, and then users hear of it.
 */
import type { Clock } from '../lib/clock.ts'
import { SignalHub } from '../lib/abort-signals.ts'
import type { AbortTaskController } from '../lib/abort-task-controller.ts'
import { TimerWheel } from '../lib/timer-wheel.ts'
import { Concurrency } from './concurrency.ts'
import type { Instrumentation } from '../telemetry/instrumentation.ts'

/** The seam as executors see it; `active` is null while nobody listens. */
export interface Seam {
  readonly active: Instrumentation | null
  /** Whether somebody follows the steps of each call. */
  readonly tellsCalls: boolean
}

/** An executor that moves calls on when there is room. */
export interface Pump {
  /** It sends when the caller's turn is over. */
  readonly isSendDue: boolean
  /** Gives waiting calls to workers. */
  pump(): void
  /** Makes the workers that were asked for, unless that has to wait, and posts what was given to them. */
  send(makes: boolean): void
}

export class Host {
  readonly clock: Clock
  readonly wheel: TimerWheel
  readonly seam: Seam
  readonly keys: AbortTaskController
  readonly signals: SignalHub
  /** Null where the calls of all tasks together have no bound. */
  readonly concurrency: Concurrency | null
  /** Executors that have work to hand out at the end of the turn. */
  private readonly waiting = new Set<Pump>()
  /** Executors with calls of a turn of the caller's that goes on: who aborts them all in it starts no worker. */
  private readonly fresh = new Set<Pump>()
  /** Users' code, called when no transition is half made: telemetry first, then listeners. */
  private edges: (() => void)[] = []
  private told: (() => void)[] = []
  private isRecording = false
  private isTelling = false
  private lastCallId = 0
  private depth = 0
  private turnTime = 0
  private hasDeferred = false

  constructor(
    clock: Clock,
    seam: Seam,
    keys: AbortTaskController,
    maxConcurrency: number = Number.POSITIVE_INFINITY,
  ) {
    this.clock = clock
    // Whatever expires together settles in one turn; no caller's turn goes on in a timer.
    this.wheel = new TimerWheel(clock, (expire) => {
      this.fresh.clear()
      this.turn(expire)
    })
    this.seam = seam
    this.keys = keys
    this.concurrency = maxConcurrency === Number.POSITIVE_INFINITY ? null : new Concurrency(maxConcurrency)
    this.signals = new SignalHub((fn) => this.turn(fn))
  }

  nextCallId(): number {
    return ++this.lastCallId
  }

  /**
   * Runs `fn` as one turn: its settlements share one reading of the clock, and their telemetry is written at its end,
   * still before any continuation of a promise runs.
   */
  turn(fn: () => void): void {
    this.begin()
    try {
      fn()
    } finally {
      this.end()
    }
  }

  begin(): void {
    if (this.depth++ === 0) this.turnTime = 0
  }

  end(): void {
    if (this.depth > 1) {
      this.depth--
      return
    }
    for (const pump of this.waiting) {
      this.waiting.delete(pump)
      try {
        pump.pump()
        // Before telemetry is written: the workers are at it meanwhile.
        pump.send(!this.fresh.has(pump))
      } catch (error) {
        report(error)
      }
    }
    this.close()
  }

  /** Ends a turn that a call has begun: its message waits for those of other calls, until the caller's own turn is over. */
  endCall(pump: Pump): void {
    if (this.depth > 1) {
      this.waiting.add(pump)
      this.depth--
      return
    }
    // The usual case, no other executor waiting, without a walk through the set.
    if (this.waiting.size === 0) this.pumpFresh(pump)
    else this.waiting.add(pump)
    if (this.waiting.size > 0) {
      for (const each of this.waiting) {
        this.waiting.delete(each)
        this.pumpFresh(each)
      }
    }
    this.close()
  }

  /** The caller's turn is over. */
  send(pump: Pump): void {
    this.fresh.delete(pump)
    this.turn(() => pump.send(true))
  }

  /** Pumps at the end of the turn: a thousand aborts in one turn pump once. */
  pumpSoon(pump: Pump): void {
    this.waiting.add(pump)
    if (this.depth > 0) return
    this.begin()
    this.end()
  }

  /** Calls `fn`, which may be anybody's, when no transition is half made: at the end of the turn, in order. */
  tell(fn: () => void): void {
    this.told.push(fn)
    if (this.depth === 0) this.tellAll()
  }

  /** As {@link tell}, for telemetry: what has happened is written before a listener is called, which may be its end. */
  record(fn: () => void): void {
    this.edges.push(fn)
    if (this.depth === 0) this.tellAll()
  }

  /** The time of the current turn. */
  now(): number {
    if (this.depth === 0) return this.clock.now()
    if (this.turnTime === 0) this.turnTime = this.clock.now()
    return this.turnTime
  }

  /** A settlement was told to the seam and is to be written at the end of the turn. */
  deferred(): void {
    this.hasDeferred = true
    if (this.depth === 0) this.tellAll()
  }

  private pumpFresh(pump: Pump): void {
    try {
      pump.pump()
      if (pump.isSendDue) this.fresh.add(pump)
    } catch (error) {
      report(error)
    }
  }

  private close(): void {
    this.depth = 0
    if (this.edges.length > 0 || this.told.length > 0 || this.hasDeferred) this.tellAll()
  }

  /** What is called here may begin turns, and add to what is to be told: the loop that runs already tells it. */
  private tellAll(): void {
    if (this.isRecording) return
    this.recordAll()
    if (this.isTelling) return
    this.isTelling = true
    while (this.told.length > 0 || this.hasDeferred) {
      const { told } = this
      this.told = []
      for (const fn of told) guarded(fn)
      if (this.told.length > 0 || !this.hasDeferred) continue
      this.hasDeferred = false
      guarded(this.flush)
    }
    this.isTelling = false
  }

  /** In a turn within a listener, too: its end may be that of all telemetry. */
  private recordAll(): void {
    this.isRecording = true
    while (this.edges.length > 0) {
      const { edges } = this
      this.edges = []
      for (const fn of edges) guarded(fn)
    }
    this.isRecording = false
  }

  private readonly flush = (): void => this.seam.active?.flush()
}

function guarded(fn: () => void): void {
  try {
    fn()
  } catch (error) {
    report(error)
  }
}

/** As uncaught: it stops nothing else. */
function report(error: unknown): void {
  queueMicrotask(() => {
    throw error
  })
}
