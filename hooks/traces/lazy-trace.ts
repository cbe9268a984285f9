/** The trace that `useTrace` returns before one has started: it starts at the first dispatch, or in the effect. */
import type {
  Attributes,
  AttributeValue,
  SpanContext,
  TaskRuntime,
  Trace,
  TraceContext,
  TraceEnd,
} from '../../src/index.ts'
import { makeDisposable } from '../../src/lib/disposable.ts'
import { tellAll } from '../state/guarded.ts'
import { type TraceEntry, traceEntry, type TraceStart } from './trace-registry.ts'

/** The trace of a component: a `Trace` whose ids are undefined until it has started. */
export interface HookTrace extends Omit<Trace, 'traceId' | 'spanContext' | 'traceparent'> {
  readonly traceId: string | undefined
  readonly spanContext: SpanContext | undefined
  readonly traceparent: string | undefined
  /** Starts the trace. A call made with it also does. */
  start(): void
}

/** The inputs that may change between renders. */
export interface LazyTraceOptions {
  readonly attributes: Attributes | undefined
  readonly spanName?: string | undefined
  readonly endOnUnmount: boolean
  /** The trace of the tree around it. */
  readonly parent: TraceContext | null
}

/** A component's hold on a trace. Reading it starts nothing: until it has started, its ids are undefined. */
export class LazyTrace implements HookTrace {
  readonly name: string
  declare readonly [Symbol.dispose]: () => void
  private readonly runtime: TaskRuntime
  private readonly key: string | undefined
  private options: LazyTraceOptions
  private entry: TraceEntry | undefined
  private detach: (() => void) | undefined
  private early: Record<string, AttributeValue> = {}
  private readonly listeners = new Set<() => void>()

  constructor(runtime: TaskRuntime, name: string, key: string | undefined, options: LazyTraceOptions) {
    this.runtime = runtime
    this.name = name
    this.key = key
    this.options = options
    // Here and not beside the class, which would then load without traces as well.
    makeDisposable<LazyTrace>(this, () => this.end())
  }

  get traceId(): string | undefined {
    return this.entry?.trace?.traceId
  }

  get spanContext(): SpanContext | undefined {
    return this.entry?.trace?.spanContext
  }

  get traceparent(): string | undefined {
    return this.entry?.trace?.traceparent
  }

  get sampled(): boolean {
    return this.entry?.trace?.sampled ?? false
  }

  /** A dispatch calls this before it reads the ids. Late calls still belong to a trace that has ended. */
  start(): void {
    if (!this.entry) this.open().start(this.how(undefined))
  }

  setAttribute(name: string, value: AttributeValue): void {
    if (this.entry?.trace) this.entry.trace.setAttribute(name, value)
    else this.early[name] = value
  }

  end(end?: TraceEnd): void {
    const entry = this.entry ?? this.open()
    entry.finish(end)
  }

  configure(options: LazyTraceOptions): void {
    this.options = options
  }

  isFor(runtime: TaskRuntime, name: string, key: string | undefined): boolean {
    return this.runtime === runtime && this.name === name && this.key === key
  }

  /** Called when the component has mounted or is shown again. Returns a function for its unmount. */
  readonly hold = (): (() => void) => {
    const last = this.entry
    const endsNow = () => this.options.endOnUnmount
    if (last && !last.closed) return last.hold(this.how(undefined), endsNow)
    return this.open().hold(this.how(last?.trace?.spanContext), endsNow)
  }

  /** For `useSyncExternalStore`: notifies when a trace has started. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** For `useSyncExternalStore`: the trace that has started. */
  readonly current = (): Trace | undefined => this.entry?.trace

  private open(): TraceEntry {
    this.detach?.()
    const entry = traceEntry(this.runtime, this.name, this.key)
    this.detach = entry.subscribe(() => {
      tellAll(this.listeners)
    })
    this.entry = entry
    return entry
  }

  private how(follows: SpanContext | undefined): TraceStart {
    const { attributes, spanName, endOnUnmount, parent } = this.options
    return {
      name: this.name,
      spanName,
      attributes: { ...attributes, ...this.early },
      endOnUnmount,
      parent,
      follows,
    }
  }
}
