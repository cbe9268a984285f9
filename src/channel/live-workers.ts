/**
 * Where the leak assertion of `atelier-react/testing` finds the workers that were created and have not ended. Unless that
 * entry was imported, there is no list, and nothing is recorded.
 */

/** A worker that has not ended, as far as the page knows. Other copies of this module read it. @foreign */
export interface LiveWorker {
  /** The task's name, or its id; `undefined` for a worker that was not created by a task. */
  readonly task: string | undefined
  readonly index: number
  /** It was asked to end, and its teardown may still be running. */
  isEnding: boolean
}

type LiveWorkers = Map<Worker, LiveWorker>

// On the global object: two copies of this module, in two bundles, keep one list.
const SLOT = Symbol.for('atelier.live-workers')
const shared = globalThis as unknown as Record<typeof SLOT, LiveWorkers | undefined>

/** The list. From now on, workers are recorded. */
export function watchLiveWorkers(): ReadonlyMap<Worker, LiveWorker> {
  return (shared[SLOT] ??= new Map())
}

/** A worker was made. */
export function noteWorker(worker: Worker, task: string | undefined, index: number): void {
  shared[SLOT]?.set(worker, { task, index, isEnding: false })
}

/** A worker was asked to end when its teardown is done. */
export function noteWorkerEnding(worker: Worker): void {
  const live = shared[SLOT]?.get(worker)
  if (live) live.isEnding = true
}

/** A worker has ended. */
export function noteWorkerEnd(worker: Worker): void {
  shared[SLOT]?.delete(worker)
}
