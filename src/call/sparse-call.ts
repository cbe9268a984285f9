/**
 * What few calls have, or those alone that telemetry watches. It is kept apart from the call and made when it is first
 * set: a hundred thousand calls that wait hold nothing of it.
 */
import type { Call, CallStream } from './call.ts'
import type { CallOutcome } from '../types/telemetry.ts'
import type { WireSpan } from '../wire/protocol.ts'
import type { TimerNode } from '../lib/timer-wheel.ts'

/** Times on the page's `performance.now()`, in ms; 0 while unknown. */
class Times {
  enqueuedAt = 0
  firstDispatchedAt = 0
  dispatchedAt = 0
  settledAt = 0
  runStartedAt = 0
  runEndedAt = 0
  beatAt = 0
  workerSpans: WireSpan[] | undefined
  outcome: CallOutcome | undefined
}

class Extras {
  joiners: Set<Call> | null = null
  leader: Call | null = null
  phaseTimer: TimerNode | null = null
  totalTimer: TimerNode | null = null
  graceTimer: TimerNode | null = null
  onAdmitted: (() => void) | null = null
  room = 0
  itemsReceived = 0
  stream: CallStream | null = null
  spent = false
  holdsUnclonable = false
}

const NO_TIMES: Readonly<Times> = fractional(new Times())
const NO_EXTRAS: Readonly<Extras> = new Extras()

/** Fields that have held a fraction hold zero as a fraction, too: then no time that is noted changes the hidden class. */
function fractional(times: Times): Times {
  for (const name of Object.keys(times) as (keyof Times)[]) {
    if (times[name] !== 0) continue
    times[name] = 0.5 as never
    times[name] = 0 as never
  }
  return times
}

export abstract class SparseCall {
  private times: Readonly<Times> = NO_TIMES
  private extras: Readonly<Extras> = NO_EXTRAS

  get enqueuedAt(): number {
    return this.times.enqueuedAt
  }
  set enqueuedAt(time: number) {
    this.setTime('enqueuedAt', time)
  }

  get firstDispatchedAt(): number {
    return this.times.firstDispatchedAt
  }
  set firstDispatchedAt(time: number) {
    this.setTime('firstDispatchedAt', time)
  }

  get dispatchedAt(): number {
    return this.times.dispatchedAt
  }
  set dispatchedAt(time: number) {
    this.setTime('dispatchedAt', time)
  }

  get settledAt(): number {
    return this.times.settledAt
  }
  set settledAt(time: number) {
    this.setTime('settledAt', time)
  }

  /** The run interval that the worker reported, on the page's clock. */
  get runStartedAt(): number {
    return this.times.runStartedAt
  }
  set runStartedAt(time: number) {
    this.setTime('runStartedAt', time)
  }

  get runEndedAt(): number {
    return this.times.runEndedAt
  }
  set runEndedAt(time: number) {
    this.setTime('runEndedAt', time)
  }

  /** The newest sign of life, for the heartbeat. */
  get beatAt(): number {
    return this.times.beatAt
  }
  set beatAt(time: number) {
    this.setTime('beatAt', time)
  }

  get workerSpans(): WireSpan[] | undefined {
    return this.times.workerSpans
  }
  set workerSpans(spans: WireSpan[] | undefined) {
    if (spans !== this.times.workerSpans) this.ownTimes().workerSpans = spans
  }

  /** How it ended; set with `settledAt`. */
  get outcome(): CallOutcome | undefined {
    return this.times.outcome
  }
  set outcome(outcome: CallOutcome | undefined) {
    if (outcome !== this.times.outcome) this.ownTimes().outcome = outcome
  }

  /** Callers that have joined this run instead of making one of their own. */
  get joiners(): Set<Call> | null {
    return this.extras.joiners
  }
  set joiners(joiners: Set<Call> | null) {
    if (joiners !== this.extras.joiners) this.ownExtras().joiners = joiners
  }

  /** The run that this caller has joined. */
  get leader(): Call | null {
    return this.extras.leader
  }
  set leader(leader: Call | null) {
    if (leader !== this.extras.leader) this.ownExtras().leader = leader
  }

  /** One timer for the phase (queue, then run), one for the whole, one for an aborted handler that goes on. */
  get phaseTimer(): TimerNode | null {
    return this.extras.phaseTimer
  }
  set phaseTimer(timer: TimerNode | null) {
    if (timer !== this.extras.phaseTimer) this.ownExtras().phaseTimer = timer
  }

  get totalTimer(): TimerNode | null {
    return this.extras.totalTimer
  }
  set totalTimer(timer: TimerNode | null) {
    if (timer !== this.extras.totalTimer) this.ownExtras().totalTimer = timer
  }

  get graceTimer(): TimerNode | null {
    return this.extras.graceTimer
  }
  set graceTimer(timer: TimerNode | null) {
    if (timer !== this.extras.graceTimer) this.ownExtras().graceTimer = timer
  }

  /** Present when somebody asked for `admitted`. */
  get onAdmitted(): (() => void) | null {
    return this.extras.onAdmitted
  }
  set onAdmitted(listener: (() => void) | null) {
    if (listener !== this.extras.onAdmitted) this.ownExtras().onAdmitted = listener
  }

  /** Items that the consumer of its stream had room for so far. */
  get room(): number {
    return this.extras.room
  }
  set room(items: number) {
    if (items !== this.extras.room) this.ownExtras().room = items
  }

  get itemsReceived(): number {
    return this.extras.itemsReceived
  }
  set itemsReceived(items: number) {
    if (items !== this.extras.itemsReceived) this.ownExtras().itemsReceived = items
  }

  /** The items of a generator method, once somebody iterates. */
  get stream(): CallStream | null {
    return this.extras.stream
  }
  set stream(stream: CallStream | null) {
    if (stream !== this.extras.stream) this.ownExtras().stream = stream
  }

  /** Its arguments were transferred, or its items read: it cannot be sent again. */
  get spent(): boolean {
    return this.extras.spent
  }
  set spent(isSpent: boolean) {
    if (isSpent !== this.extras.spent) this.ownExtras().spent = isSpent
  }

  /** Something in its arguments has no clone and is transferred without being asked. */
  get holdsUnclonable(): boolean {
    return this.extras.holdsUnclonable
  }
  set holdsUnclonable(isSo: boolean) {
    if (isSo !== this.extras.holdsUnclonable) this.ownExtras().holdsUnclonable = isSo
  }

  private setTime(name: Exclude<keyof Times, 'workerSpans' | 'outcome'>, time: number): void {
    if (time !== this.times[name]) this.ownTimes()[name] = time
  }

  private ownTimes(): Times {
    if (this.times === NO_TIMES) this.times = new Times()
    return this.times
  }

  private ownExtras(): Extras {
    if (this.extras === NO_EXTRAS) this.extras = new Extras()
    return this.extras
  }
}
