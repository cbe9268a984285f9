/** Finds and numbers the runtimes of the page, in the registry that each one joins when it is created. */
import type { DevtoolsRegistry, TaskRuntime } from '../../src/index.ts'

/** A recorded runtime. Held weakly, so that a recording does not keep spare runtimes in memory. */
export interface KnownRuntime {
  readonly id: number
  readonly name: string
  /** How many earlier runtimes have the same name. */
  readonly ordinal: number
  readonly ref: WeakRef<TaskRuntime>
  /** It has had a task. A runtime that never has one is an extra that StrictMode created. */
  isUsed: boolean
  /** It has had tasks, but has none now. */
  isDisposed: boolean
}

const REGISTRY = Symbol.for('atelier.devtools')

/** The registry of the page. Created if there is none yet, so that runtimes find it. */
export function findRegistry(): DevtoolsRegistry {
  const holder = globalThis as { [REGISTRY]?: DevtoolsRegistry }
  holder[REGISTRY] ??= { runtimes: new Set(), listeners: new Set() }
  return holder[REGISTRY]
}

export class Runtimes {
  private readonly known = new Map<number, KnownRuntime>()
  private readonly byRuntime = new WeakMap<TaskRuntime, KnownRuntime>()
  private readonly names = new Map<string, number>()
  private lastId = 0

  /** Null if it is already known. */
  add(runtime: TaskRuntime): KnownRuntime | null {
    if (this.byRuntime.has(runtime)) return null
    const { name } = runtime
    const ordinal = this.names.get(name) ?? 0
    this.names.set(name, ordinal + 1)
    const ref = new WeakRef(runtime)
    const known = { id: ++this.lastId, name, ordinal, ref, isUsed: false, isDisposed: false }
    this.known.set(known.id, known)
    this.byRuntime.set(runtime, known)
    return known
  }

  get(id: number): TaskRuntime | undefined {
    return this.known.get(id)?.ref.deref()
  }

  all(): KnownRuntime[] {
    return [...this.known.values()]
  }

  /** The runtimes that have had tasks. */
  used(): KnownRuntime[] {
    return this.all().filter(({ isUsed }) => isUsed)
  }
}
