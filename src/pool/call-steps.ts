/** Tells of the steps of a call between its making and its settlement, where somebody follows them. */
import type { Call } from '../call/call.ts'
import type { CallEventPhase } from '../types/telemetry.ts'
import type { Host } from './turns.ts'

/**
 * The step is told at the end of the turn, with what is known of the call now. `reason`: what took it from its worker. The
 * caller has asked `tellsCalls` of the seam: with nobody listening a step costs one comparison.
 */
export function tellStep(
  host: Host,
  call: Call,
  phase: Exclude<CallEventPhase, 'created' | 'settled'>,
  time?: number,
  reason?: string,
): void {
  if (call.telemetry === null) return
  const { attempt } = call
  const workerIndex = (call.leader ?? call).workerIndex
  const step = { phase, time: time ?? host.now(), attempt, workerIndex, reason }
  host.record(() => host.seam.active?.callStepped(call, step))
}
