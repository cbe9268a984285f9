/** What a task does with all of its calls and workers at once, when it is stopped, parked, disposed or fails. */
import { type Call, SETTLED } from '../call/call.ts'
import { recoverCalls } from './crash-recovery.ts'
import * as failures from '../errors/failures.ts'
import type { PoolParts } from './pool-parts.ts'

/** Every call that has not settled, those that share a run included. */
export function openCalls({ fleet, queue, lanes }: PoolParts): Call[] {
  const held = fleet.channels.flatMap((channel) => [...channel.held.values()])
  const open = [...held, ...queue.waitingCalls(), ...lanes.calls()]
  return open.flatMap((call) => [...(call.joiners ?? []), call]).filter((call) => call.state !== SETTLED)
}

/** Stops all workers: what had started aborts, what had not waits again. */
export function retireWorkers(parts: PoolParts, reason: 'stopped' | 'parked' | 'disposed'): void {
  const { fleet } = parts
  for (const channel of [...fleet.channels]) {
    fleet.stop(channel, reason)
    const abortStarted = (call: Call) => failures.aborted(call, reason)
    recoverCalls(parts, { channel, seen: 'was stopped', abortStarted })
  }
  fleet.rest()
  parts.pumpSoon()
  parts.changed()
}
