/** What the news of a task's workers mean for its calls: readiness, replies, progress, death. */
import { type Call, SETTLED } from '../call/call.ts'
import type { Canceller } from './canceller.ts'
import { recoverCalls } from './crash-recovery.ts'
import type { Dispatcher } from './dispatcher.ts'
import * as failures from '../errors/failures.ts'
import type { StartFailure } from '../errors/failures.ts'
import { runListener } from '../lib/run-listener.ts'
import type { PoolParts } from './pool-parts.ts'
import { RETURNED } from '../wire/protocol.ts'
import { replyOutcome } from './reply-outcome.ts'
import type { LostMessage } from '../channel/lost-calls.ts'
import { warnOnce } from '../lib/warn.ts'
import type { Reply } from '../channel/reply-reader.ts'
import type { ChannelOwner, WorkerChannel } from '../channel/worker-channel.ts'

/** What the desk may decide about the task as a whole. */
export interface TaskFate {
  lastCrash: { workerIndex: number; message: string; at: number } | undefined
  /** Takes the task out of service: what waits, and what comes, fails with `make`. */
  fail(make: (call: Call) => Error): void
}

export class ChannelDesk implements ChannelOwner {
  private readonly parts: PoolParts
  private readonly dispatcher: Dispatcher
  private readonly canceller: Canceller
  private readonly fate: TaskFate

  constructor(parts: PoolParts, dispatcher: Dispatcher, canceller: Canceller, fate: TaskFate) {
    this.parts = parts
    this.dispatcher = dispatcher
    this.canceller = canceller
    this.fate = fate
  }

  turn(fn: () => void): void {
    this.parts.host.turn(fn)
  }

  channelReady(channel: WorkerChannel): void {
    const { fleet, task } = this.parts
    task.methods = channel.methods
    fleet.ready(channel)
    for (const call of channel.held.values()) this.dispatcher.started(call)
    if (channel.held.size === 0) fleet.watchIdle(channel)
    else this.canceller.watchHeartbeat()
    this.parts.pumpSoon()
    this.parts.changed()
  }

  replied(channel: WorkerChannel, call: Call, reply: Reply): void {
    const { host, queue, window, settlement } = this.parts
    const wasAhead = call.list === channel.ahead
    if (wasAhead) channel.ahead.remove(call)
    host.wheel.clear(call.graceTimer)
    settlement.vacated(call)
    if (reply.status === RETURNED) this.dispatcher.returned(channel, call, wasAhead)
    else {
      // It had started, though that was not presumed.
      if (wasAhead) this.dispatcher.startedAhead(channel, call)
      channel.running--
      queue.release()
      if (reply.startedAt !== 0) window.observeRun(reply.endedAt - reply.startedAt)
      if (call.state !== SETTLED) this.finish(call, reply, channel)
    }
    this.dispatcher.startNext(channel, this.canceller.armGrace)
  }

  lost(channel: WorkerChannel, call: Call, code: LostMessage, isStream: boolean): void {
    const path = code === 'clone-args' ? 'args' : 'result'
    const cause = new Error(
      'a message could not be read on the other side: no memory for the copy, or a type it cannot take',
    )
    if (!isStream) this.unsendable(channel, call, code, path, cause)
    else this.canceller.stop(call, 'failure', failures.unclonable(call, code, path, cause), cause)
  }

  unsendable(channel: WorkerChannel, call: Call, code: LostMessage, path: string, cause: unknown): void {
    const { settlement } = this.parts
    const wasAhead = call.list === channel.ahead
    if (wasAhead) channel.ahead.remove(call)
    settlement.vacated(call)
    const error = failures.unclonable(call, code, path, cause)
    settlement.settle(call, 'failure', error)
    if (!wasAhead) {
      channel.running--
      this.parts.queue.release()
      this.dispatcher.startNext(channel, this.canceller.armGrace)
    }
    this.parts.pumpSoon()
    this.parts.changed()
  }

  keptBack(channel: WorkerChannel, call: Call): void {
    channel.ahead.remove(call)
    channel.held.delete(call.runId)
    this.parts.settlement.vacated(call)
    this.dispatcher.returned(channel, call, true)
    this.parts.pumpSoon()
  }

  progressed(call: Call, value: unknown): void {
    if (call.state !== SETTLED && call.options.onProgress !== undefined)
      runListener(call.options.onProgress, value)
    if (call.joiners !== null) for (const joiner of call.joiners) this.progressed(joiner, value)
  }

