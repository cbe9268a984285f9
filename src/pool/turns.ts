/**
 * What the executors of one runtime share: clock, timers, call ids, the telemetry seam, and turns. During a turn, state
 * changes and no user code runs. When the turn ends, messages go to the workers first, and then user code is called.
 */
import type { Clock } from '../lib/clock.ts'
import { SignalHub } from '../lib/abort-signals.ts'
import type { AbortTaskController } from '../lib/abort-task-controller.ts'
import { TimerWheel } from '../lib/timer-wheel.ts'
import { Concurrency } from './concurrency.ts'
import type { Instrumentation } from '../telemetry/instrumentation.ts'

/** The seam as executors see it. `active` is null without listeners. */
export interface Seam {
  readonly active: Instrumentation | null
  /** Whether any listener follows the steps of each call. */
  readonly tellsCalls: boolean
}

/** An executor, which dispatches calls when there is room. */
export interface Pump {
  /** It will send when the caller's turn is over. */
  readonly isSendDue: boolean
  /** Gives waiting calls to workers. */
  pump(): void
  /** Creates the requested workers if `makes` is set, and posts the calls that workers were given. */
  send(makes: boolean): void
}

export class Host {
  readonly clock: Clock
  readonly wheel: TimerWheel
  readonly seam: Seam
  readonly keys: AbortTaskController
  readonly signals: SignalHub
  /** Null if there is no limit for the calls of all tasks together. */
  readonly concurrency: Concurrency | null
  /** Executors that have work to hand out at the end of the turn. */
  private readonly waiting = new Set<Pump>()
  /** Executors with calls from the caller's current turn. If the caller aborts them all in it, no worker starts. */
  private readonly fresh = new Set<Pump>()
  /** User code, called when no transition is half done: telemetry first, then listeners. */
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
    // Everything that expires together settles in one turn. When a timer fires, no caller's turn is active.
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
   * Runs `fn` as one turn: its settlements share one reading of the clock. Their telemetry is written at its end, before any
   * promise continuation runs.
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
        // Send before writing telemetry, so that the workers run in the meantime.
        pump.send(!this.fresh.has(pump))
      } catch (error) {
        report(error)
      }
    }
    this.close()
  }

  /** Ends the turn of a call. Its message waits until the caller's turn is over, to travel with those of other calls. */
  endCall(pump: Pump): void {
    if (this.depth > 1) {
      this.waiting.add(pump)
      this.depth--
      return
    }
    // The usual case: no other executor waits, so don't iterate the set.
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

  /** Called when the caller's turn is over. */
  send(pump: Pump): void {
    this.fresh.delete(pump)
    this.turn(() => pump.send(true))
  }

  /** Pumps once at the end of the turn, even after a thousand aborts. */
  pumpSoon(pump: Pump): void {
    this.waiting.add(pump)
    if (this.depth > 0) return
    this.begin()
    this.end()
  }

  /** Calls `fn`, which may be user code, when no transition is half done: at the end of the turn, in order. */
  tell(fn: () => void): void {
    this.told.push(fn)
    if (this.depth === 0) this.tellAll()
  }

  /** Like {@link tell}, for telemetry. Runs before the listeners, because a listener may end the telemetry. */
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

  /** The seam got a settlement, which must be written at the end of the turn. */
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

  /** Functions called here may begin turns and add more functions. The loop that is already running calls those, too. */
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

  /** Also runs for a turn inside a listener: the listener may end all telemetry next. */
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

/** Reports an error as uncaught, so that it stops nothing else. */
function report(error: unknown): void {
  queueMicrotask(() => {
    throw error
  })
}
