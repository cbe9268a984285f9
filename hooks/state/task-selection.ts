/** One task out of a snapshot. */
import type { RuntimeSnapshot, RuntimeTaskSnapshot } from '../../src/index.ts'
import { EMPTY_SNAPSHOT } from './frame-store.ts'

/** How often a snapshot is searched before an index pays off: most are searched for one task or two. */
const SEARCHES = 4

interface TaskIndex {
  searches: number
  byId: Map<string, RuntimeTaskSnapshot> | undefined
}

const indexes = new WeakMap<RuntimeSnapshot, TaskIndex>()

/** Finds a task by its id. Each snapshot is indexed once, when several components have searched it. */
export function findTask(snapshot: RuntimeSnapshot, taskId: string): RuntimeTaskSnapshot | undefined {
  let index = indexes.get(snapshot)
  if (!index) {
    index = { searches: 0, byId: undefined }
    indexes.set(snapshot, index)
  }
  if (++index.searches <= SEARCHES) return snapshot.tasks.find((task) => task.taskId === taskId)
  index.byId ??= new Map(snapshot.tasks.map((task) => [task.taskId, task]))
  return index.byId.get(taskId)
}

/**
 * The task as a server knows it: idle. Its limits are 0, since they may depend on the machine, and a page that
 * hydrates must render what the server has rendered.
 */
export function serverTask(task: RuntimeTaskSnapshot): RuntimeTaskSnapshot {
  const { taskId, taskName, type, init, queue } = task
  return {
    taskId,
    taskName,
    type,
    init,
    status: 'idle',
    queue: {
      inFlight: 0,
      pending: 0,
      ahead: 0,
      blocked: 0,
      maxInFlight: 0,
      maxQueueDepth: 0,
      policy: queue.policy,
    },
    workers: { active: 0, limit: 0, list: [] },
    counts: { dispatched: 0, succeeded: 0, failed: 0, canceled: 0, rejected: 0, requeued: 0 },
  }
}

export function isServerSnapshot(snapshot: RuntimeSnapshot): boolean {
  return snapshot === EMPTY_SNAPSHOT
}
