/** Applies what a task's workers report to its calls: readiness, replies, progress, death. */
import { type Call, SETTLED, SPENT, STARTING } from '../call/call.ts'
import { runCallback } from '../channel/callbacks.ts'
import type { ChannelOwner } from '../channel/channel-owner.ts'
import type { LostMessage } from '../channel/unreadable-messages.ts'
import type { Reply } from '../channel/reply-reader.ts'
import type { WorkerChannel } from '../channel/worker-channel.ts'
import * as failures from '../errors/failures.ts'
import type { StartFailure } from '../errors/start-advice.ts'
import { warnOnce } from '../lib/warn.ts'
import { toText } from '../lib/words.ts'
import type { CallOutcome } from '../types/telemetry.ts'
import { decodeThrown, type Encoded } from '../wire/error-codec.ts'
import type { Post } from '../wire/post.ts'
import {
  CLOSING,
  EVENT,
  NO_METHOD,
  type ReplyStatus,
  RESULT,
  RETURNED,
  STARTED,
  STREAM_END,
  THROWN,
  UNCLONABLE,
} from '../wire/protocol.ts'
import { tellStep } from './call-steps.ts'
import type { Canceller } from './canceller.ts'
import type { PoolCheckpoints } from './checkpoints.ts'
import type { Dispatcher } from './dispatcher.ts'
import { noteCrash, startFailed, type TaskFate } from './failed-starts.ts'
import type { HandAhead } from './hand-ahead.ts'
import type { PoolParts } from './pool-parts.ts'
import type { Retries } from './retries.ts'
import { learnMethods } from './known-methods.ts'
import type { AheadWindow } from './ahead-window.ts'

/** The shortest time between two progress values, in ms: one frame. */
const FRAME_MS = 16

interface DeskParts {
  readonly parts: PoolParts
  readonly dispatcher: Dispatcher
  readonly canceller: Canceller
  readonly fate: TaskFate
  readonly window: AheadWindow
  readonly ahead: HandAhead
  readonly retries: Retries
  readonly checkpoints: PoolCheckpoints
}

export class WorkerNews implements ChannelOwner<WorkerChannel> {
  private readonly parts: PoolParts
  private readonly dispatcher: Dispatcher
  private readonly canceller: Canceller
  private readonly fate: TaskFate
  private readonly window: AheadWindow
  private readonly ahead: HandAhead
  private readonly retries: Retries
  private readonly checkpoints: PoolCheckpoints

  constructor(desk: DeskParts) {
    this.parts = desk.parts
    this.dispatcher = desk.dispatcher
    this.canceller = desk.canceller
    this.fate = desk.fate
    this.window = desk.window
    this.ahead = desk.ahead
    this.retries = desk.retries
    this.checkpoints = desk.checkpoints
  }

  turn(fn: () => void): void {
    this.parts.host.turn(fn)
  }

  channelSetsUp(channel: WorkerChannel): void {
    // Its setup data may arrive after it was closed.
    if (channel.isClosed) return
    this.parts.fleet.setsUp(channel)
    this.parts.changed()
  }

  channelReady(channel: WorkerChannel): void {
    const { fleet, host } = this.parts
    learnMethods(this.parts, channel.methods)
    fleet.ready(channel)
    if (channel.link?.hasCheckpoint) this.checkpoints.watch()
    channel.repliedAt = host.now()
    if (channel.isIdle) fleet.watchIdle(channel)
    this.parts.pumpSoon()
    this.parts.changed()
  }

  posted(channel: WorkerChannel, call: Call, isNext: boolean): void {
    if (this.parts.host.seam.tellsCalls) tellStep(this.parts.host, call, 'sent')
    this.dispatcher.posted(call, isNext)
    const { heartbeatMs } = this.parts.config
    if (isNext && heartbeatMs !== undefined) this.canceller.watchHeartbeat(heartbeatMs)
    if (channel.running === 1 && isNext) channel.repliedAt = this.parts.host.now()
    this.parts.changed()
  }

  replied(channel: WorkerChannel, call: Call, reply: Reply): void {
    const { window } = this
    const { settlement } = this.parts
    // The reply shows that it had started, which was not presumed.
    if (call.list === channel.ahead && reply.status !== RETURNED) this.dispatcher.giveSlot(channel, call)
    if (reply.status === STARTED) {
      this.handlerStarted(channel, call, reply.startedAt)
      return
    }
    if (reply.status === CLOSING) {
      if (call.state !== SETTLED && Array.isArray(reply.value)) {
        const [status, value] = reply.value as [ReplyStatus, unknown]
        this.canceller.closes(call, outcomeOf(call, { status, value }, channel.methods).value)
      }
      return
    }
    if (reply.status === RETURNED) this.dispatcher.takenBack([call])
    else {
      if (call.state === STARTING) this.dispatcher.started(call, reply.startedAt)
      // Create the error before the call leaves: the error says where the call was.
      const outcome = call.state === SETTLED ? undefined : outcomeOf(call, reply, channel.methods)
      settlement.leave(call)
      channel.served++
      const wasWrong =
        reply.startedAt !== 0 && window.observeRun(call.method, reply.endedAt - reply.startedAt)
      if (outcome !== undefined) this.finish(call, reply, outcome)
      if (wasWrong) this.ahead.wasWrong(channel)
    }
    this.dispatcher.passSlots(channel, this.canceller.armGrace)
  }

