/** Divides the time of a call into phases. An open call lasts until now. */
import type { PathPhase } from './results.ts'
import type { CallRow, CallStatus } from './types.ts'

/** A call with one of these statuses that was never admitted was blocked. */
const NEVER_IN: readonly CallStatus[] = ['blocked', 'rejected', 'canceled']

/** When the call ended, or now. */
export function endOf(call: CallRow, now: number): number {
  return Math.max(call.createdTime, call.settledTime ?? now)
}

/** When its handler started. If it never did, the end of the call. */
export function startOf(call: CallRow, now: number): number {
  return clamp(call.startedTime ?? Number.POSITIVE_INFINITY, call.createdTime, endOf(call, now))
}

/** From the call until its handler started, blocked time included. */
export function waitMs(call: CallRow, now: number): number {
  return startOf(call, now) - call.createdTime
}

/** When its handler ended, as far as it is known. */
export function runEndOf(call: CallRow, now: number): number {
  const start = startOf(call, now)
  return clamp(call.runEndTime ?? Number.POSITIVE_INFINITY, start, endOf(call, now))
}

/** How long its handler has run. */
export function runMs(call: CallRow, now: number): number {
  return runEndOf(call, now) - startOf(call, now)
}

export function totalMs(call: CallRow, now: number): number {
  return endOf(call, now) - call.createdTime
}

/** One phase of a call. */
export interface CallPhaseTime {
  readonly phase: Exclude<PathPhase, 'page'>
  readonly start: number
  readonly end: number
}

/** Its phases in order, without empty ones: blocked, pending, running, and the return of its result to the caller. */
export function phasesOf(call: CallRow, now: number): CallPhaseTime[] {
  const end = endOf(call, now)
  const start = startOf(call, now)
  // A call that shares a run is never admitted. It waits for that run.
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
