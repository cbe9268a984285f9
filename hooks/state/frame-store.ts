/** A runtime's snapshot as React reads it: published at most once a frame, whatever the number of calls. */
import type { RuntimeSnapshot, TaskRuntime } from '../../src/index.ts'
import { tellAll } from './guarded.ts'
import { oneInstance } from '../../src/lib/one-instance.ts'

type Subscribe = (listener: () => void) => () => void

/** What `useSyncExternalStore` takes. */
export interface FrameStore {
  readonly subscribe: Subscribe
  /** Called for publications in which this task was changed, added or removed. Of a thousand readers of other tasks, none is called. */
  readonly subscribeTask: (taskId: string, listener: () => void) => () => void
  /** The last published state, or without a subscriber, the current one. */
  readonly getSnapshot: () => RuntimeSnapshot
}

const NOBODY: ReadonlySet<() => void> = new Set()

/** The part of a runtime that reports its state. */
export type SnapshotSource = Pick<TaskRuntime, 'getRuntimeSnapshot' | 'subscribeRuntimeSnapshot'>

const stores: WeakMap<SnapshotSource['getRuntimeSnapshot'], FrameStore> = /* @__PURE__ */ oneInstance(
  'frames',
  () => new WeakMap(),
)

/** The one store of a runtime. */
export function frameStoreOf(runtime: SnapshotSource): FrameStore {
  let store = stores.get(runtime.getRuntimeSnapshot)
  if (!store) {
    store = createFrameStore(runtime)
    stores.set(runtime.getRuntimeSnapshot, store)
  }
  return store
}

function createFrameStore(runtime: SnapshotSource): FrameStore {
  const listeners = new Set<() => void>()
  const byTask = new Map<string, Set<() => void>>()
  let published: RuntimeSnapshot | undefined
  let unsubscribe: (() => void) | undefined
  let cancelFrame: (() => void) | undefined

  const publish = () => {
    cancelFrame = undefined
    const current = runtime.getRuntimeSnapshot()
    if (current === published) return
    const changedTasks = changesOf(published, current)
    published = current
    tellAll(listeners)
    for (const taskId of changedTasks) tellAll(byTask.get(taskId) ?? NOBODY)
  }

  const changed = () => {
    cancelFrame ??= onNextFrame(publish)
  }

  const enter = () => {
    // React compares again after it has subscribed, so changes since the render are not lost.
    published ??= runtime.getRuntimeSnapshot()
    unsubscribe ??= runtime.subscribeRuntimeSnapshot(changed)
  }

  const leave = () => {
    if (listeners.size + byTask.size > 0) return
    unsubscribe?.()
    cancelFrame?.()
    unsubscribe = cancelFrame = published = undefined
  }

  const subscribe: Subscribe = (listener) => {
    enter()
    listeners.add(listener)
    return () => {
      listeners.delete(listener)
      leave()
    }
  }

  const subscribeTask = (taskId: string, listener: () => void) => {
    enter()
    const readers = byTask.get(taskId) ?? new Set()
    byTask.set(taskId, readers.add(listener))
    return () => {
      readers.delete(listener)
      if (readers.size === 0 && byTask.get(taskId) === readers) byTask.delete(taskId)
      leave()
    }
  }

  return { subscribe, subscribeTask, getSnapshot: () => published ?? runtime.getRuntimeSnapshot() }
}

/** Ids of the tasks that are new, changed or gone; one that has only moved in the list may be among them. */
function changesOf(before: RuntimeSnapshot | undefined, now: RuntimeSnapshot): Set<string> {
  const last = before?.tasks ?? []
  const changed = new Set<string>()
  const count = Math.max(last.length, now.tasks.length)
  for (let index = 0; index < count; index++) {
    const was = last[index]
    const is = now.tasks[index]
    if (was === is) continue
    if (was !== undefined) changed.add(was.taskId)
    if (is !== undefined) changed.add(is.taskId)
  }
  return changed
}

/** What a server renders, and the client while it hydrates. */
export const EMPTY_SNAPSHOT: RuntimeSnapshot = Object.freeze({ tasks: Object.freeze([]) })
export const getEmptySnapshot = (): RuntimeSnapshot => EMPTY_SNAPSHOT

/** How often a hidden page publishes, in ms: it has no frames. */
const HIDDEN_MS = 250
/** The length of a frame if there is no `requestAnimationFrame`, in ms. */
const FRAME_MS = 16

/** Calls `callback` once, at the next frame or after 250 ms, whichever is first. Returns a function that cancels it. */
export function onNextFrame(callback: () => void): () => void {
  if (typeof requestAnimationFrame !== 'function') {
    const timer = setTimeout(callback, FRAME_MS)
    return () => clearTimeout(timer)
  }
  // A race instead of a check: the page may be hidden after the check.
  const run = () => {
    cancel()
    callback()
  }
  const timer = setTimeout(run, HIDDEN_MS)
  const frame = requestAnimationFrame(run)
  const cancel = () => {
    clearTimeout(timer)
    cancelAnimationFrame(frame)
  }
  return cancel
}