  takenBack(channel: WorkerChannel, calls: readonly Call[]): void {
    this.dispatcher.takenBack(calls)
    this.dispatcher.passSlots(channel, this.canceller.armGrace)
    this.parts.pumpSoon()
    this.parts.changed()
  }

  lost(channel: WorkerChannel, call: Call, code: LostMessage, isStream: boolean): void {
    const path = code === 'clone-args' ? 'args' : 'result'
    const cause = new Error(
      'a message could not be read on the other side: no memory for the copy, or a type it cannot take',
    )
    // The worker never received it, so it cannot have run.
    if (code === 'clone-args') this.parts.queue.unrun(call)
    if (!isStream) this.unsendable(channel, call, code, path, cause)
    else this.canceller.stop(call, 'failure', failures.unclonable(call, code, path, cause), cause)
  }

  unsendable(channel: WorkerChannel, call: Call, code: LostMessage, path: string, cause: unknown): void {
    this.unsent(channel, call, failures.unclonable(call, code, path, cause))
  }

  unknown(channel: WorkerChannel, call: Call): void {
    this.unsent(channel, call, failures.noMethod(call, channel.methods))
  }

  progressed(call: Call, value: unknown): void {
    const { onProgress, progressEvery } = call.options
    if (onProgress !== undefined && call.state !== SETTLED) {
      if (progressEvery) this.parts.host.tell(() => onProgress(value))
      // Only the newest value counts: many may have queued up while the page was blocked.
      else if (call.progress !== null) call.progress.value = value
      else {
        const { host, settlement } = this.parts
        call.progress = { value }
        const wait = Math.max(0, call.progressedAt + FRAME_MS - host.now())
        host.wheel.set(wait, () => settlement.tellProgress(call))
      }
    }
    if (call.joiners !== null) for (const joiner of call.joiners) this.progressed(joiner, value)
  }

  streamed(call: Call, items: readonly unknown[]): void {
    if (items.length === 0) {
      if (call.state === SETTLED || call.stream !== null) return
      if (!this.parts.awaited.misread(call)) this.warnUnread(call)
      return
    }
    // The call must not run again, or its reader would get the same items twice.
    call.payload = SPENT
    call.stream?.push(items)
  }

  said(channel: WorkerChannel, message: readonly unknown[], post: Post): void {
    if (message[0] === EVENT) {
      this.emitted(channel, message, post)
      return
    }
    const call = channel.held.get(message[1] as number)
    if (call === undefined) return
    const { host } = this.parts
    call.beatAt = host.now()
    runCallback(call, message, post, host)
  }

  private emitted(channel: WorkerChannel, [, event, payload, dropped]: readonly unknown[], post: Post): void {
    if (typeof event !== 'string' || typeof dropped !== 'number') return
    const { events, host, task } = this.parts
    const at = host.now()
    if (host.seam.active !== null) host.record(() => host.seam.active?.workerEvent(task, event, dropped, at))
    const info = { workerIndex: channel.index, dropped }
    host.tell(() => {
      events.tell(event, payload, info)
      // Only now: an event takes up room until the page has processed it.
      events.wasRead(post)
    })
    if (dropped > 0) {
      warnOnce(`${task.taskId} events`, () => [
        `Atelier: worker #${channel.index} of ${task.taskId} emits events faster than the page reads them, so the oldest waiting ones ` +
          'are dropped. Emit fewer, with more in each, or emit(event, payload, { coalesce: true }).',
      ])
    }
  }

  turnEnded(channel: WorkerChannel, latencyMs: number): void {
    const { fleet } = this.parts
    this.window.observeLatency(latencyMs, channel.repliedAt)
    this.parts.pumpSoon()
    if (channel.isIdle) fleet.watchIdle(channel)
    this.parts.changed()
  }

  channelError(channel: WorkerChannel, error: unknown): void {
    const { host, task } = this.parts
    const at = host.now()
    host.record(() => host.seam.active?.workerError(task, channel.index, error, at))
    warnOnce(`${task.taskId}: ${toText(error)}`, () => [
      `Atelier: an error in worker #${channel.index} of ${task.taskId} was not caught. The worker stays alive, and its calls are not affected.`,
      error,
    ])
  }

  channelFailed(channel: WorkerChannel, failure: StartFailure): void {
    startFailed(this.parts, this.dispatcher, this.fate, channel, failure)
  }

