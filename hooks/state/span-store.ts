/** The last spans of a runtime, kept while they have a reader and published once a frame. */
import type { SpanEvent, TaskRuntime } from '../../src/index.ts'
import { onNextFrame } from './frame-store.ts'

const NONE: readonly SpanEvent[] = Object.freeze([])

/** One reader's window on the spans. Listens only while it is subscribed to. */
export class SpanStore {
  private readonly runtime: TaskRuntime
  private readonly traceId: string | undefined
  private readonly limit: number
  private spans: SpanEvent[] = []
  private published = NONE
  private cancelFrame: (() => void) | undefined

  constructor(runtime: TaskRuntime, traceId: string | undefined, limit: number) {
    this.runtime = runtime
    this.traceId = traceId
    this.limit = limit
  }

  readonly getSpans = (): readonly SpanEvent[] => this.published

  readonly subscribe = (listener: () => void): (() => void) => {
    const unsubscribe = this.runtime.subscribeEvents((event) => {
      if (event.kind !== 'span' || (this.traceId !== undefined && event.traceId !== this.traceId)) return
      this.spans.push(event)
      // Trimmed at twice the limit, so that adding a span has a constant cost.
      if (this.spans.length >= this.limit * 2 + 1) this.spans = this.newest()
      this.cancelFrame ??= onNextFrame(() => {
        this.cancelFrame = undefined
        this.published = Object.freeze(this.newest())
        listener()
      })
    })
    return () => {
      unsubscribe()
      this.cancelFrame?.()
      this.cancelFrame = undefined
      // A component that is shown again has missed the spans in between. It begins with none, not with old ones.
      this.spans = []
      this.published = NONE
    }
  }

  private newest(): SpanEvent[] {
    return this.limit === 0 ? [] : this.spans.slice(-this.limit)
  }
}

export const getNoSpans = (): readonly SpanEvent[] => NONE
