/** Stops calls that are under way: asks the worker first, and replaces it when it does not come back. */
import { type Call, RUNNING, SETTLED } from '../call/call.ts'
import { LATE_MS } from '../lib/timer-wheel.ts'
import { recoverCalls } from './crash-recovery.ts'
import type { Dispatcher } from './dispatcher.ts'
import type { CallOutcome, TerminateReason } from '../types/telemetry.ts'
import type { PoolParts } from './pool-parts.ts'
import type { WorkerChannel } from '../channel/worker-channel.ts'

export class Canceller {
  private readonly parts: PoolParts
  private readonly dispatcher: Dispatcher
  private heartbeatRuns = false

  constructor(parts: PoolParts, dispatcher: Dispatcher) {
    this.parts = parts
    this.dispatcher = dispatcher
  }

  /** Settles a call at once; the slot that it holds stays taken until the worker has replied, or is replaced. */
  stop(call: Call, outcome: CallOutcome, error: unknown, reason: unknown): void {
    if (call.state === SETTLED) return
    const { host, settlement, lanes, side } = this.parts
    host.turn(() => {
      // For those who have joined it, its run goes on.
      const heir = lanes.handOver(call)
      if (heir !== null) side?.inherit(call, heir)
      const isRunning = call.state === RUNNING
      settlement.settle(call, outcome, error)
      this.stopRun(call, isRunning, reason)
      this.parts.pumpSoon()
      this.parts.changed()
    })
  }

  /** It has failed, and its handler is still closing: as long as it may after an abort. */
  closes(call: Call, error: unknown): void {
    this.parts.settlement.settle(call, 'failure', error)
    this.stopRun(call, true, error)
  }

  private stopRun(call: Call, isRunning: boolean, reason: unknown): void {
    const channel = call.place as WorkerChannel | null
    if (channel === null) return
    if (channel.withdraw(call)) {
      this.parts.settlement.leave(call)
      this.dispatcher.passSlots(channel, this.armGrace)
      return
    }
    // What its worker has claimed runs there, though the page has not heard of it.
    const runs = isRunning || channel.runs(call)
    // One that has not started cannot hang: it is given back, or its worker tells that it starts.
    if (runs) this.armGrace(call)
    // Last: to write a reason reads its getters, which may ask for anything.
    channel.link?.cancel(call, reason, runs)
  }

  /** From now on an aborted handler has `abortGraceMs` to end, the call's or the task's. */
  readonly armGrace = (call: Call): void => {
    const { host, config } = this.parts
    const channel = call.place as WorkerChannel
    host.wheel.clear(call.graceTimer)
    call.graceTimer = host.wheel.set(call.options.abortGraceMs ?? config.abortGraceMs, () => {
      if (channel.state !== 'closed')
        this.replace(channel, 'abort-grace', 'was replaced: an aborted handler went on')
    })
  }

  /** What a dead or replaced worker held goes its way; true when a poison call was found. */
  recover(channel: WorkerChannel, seen: string, culprit?: Call): boolean {
    return recoverCalls(this.parts, this.dispatcher, { channel, seen, culprit })
  }

  /** Watches for handlers that give no sign of life, as long as any run. */
  watchHeartbeat(heartbeatMs: number): void {
    if (this.heartbeatRuns) return
    this.heartbeatRuns = true
    const { host } = this.parts
    const tick = Math.max(1, heartbeatMs / 4)
    const due = host.now() + tick
    host.wheel.set(tick, () => {
      this.heartbeatRuns = false
      if (this.checkHeartbeats(heartbeatMs, host.now() - due)) this.watchHeartbeat(heartbeatMs)
    })
  }

  /** `lateMs`: the page was blocked or frozen, which freezes its workers as well: it cannot know what a handler did meanwhile. */
  private checkHeartbeats(heartbeatMs: number, lateMs: number): boolean {
    const { fleet, host, side } = this.parts
    const now = host.now()
    let anyRuns = false
    for (const channel of [...fleet.channels]) {
      for (const call of channel.held.values()) {
        if (call.state !== RUNNING) continue
        anyRuns = true
        // It waits for its reader, and owes nothing.
        if (call.isStream && call.room <= call.itemsReceived) continue
        // Or for the page, which is at a callback of its.
        if (side?.awaitsCallback(call)) continue
        const aliveAt = Math.max(call.beatAt, call.dispatchedAt)
        if (lateMs >= LATE_MS) call.beatAt = Math.min(aliveAt + lateMs, now)
        if (now - Math.max(call.beatAt, aliveAt) < heartbeatMs) continue
        this.replace(
          channel,
          'hang',
          `was replaced: its handler gave no sign of life for ${heartbeatMs} ms`,
          call,
        )
        break
      }
    }
    return anyRuns
  }

  /** Ends a worker, which may not come back by itself, and gives its other calls to others. */
  replace(channel: WorkerChannel, reason: TerminateReason, seen: string, culprit?: Call): void {
    const { host, fleet } = this.parts
    host.turn(() => {
      fleet.stop(channel, reason)
      this.recover(channel, seen, culprit)
      this.parts.pumpSoon()
      this.parts.changed()
    })
  }
}