  channelDied(channel: WorkerChannel, seen: string): void {
    const { fleet, config } = this.parts
    const isHostLost = channel.link?.isHostLost === true
    fleet.remove(channel)
    // The task is not at fault if the host page was closed.
    if (isHostLost) fleet.owe()
    else noteCrash(this.parts, this.fate, channel, `worker #${channel.index} ${seen}`)
    const tooOften = !isHostLost && fleet.countCrash(channel)
    const foundPoison = this.canceller.recover(channel, seen)
    // The poison call caused the crashes, not the task.
    if (foundPoison) fleet.forgive()
    const isFinal = config.onCrash === 'fail-task' && !isHostLost
    if (isFinal || (tooOften && !foundPoison)) {
      this.fate.fail((call) => failures.taskFailed(call, channel.index, seen), !isFinal)
    }
    this.parts.pumpSoon()
    this.parts.changed()
  }

  private handlerStarted(channel: WorkerChannel, call: Call, at: number): void {
    if (call.state === STARTING) {
      this.dispatcher.started(call, at)
      const { heartbeatMs } = this.parts.config
      if (heartbeatMs !== undefined) this.canceller.watchHeartbeat(heartbeatMs)
      this.parts.changed()
    } else if (call.state === SETTLED) {
      // It was aborted before its start was known. A synchronous loop reads no messages, so set its flag.
      channel.link?.raiseFlag(call)
      this.canceller.armGrace(call)
    }
  }

  private unsent(channel: WorkerChannel, call: Call, error: Error): void {
    const { settlement } = this.parts
    settlement.settle(call, 'failure', error)
    settlement.leave(call)
    this.dispatcher.passSlots(channel, this.canceller.armGrace)
    this.parts.pumpSoon()
    this.parts.changed()
  }

  private warnUnread({ taskId, method, callId }: Call): void {
    warnOnce(`${taskId}.${method} is not read`, () => [
      `Atelier: ${taskId}.${method} (${callId}) is a generator method, and its items are not read. It holds its slot and waits: read it with "for await (const item of task.${method}(…))", or abort() it. Awaiting the call does not read it.`,
    ])
  }

  private finish(call: Call, reply: Reply, { outcome, value }: Outcome): void {
    const { fleet, settlement, awaited } = this.parts
    if (call.telemetry !== null && reply.startedAt !== 0) this.stamp(call, reply)
    if (reply.status === RESULT && !awaited.valued.has(call.method)) awaited.valued.add(call.method)
    if (outcome === 'success' && fleet.consecutiveCrashes > 0) this.fate.recovered()
    if (reply.status === THROWN && call.options.retry !== undefined && this.retries.take(call, value)) return
    settlement.settle(call, outcome, value)
  }

  /** Stores the run interval on the page's clock, clamped to what the page itself has observed. */
  private stamp(call: Call, reply: Reply): void {
    const now = this.parts.host.now()
    // If the call was handed ahead, its start was presumed at its predecessor's reply at the latest.
    if (call.handedAhead && reply.startedAt < call.dispatchedAt) {
      call.dispatchedAt = Math.max(reply.startedAt, call.enqueuedAt)
      if (call.attempt === 1) call.firstDispatchedAt = call.dispatchedAt
    }
    call.runStartedAt = Math.min(Math.max(reply.startedAt, call.dispatchedAt), now)
    call.runEndedAt = Math.min(Math.max(reply.endedAt, call.runStartedAt), now)
    call.workerSpans = reply.spans
  }
}

/** What the caller gets from a worker's reply. */
interface Outcome {
  readonly outcome: CallOutcome
  /** The result, or the error. */
  readonly value: unknown
}

function outcomeOf(call: Call, reply: Pick<Reply, 'status' | 'value'>, methods: readonly string[]): Outcome {
  switch (reply.status) {
    case RESULT:
      // Calls that joined the run may not have asked for items.
      return call.stream !== null && call.joiners === null
        ? { outcome: 'failure', value: failures.noStream(call) }
        : { outcome: 'success', value: reply.value }
    case STREAM_END:
      return streamOutcome(call, reply.value)
    case NO_METHOD:
      return { outcome: 'failure', value: failures.noMethod(call, methods) }
    case UNCLONABLE:
      return { outcome: 'failure', value: failures.unclonable(call, 'clone-result', toText(reply.value)) }
    default:
      return {
        outcome: 'failure',
        value: decodeThrown(
          reply.value as Encoded,
          `${call.taskId}.${call.method} (${call.callId})`,
          call.options.errors,
        ),
      }
  }
}

/** `value` is `[items sent, return value of the generator]`. If fewer items arrived, some were lost on the way. */
function streamOutcome(call: Call, value: unknown): Outcome {
  const [sent, result] = Array.isArray(value) ? (value as unknown[]) : [0, undefined]
  if (typeof sent === 'number' && sent > call.itemsReceived) {
    return { outcome: 'failure', value: failures.unclonable(call, 'clone-result', 'result') }
  }
  return { outcome: 'success', value: result }
}
