/** Aborts calls by key, across the methods and tasks of a runtime. */
import { type Abortable, abortAll } from './abort-signals.ts'
import { runListener } from './run-listener.ts'

/** Options of {@link AbortTaskController.abort}. */
export interface AbortKeyOptions {
  /** Later calls with the key are aborted too, until `clear`. @default false */
  sticky?: boolean | undefined
}

/** The default reason of an abort by key. */
function defaultReason(key: string): DOMException {
  return new DOMException(`Calls with the key "${key}" were aborted`, 'AbortError')
}

/**
 * Aborts what is open with a key: calls in every state, and the signals that {@link signal} gave out. A later call
 * with the same key runs, unless the key was aborted with `sticky`. Keys that are not in use take no memory.
 */
export class AbortTaskController {
  private readonly open = new Map<string, Set<Abortable>>()
  private readonly stuck = new Map<string, unknown>()
  private readonly controllers = new Map<string, WeakRef<AbortController>>()
  // The controller lives as long as a signal that the user holds.
  private readonly owners = new WeakMap<AbortSignal, AbortController>()
  private readonly collected = new FinalizationRegistry<string>((key) => {
    if (this.controllers.get(key)?.deref() === undefined) this.controllers.delete(key)
  })
  private readonly listeners = new Set<(key: string) => void>()
  private readonly turn: (fn: () => void) => void

  /** `turn` wraps the abort of all members of a key. */
  constructor(turn: (fn: () => void) => void = (fn) => fn()) {
    this.turn = turn
  }

  /**
   * A signal that the next abort of `key` fires. Keep a reference to it for as long as you need it: the controller
   * holds it weakly.
   */
  signal(key: string): AbortSignal {
    const existing = this.controllers.get(key)?.deref()
    if (existing) return existing.signal
    const controller = new AbortController()
    if (this.stuck.has(key)) {
      controller.abort(this.stuck.get(key))
      return controller.signal
    }
    this.controllers.set(key, new WeakRef(controller))
    this.owners.set(controller.signal, controller)
    this.collected.register(controller, key)
    return controller.signal
  }

  /** Aborts what is open with `key` now. Returns how many calls that were. */
  abort(key: string, reason: unknown = defaultReason(key), options: AbortKeyOptions = {}): number {
    if (options.sticky) this.stuck.set(key, reason)
    // What used the key before this abort, but not what starts using it during the abort.
    const controller = this.controllers.get(key)?.deref()
    this.controllers.delete(key)
    const members = this.open.get(key)
    this.open.delete(key)
    for (const listener of this.listeners) runListener(listener, key)
    const count = members?.size ?? 0
    try {
      if (members) this.turn(() => abortAll(members, reason))
    } finally {
      controller?.abort(reason)
    }
    return count
  }

  /** Aborts what is open with any of the keys, in one turn. Returns how many calls that were. */
  abortMany(keys: Iterable<string>, reason?: unknown, options?: AbortKeyOptions): number {
    // Read first: an iterator is user code.
    const all = [...keys]
    let count = 0
    this.turn(() => {
      for (const key of all) count += this.abort(key, reason, options)
    })
    return count
  }

  /** Whether the key was aborted with `sticky` and not cleared since. */
  isAborted(key: string): boolean {
    return this.stuck.has(key)
  }

  /** Lets calls with the key run again; without a key, calls with any. */
  clear(key?: string): void {
    if (key === undefined) this.stuck.clear()
    else this.stuck.delete(key)
  }

  /** @internal Calls the listener for each key that is aborted; returns the unsubscribe function. */
  onAbort(listener: (key: string) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** @internal The reason of a sticky abort, for a new call. */
  stickyReason(key: string): unknown {
    return this.stuck.get(key)
  }

  /** @internal */
  add(key: string, member: Abortable): void {
    const members = this.open.get(key)
    if (members) members.add(member)
    else this.open.set(key, new Set([member]))
  }

  /** @internal */
  remove(key: string, member: Abortable): void {
    const members = this.open.get(key)
    if (members?.delete(member) && members.size === 0) this.open.delete(key)
  }
}