  streamed(call: Call, items: readonly unknown[]): void {
    if (items.length === 0) {
      if (call.state !== SETTLED && call.stream === null) this.warnUnread(call)
      return
    }
    // What the consumer has seen must not come a second time: the call cannot run again.
    call.spent = true
    call.stream?.push(items)
  }

  turnEnded(channel: WorkerChannel, latencyMs: number): void {
    const { fleet, window } = this.parts
    window.observeLatency(latencyMs, channel.repliedAt)
    this.parts.pumpSoon()
    if (channel.held.size === 0 && channel.state === 'ready') fleet.watchIdle(channel)
    this.parts.changed()
  }

  channelError(channel: WorkerChannel, error: unknown): void {
    const { host, task } = this.parts
    host.seam.active?.workerError(task, channel.index, error)
    warnOnce(`${task.taskId}: ${String(error)}`, () => [
      `Atelier: an error in worker #${channel.index} of ${task.taskId} was caught by nobody; the worker lives on, and its calls are not affected.`,
      error,
    ])
  }

  channelFailed(channel: WorkerChannel, failure: StartFailure): void {
    const { fleet } = this.parts
    fleet.remove(channel)
    this.noteCrash(channel, failures.describeStart(failure), failure.cause)
    const tooOften = fleet.countCrash(channel.index)
    // Another worker of the same script is up: this start was bad luck, and its calls run there.
    const othersUp = fleet.channels.some((each) => each.state === 'ready')
    recoverCalls(this.parts, {
      channel,
      seen: 'did not start',
      failUnstarted: othersUp ? undefined : (call) => failures.startFailed(call, failure),
    })
    if (tooOften) this.fate.fail((call) => failures.startFailed(call, failure))
    this.parts.pumpSoon()
    this.parts.changed()
  }

  channelDied(channel: WorkerChannel, seen: string): void {
    const { fleet, config } = this.parts
    fleet.remove(channel)
    this.noteCrash(channel, `worker #${channel.index} ${seen}`)
    const tooOften = fleet.countCrash(channel.index)
    const foundPoison = this.canceller.recover(channel, seen)
    // The crashes were that call's doing, not the task's.
    if (foundPoison) fleet.forgive()
    if (config.crashPolicy === 'fail-task' || (tooOften && !foundPoison)) {
      this.fate.fail((call) => failures.taskFailed(call, channel.index, seen))
    }
    this.parts.pumpSoon()
    this.parts.changed()
  }

  private warnUnread({ taskId, method, callId }: Call): void {
    warnOnce(`${taskId}.${method} is not read`, () => [
      `Atelier: ${taskId}.${method} (${callId}) is a generator method, and nobody reads its items. It holds its slot and waits: read it with "for await (const item of task.${method}(…))", or abort() it. Awaiting the call does not read it.`,
    ])
  }

  private finish(call: Call, reply: Reply, channel: WorkerChannel): void {
    const { fleet, settlement } = this.parts
    if (call.telemetry !== null && reply.startedAt !== 0) this.stamp(call, reply)
    const { outcome, value } = replyOutcome(call, reply, channel.methods)
    if (outcome === 'success' && fleet.consecutiveCrashes > 0) fleet.forgive()
    settlement.settle(call, outcome, value)
  }

  /** The run interval, on the page's clock, within what the page itself has seen. */
  private stamp(call: Call, reply: Reply): void {
    const now = this.parts.host.now()
    // The start of a call that was handed ahead was presumed, at its predecessor's reply at the latest.
    if (call.handedAhead && reply.startedAt < call.dispatchedAt) {
      call.dispatchedAt = Math.max(reply.startedAt, call.enqueuedAt)
      if (call.attempt === 1) call.firstDispatchedAt = call.dispatchedAt
    }
    call.runStartedAt = Math.min(Math.max(reply.startedAt, call.dispatchedAt), now)
    call.runEndedAt = Math.min(Math.max(reply.endedAt, call.runStartedAt), now)
    call.workerSpans = reply.spans
  }

  private noteCrash(channel: WorkerChannel, message: string, cause: unknown = new Error(message)): void {
    this.fate.lastCrash = { workerIndex: channel.index, message, at: Date.now() }
    this.parts.host.seam.active?.workerCrashed(this.parts.task, channel.index, cause)
  }
}
