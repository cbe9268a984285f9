/** What the executors of one runtime share: clock, timers, call ids, the telemetry seam, and turns. */
import type { AbortTaskController } from '../lib/abort-task-controller.ts'
import type { Clock } from '../lib/clock.ts'
import type { Instrumentation } from '../telemetry/instrumentation.ts'
import { SignalHub } from '../lib/abort-signals.ts'
import { TimerWheel } from '../lib/timer-wheel.ts'

/** The seam as executors see it; `active` is null while nobody listens. */
export interface Seam {
  readonly active: Instrumentation | null
}

/** An executor that moves calls on when there is room. */
export interface Pump {
  pump(): void
  /** Sends what the pump has handed out; without it, that is done when the current microtask is over. */
  send(): void
}

export class Host {
  readonly clock: Clock
  readonly wheel: TimerWheel
  readonly seam: Seam
  readonly keys: AbortTaskController
  readonly signals: SignalHub
  /** Executors that have work to hand out at the end of the turn. */
  private readonly waiting = new Set<Pump>()
  private lastCallId = 0
  private depth = 0
  private turnTime = 0
  private hasDeferred = false

  constructor(clock: Clock, seam: Seam, keys: AbortTaskController) {
    this.clock = clock
    this.wheel = new TimerWheel({
      ...clock,
      // Whatever expires together settles in one turn.
      setTimeout: (fn, ms) => clock.setTimeout(() => this.turn(fn), ms),
    })
    this.seam = seam
    this.keys = keys
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
    if (this.depth === 1) {
      for (const pump of this.waiting) {
        this.waiting.delete(pump)
        pump.pump()
        // Before telemetry is written: the workers are at it meanwhile.
        pump.send()
      }
    }
    if (--this.depth > 0 || !this.hasDeferred) return
    this.hasDeferred = false
    this.seam.active?.flush()
  }

  /** Pumps now, or once at the end of the turn: a thousand aborts in one turn pump once. */
  pumpSoon(pump: Pump): void {
    if (this.depth > 0) {
      this.waiting.add(pump)
      return
    }
    // A turn without a closure: this is asked for with each call.
    this.begin()
    try {
      pump.pump()
    } finally {
      this.end()
    }
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
    if (this.depth === 0) {
      this.depth = 1
      this.end()
    }
  }
}
