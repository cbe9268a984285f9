/** What must hold of a task after every step of a program, and at its end. */
import { expect } from 'vitest'
import type { RuntimeTaskSnapshot, WorkerSnapshot } from '../../../src/types/snapshot.ts'
import { BACKOFF_MS } from './admission.ts'
import { FAULTS } from './entry.ts'
import { deliverAll } from './lab.ts'
import type { Mark, World } from './world.ts'

/** After a step, when every promise reaction has run: what does not hold. */
export function checkStep(world: World, before: Mark): void {
  const { setup, state, entries, clock, actors } = world
  const { queue, workers, status } = state
  const { inFlight, pending, ahead, blocked } = queue
  // Under `block`, what is on its way to a worker takes no room.
  const filled = setup.queuePolicy === 'block' ? pending - ahead : pending
  const open = entries.length - settledOf(state)
  const isFair =
    clock.now() > world.lastFault + BACKOFF_MS &&
    status === 'active' &&
    // What is to run again later waits for its time.
    !setup.retry?.delayMs
  const maxBlocked = setup.queuePolicy === 'block' ? setup.maxBlocked : 0
  // They share a run: none of them waits by itself, and what ends it ends them all.
  const mayShare = [...world.open].some(({ step }) => step.keyMode === 'dedupe' && step.key !== undefined)
  const harmed = [...world.open].filter(({ end }) => FAULTS.includes(end))
  // A worker may have ended a handler, and begun the next that was handed ahead, before the page heard of it.
  const hadAllStarted = harmed.every(({ callId }) => actors.starts.includes(callId))
  const rules: Record<string, boolean> = {
    'a slot for each handler': actors.mostRunning <= setup.maxInFlight,
    'no more in flight than slots': inFlight <= setup.maxInFlight,
    'the slots of the workers are those in flight': sumOf(workers.list) === inFlight,
    'nothing below zero': Math.min(inFlight, pending, blocked) >= 0,
    'no more blocked than allowed': blocked <= maxBlocked,
    'counters tell what promises show': settledOf(state) === entries.filter(({ isOpen }) => !isOpen).length,
    'who waits is open': pending + blocked <= open,
    'who is open waits or is in flight': mayShare || pending + blocked + inFlight >= open,
    'nobody waits for nothing': !isFair || pending === 0 || inFlight > 0,
    'nobody is blocked while there is room': !isFair || blocked === 0 || filled >= setup.maxQueueDepth,
    // Longer than it may be only where calls came back to it, from a busy worker or before one was made. One for each worker
    // may have been handed ahead and taken back since the step before.
    'the queue keeps its bound':
      world.workersEnded > before.workersEnded ||
      filled <=
        Math.max(setup.maxQueueDepth, before.queue.pending - before.queue.ahead) +
          Math.max(before.queue.ahead, setup.maxWorkers) ||
      // What had a slot, and waits to run again, came back to it as well.
      ((status === 'stopped' || setup.retry !== undefined) &&
        filled <= setup.maxQueueDepth + setup.maxInFlight),
    'the end of a worker harms no call that was not on it':
      mayShare ||
      status === 'failed' ||
      hadAllStarted ||
      harmed.length <= (world.workersEnded - before.workersEnded) * setup.maxInFlight,
  }
  const broken = Object.keys(rules).filter((rule) => !rules[rule])
  const complaints = [...world.open].map((entry) => entry.complaint(clock.now())).filter(Boolean)
  if (broken.length + complaints.length > 0) expect({ broken, complaints, queue }).toBe('in order')
  for (const entry of world.open) if (!entry.isOpen) world.open.delete(entry)
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
  // Who has taken a run over tells its attempts, too.
  if (!entries.some(({ step }) => step.keyMode === 'dedupe'))
    expect(spans.reduce((sum, { attemptCount }) => sum + attemptCount, 0)).toBe(dispatched)
  expect(entries.map((entry) => entry.complaint(clock.now())).filter(Boolean)).toEqual([])
  if (!entries.some(({ step }) => step.key !== undefined && step.keyMode !== 'parallel')) checkOrder(world)
  runtime.dispose()
  await deliverAll(actors.workers)
  expect(clock.pending).toBe(0)
  expect(actors.workers.filter(({ isAlive }) => isAlive)).toEqual([])
}

/** One at a time: the calls of a priority start in the order in which they were made. */
function checkOrder({ setup, actors, entries, lastFault, isReordered }: World): void {
  if (setup.maxInFlight !== 1 || lastFault > 0 || isReordered) return
  const numbers = new Map(entries.map((entry, index) => [entry.callId, { index, entry }]))
  const last = { high: -1, normal: -1, low: -1 }
  // Of a call that runs again, its first start.
  for (const callId of new Set(actors.starts)) {
    const { index, entry } = numbers.get(callId) as { index: number; entry: World['entries'][number] }
    expect(index).toBeGreaterThanOrEqual(last[entry.step.priority])
    last[entry.step.priority] = index
  }
}

function sumOf(workers: readonly WorkerSnapshot[]): number {
  return workers.reduce((sum, { inFlight }) => sum + inFlight, 0)
}

function settledOf({ counts }: RuntimeTaskSnapshot): number {
  return counts.succeeded + counts.failed + counts.canceled + counts.rejected
}
