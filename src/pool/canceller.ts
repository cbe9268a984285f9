/** Stops calls in progress: asks the worker first, and replaces it if it does not respond. */
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

  /** Settles a call at once. Its slot stays taken until the worker replies or is replaced. */
  stop(call: Call, outcome: CallOutcome, error: unknown, reason: unknown): void {
    if (call.state === SETTLED) return
    const { host, settlement, lanes, side } = this.parts
    host.turn(() => {
      // The run continues for the calls that joined it.
      const heir = lanes.handOver(call)
      if (heir !== null) side?.inherit(call, heir)
      const isRunning = call.state === RUNNING
      settlement.settle(call, outcome, error)
      this.stopRun(call, isRunning, reason)
      this.parts.pumpSoon()
      this.parts.changed()
    })
  }

  /** Fails a call whose handler is still closing. The handler gets the same grace period as after an abort. */
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
    // A call that the worker has claimed is running, even if the page does not know it yet.
    const runs = isRunning || channel.runs(call)
    // A call that has not started cannot hang: the worker gives it back, or reports its start.
    if (runs) this.armGrace(call)
    // This comes last: serializing the reason runs its getters, and those can call anything.
    channel.link?.cancel(call, reason, runs)
  }

  /** Gives an aborted handler `abortGraceMs` to end, from now on. The call's value comes before the task's. */
  readonly armGrace = (call: Call): void => {
    const { host, config } = this.parts
    const channel = call.place as WorkerChannel
    host.wheel.clear(call.graceTimer)
    call.graceTimer = host.wheel.set(call.options.abortGraceMs ?? config.abortGraceMs, () => {
      if (channel.state !== 'closed')
        this.replace(channel, 'abort-grace', 'was replaced: an aborted handler went on')
    })
  }

  /** Recovers the calls of a dead or replaced worker. True if one of them is a poison call. */
  recover(channel: WorkerChannel, seen: string, culprit?: Call): boolean {
    return recoverCalls(this.parts, this.dispatcher, { channel, seen, culprit })
  }

  /** Watches for handlers that give no sign of life, while any are running. */
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

  /** `lateMs`: how late the check is. A frozen page freezes its workers too, so the page can't know what a handler did. */
  private checkHeartbeats(heartbeatMs: number, lateMs: number): boolean {
    const { fleet, host, side } = this.parts
    const now = host.now()
    let anyRuns = false
    for (const channel of [...fleet.channels]) {
      for (const call of channel.held.values()) {
        if (call.state !== RUNNING) continue
        anyRuns = true
        // It waits for its reader and owes no item.
        if (call.isStream && call.room <= call.itemsReceived) continue
        // It may be waiting for the page, which is running one of its callbacks.
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

  /** Ends a worker that may never respond, and gives its other calls to other workers. */
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
