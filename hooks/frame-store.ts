/** A runtime's snapshot as React reads it: published at most once a frame, whatever the number of calls. */
import type { RuntimeSnapshot, TaskRuntime } from '../src/index.ts'
import { onNextFrame } from './frame.ts'

/** What `useSyncExternalStore` takes. */
export interface FrameStore {
  readonly subscribe: (listener: () => void) => () => void
  /** What was published last; without a subscriber, what is current. */
  readonly getSnapshot: () => RuntimeSnapshot
}

const stores = new WeakMap<TaskRuntime, FrameStore>()

/** The one store of a runtime. */
export function frameStoreOf(runtime: TaskRuntime): FrameStore {
  let store = stores.get(runtime)
  if (!store) {
    store = createFrameStore(runtime)
    stores.set(runtime, store)
  }
  return store
}

function createFrameStore(runtime: TaskRuntime): FrameStore {
  const listeners = new Set<() => void>()
  let published: RuntimeSnapshot | undefined
  let unsubscribe: (() => void) | undefined
  let cancelFrame: (() => void) | undefined

  const publish = () => {
    cancelFrame = undefined
    const current = runtime.getRuntimeSnapshot()
    if (current === published) return
    published = current
    for (const listener of listeners) listener()
  }

  const changed = () => {
    cancelFrame ??= onNextFrame(publish)
  }

  const subscribe = (listener: () => void) => {
    // React compares again after it has subscribed: what changed since the render is not lost.
    published ??= runtime.getRuntimeSnapshot()
    listeners.add(listener)
    unsubscribe ??= runtime.subscribeRuntimeSnapshot(changed)
    return () => {
      listeners.delete(listener)
      if (listeners.size > 0) return
      unsubscribe?.()
      cancelFrame?.()
      unsubscribe = cancelFrame = published = undefined
    }
  }

  return { subscribe, getSnapshot: () => published ?? runtime.getRuntimeSnapshot() }
}

/** What a server renders, and the client while it hydrates. */
export const EMPTY_SNAPSHOT: RuntimeSnapshot = Object.freeze({ tasks: Object.freeze([]) })
export const getEmptySnapshot = (): RuntimeSnapshot => EMPTY_SNAPSHOT
