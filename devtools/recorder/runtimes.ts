/** The runtimes of the page, by the registry that they enter when they are created; each has a number. */
import type { DevtoolsRegistry, TaskRuntime } from '../../src/index.ts'

/** A runtime that is recorded. It is held weakly: a recording keeps no spare runtime. */
export interface KnownRuntime {
  readonly id: number
  readonly name: string
  /** How many of the same name came before it. */
  readonly ordinal: number
  readonly ref: WeakRef<TaskRuntime>
  /** It has had a task: one that never does is a spare of StrictMode's. */
  isUsed: boolean
  /** It has had tasks, and has none any more. */
  isDisposed: boolean
}

const REGISTRY = Symbol.for('atelier.devtools')

/** The registry of the page; made where there is none yet, so that runtimes find it. */
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

  /** Null for one that is known. */
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

  /** Those that have had tasks. */
  used(): KnownRuntime[] {
    return this.all().filter(({ isUsed }) => isUsed)
  }
}
