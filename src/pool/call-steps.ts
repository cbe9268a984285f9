/** Reports the steps of a call between its creation and its settlement, if anything follows them. */
import type { Call } from '../call/call.ts'
import type { CallEventPhase } from '../types/telemetry.ts'
import type { Host } from './turns.ts'

/**
 * Reports the step at the end of the turn, with the call's state from now. `reason`: why the call left its worker. Callers
 * check the seam's `tellsCalls` first: without listeners, a step costs one comparison.
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
