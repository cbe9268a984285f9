/** The event stream: every span, measurement and worker event, as it happens, to each subscriber. */
import type { SinkGuard } from '../sink-guard.ts'
import type { Attributes, RuntimeEvent } from '../../types/telemetry.ts'

type Listener = (event: RuntimeEvent) => void

interface Subscription {
  readonly listener: Listener
  readonly ordinal: number
}

export class EventStream {
  /** Whether anybody listens; nothing is made for the stream while nobody does. */
  listening = false
  private readonly subscriptions = new Set<Subscription>()
  /** The newest subscription. */
  private last = 0
  private readonly guard: SinkGuard
  private readonly changed: () => void

  constructor(guard: SinkGuard, changed: () => void) {
    this.guard = guard
    this.changed = changed
  }

  /** The same listener may subscribe twice; each subscription ends by itself. */
  subscribe(listener: Listener): () => void {
    const subscription = { listener, ordinal: ++this.last }
    this.subscriptions.add(subscription)
    this.update()
    return () => {
      if (this.subscriptions.delete(subscription)) this.update()
    }
  }

  /** A listener may subscribe and unsubscribe: who came during the event is not told of it, who left neither. */
  emit(event: RuntimeEvent): void {
    const { last } = this
    for (const { listener, ordinal } of this.subscriptions) {
      if (ordinal > last) break
      try {
        listener(event)
      } catch (error) {
        this.guard.failed('a listener of subscribeEvents', error)
      }
    }
  }

  emitMetric(
    kind: 'counter' | 'gauge' | 'histogram',
    name: string,
    value: number,
    time: number,
    attributes: Attributes,
  ): void {
    this.emit({ kind, name, value, time, attributes })
  }

  clear(): void {
    this.subscriptions.clear()
    this.update()
  }

  private update(): void {
    this.listening = this.subscriptions.size > 0
    this.changed()
  }
}
