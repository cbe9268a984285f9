/** The stretches of a call's time. A call that is open lasts until now. */
import type { PathPhase } from './results.ts'
import type { CallRow, CallStatus } from './types.ts'

/** A call of these that was not admitted was blocked. */
const NEVER_IN: readonly CallStatus[] = ['blocked', 'rejected', 'canceled']

/** When it is over, or now. */
export function endOf(call: CallRow, now: number): number {
  return Math.max(call.createdTime, call.settledTime ?? now)
}

/** When its handler started; the end of a call that never came so far. */
export function startOf(call: CallRow, now: number): number {
  return clamp(call.startedTime ?? Number.POSITIVE_INFINITY, call.createdTime, endOf(call, now))
}

/** From the call until its handler started, blocked time included. */
export function waitMs(call: CallRow, now: number): number {
  return startOf(call, now) - call.createdTime
}

/** When its handler ended, or what is known of it. */
export function runEndOf(call: CallRow, now: number): number {
  const start = startOf(call, now)
  return clamp(call.runEndTime ?? Number.POSITIVE_INFINITY, start, endOf(call, now))
}

/** What its handler has run. */
export function runMs(call: CallRow, now: number): number {
  return runEndOf(call, now) - startOf(call, now)
}

export function totalMs(call: CallRow, now: number): number {
  return endOf(call, now) - call.createdTime
}

/** One stretch of a call's time. */
export interface CallPhaseTime {
  readonly phase: Exclude<PathPhase, 'page'>
  readonly start: number
  readonly end: number
}

/** Its time in order, without what took no time: blocked, pending, running, and the way of its result to the caller. */
export function phasesOf(call: CallRow, now: number): CallPhaseTime[] {
  const end = endOf(call, now)
  const start = startOf(call, now)
  // A caller that shares a run is never admitted, and waits for that run.
  const unadmitted = NEVER_IN.includes(call.status) ? start : call.createdTime
  const admitted = clamp(call.admittedTime ?? unadmitted, call.createdTime, start)
  const runEnd = runEndOf(call, now)
  const all: CallPhaseTime[] = [
    { phase: 'blocked', start: call.createdTime, end: admitted },
    { phase: 'pending', start: admitted, end: start },
    { phase: 'running', start, end: runEnd },
    { phase: 'returning', start: runEnd, end },
  ]
  return all.filter((phase) => phase.end > phase.start)
}

export function clamp(value: number, low: number, high: number): number {
  return value < low ? low : value > high ? high : value
}
