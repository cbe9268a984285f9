/** The open traces of each runtime by name and key, counted by the components that hold them. */
import type {
  SpanContext,
  TaskRuntime,
  Trace,
  TraceContext,
  TraceEnd,
  TraceOptions,
} from '../../src/index.ts'
import { tellAll } from '../state/guarded.ts'
import { oneInstance } from '../../src/lib/one-instance.ts'

/** What a trace is started with. */
export interface TraceStart {
  readonly name: string
  readonly spanName: string | undefined
  readonly attributes: TraceOptions['attributes']
  /** The trace of the tree around it: it becomes a part of that one. */
  readonly parent: TraceContext | null
  /** The trace that it continues, after its component was hidden and shown again. */
  readonly follows: SpanContext | undefined
  /** Whether it ends when its last component has gone. */
  readonly endOnUnmount: boolean
}

/** How long a trace stays open that was started by a render which never commits, in ms. */
const ORPHAN_MS = 1_000

/** One trace, while components hold it. */
export class TraceEntry {
  trace: Trace | undefined
  /** It ended because its last component went; the next one starts another. */
  closed = false
  /** Its user ended it; nothing restarts it. */
  private finished = false
  private holders = 0
  private timer: ReturnType<typeof setTimeout> | undefined
  private readonly listeners = new Set<() => void>()
  private readonly runtime: TaskRuntime
  private readonly forget: (entry: TraceEntry) => void

  constructor(runtime: TaskRuntime, forget: (entry: TraceEntry) => void) {
    this.runtime = runtime
    this.forget = forget
  }

  /** Starts the trace: at its first use, or in the effect, whichever is first. */
  start(how: TraceStart): void {
    if (this.trace || this.finished) return
    this.trace = this.runtime.createTrace(how.name, {
      ...(how.parent && { parent: how.parent }),
      ...(how.attributes && { attributes: how.attributes }),
      ...(how.spanName !== undefined && { spanName: how.spanName }),
      ...(how.follows && { links: [how.follows] }),
    })
    // Used before any mount. After a child's effect its parent's follows, but after a render perhaps nothing.
    if (this.holders === 0) this.closeAfter(ORPHAN_MS, how.endOnUnmount, undefined)
    tellAll(this.listeners)
  }

  /** Counts a mounted component. Returns a function for its unmount, which asks `endsNow` then. */
  hold(how: TraceStart, endsNow: () => boolean): () => void {
    this.holders++
    clearTimeout(this.timer)
    this.start(how)
    return () => {
      // Its end time is now. A remount in the same turn, as in StrictMode, still takes it up again.
      if (--this.holders === 0) this.closeAfter(0, endsNow(), performance.now())
    }
  }

  /** Its user ends it, with an outcome. */
  finish(end: TraceEnd | undefined): void {
    this.finished = true
    this.trace?.end(end)
    if (this.holders === 0) this.forget(this)
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  private closeAfter(ms: number, endOnUnmount: boolean, endTime: number | undefined): void {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => {
      if (this.finished) this.forget(this)
      if (this.finished || !endOnUnmount) return
      this.forget(this)
      this.closed = true
      const end: TraceEnd & { endTime?: number } = endTime === undefined ? {} : { endTime }
      this.trace?.end(end)
    }, ms)
  }
}

const registries: WeakMap<TaskRuntime, Map<string, TraceEntry>> = /* @__PURE__ */ oneInstance(
  'traces-of-hooks',
  () => new WeakMap(),
)

/** The open entry for a name and key. Without a key, a new one that no other component can find. */
export function traceEntry(runtime: TaskRuntime, name: string, key: string | undefined): TraceEntry {
  if (key === undefined) return new TraceEntry(runtime, () => {})
  const entries = registries.get(runtime) ?? new Map<string, TraceEntry>()
  registries.set(runtime, entries)
  // `doc` with the key `1:2` is not `doc:1` with the key `2`.
  const id = JSON.stringify([name, key])
  const open = entries.get(id)
  if (open) return open
  const entry = new TraceEntry(runtime, (gone) => {
    if (entries.get(id) === gone) entries.delete(id)
  })
  entries.set(id, entry)
  return entry
}
