/** What must hold of a task after every step of a program, and at its end. */
import { expect } from 'vitest'
import type { RuntimeTaskSnapshot } from '../../../../src/runtime-types.ts'
import { BACKOFF_MS } from './admission.ts'
import { FAULTS } from './entry.ts'
import { deliverAll } from './lab.ts'
import type { World } from './world.ts'

/** After a step, when every promise reaction has run. */
export function checkStep(world: World, before: RuntimeTaskSnapshot): void {
  const { setup, state, entries, clock, actors } = world
  const { queue, workers, status } = state
  const { inFlight, pending, blocked } = queue
  const complaints = entries.map((entry) => entry.complaint(clock.time)).filter(Boolean)
  expect(complaints).toEqual([])
  expect(actors.mostRunning).toBeLessThanOrEqual(setup.maxInFlight)
  expect(inFlight).toBeLessThanOrEqual(setup.maxInFlight)
  expect(workers.list.reduce((sum, worker) => sum + worker.inFlight, 0)).toBe(inFlight)
  expect(Math.min(inFlight, pending, blocked)).toBeGreaterThanOrEqual(0)
  expect(blocked).toBeLessThanOrEqual(setup.queuePolicy === 'block' ? setup.maxBlocked : 0)
  expect(settledOf(state)).toBe(entries.filter(({ isOpen }) => !isOpen).length)
  // A call that is aborted holds its slot until its handler has ended: more may be held than are open, but no fewer.
  const open = entries.length - settledOf(state)
  expect(pending + blocked).toBeLessThanOrEqual(open)
  const isFair = clock.time > world.lastFault + BACKOFF_MS && status === 'active'
  if (isFair && pending > 0) expect(inFlight).toBeGreaterThan(0)
  if (isFair && blocked > 0) expect(pending).toBeGreaterThanOrEqual(setup.maxQueueDepth)
  // The end of a worker harms no call that was not on it.
  const harmed = [...world.open].filter(({ end }) => FAULTS.includes(end)).length
  if (status !== 'failed') expect(harmed).toBeLessThanOrEqual(before.queue.inFlight + before.queue.pending)
  for (const entry of world.open) if (!entry.isOpen) world.open.delete(entry)
}

/** The queue is longer than it may be only where calls came back to it. */
export function checkDepth(world: World, before: RuntimeTaskSnapshot, mayRequeue: boolean): void {
  const bound = Math.max(world.setup.maxQueueDepth, before.queue.pending)
  if (!mayRequeue) expect(world.state.queue.pending).toBeLessThanOrEqual(bound)
}

/** When nothing more can happen. */
export async function checkEnd(world: World): Promise<void> {
  const { entries, state, spans, clock, runtime, actors } = world
  const { inFlight, pending, blocked } = state.queue
  expect(entries.filter(({ isOpen }) => isOpen).map(({ callId }) => callId)).toEqual([])
  expect({ inFlight, pending, blocked }).toEqual({ inFlight: 0, pending: 0, blocked: 0 })
  expect(entries.filter((entry) => entry.admission().status === 'open')).toEqual([])
  const { succeeded, failed, canceled, rejected, dispatched } = state.counts
  const ended = (outcome: string) => entries.filter((entry) => entry.outcome === outcome).length
  expect({ succeeded, failed, canceled, rejected }).toEqual({
    succeeded: ended('success'),
    failed: ended('failure'),
    canceled: ended('canceled'),
    rejected: ended('rejected'),
  })
  expect(spans.map(({ callId, outcome }) => `${callId} ${outcome}`).sort()).toEqual(
    entries.map(({ callId, outcome }) => `${callId} ${outcome}`).sort(),
  )
  expect(spans.reduce((sum, { attemptCount }) => sum + attemptCount, 0)).toBe(dispatched)
  checkOrder(world)
  runtime.dispose()
  await deliverAll(actors.workers)
  expect(clock.pending).toBe(0)
  expect(actors.workers.filter(({ isAlive }) => isAlive)).toEqual([])
}

/** One at a time: the calls of a priority start in the order in which they were made. */
function checkOrder({ setup, actors, entries, lastFault }: World): void {
  if (setup.maxInFlight !== 1 || lastFault > 0) return
  const numbers = new Map(entries.map((entry, index) => [entry.callId, { index, entry }]))
  const last = { high: -1, normal: -1, low: -1 }
  for (const callId of actors.starts) {
    const { index, entry } = numbers.get(callId) as { index: number; entry: World['entries'][number] }
    expect(index).toBeGreaterThanOrEqual(last[entry.step.priority])
    last[entry.step.priority] = index
  }
}

function settledOf({ counts }: RuntimeTaskSnapshot): number {
  return counts.succeeded + counts.failed + counts.canceled + counts.rejected
}
