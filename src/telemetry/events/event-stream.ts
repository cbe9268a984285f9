/** The event stream: every span, measurement and worker event, as it happens, to each subscriber; the steps of calls to subscribers that request them. */
import type { SinkGuard } from '../sink-guard.ts'
import type {
  Attributes,
  EventSubscriptionOptions,
  MetricEvent,
  RuntimeEvent,
} from '../../types/telemetry.ts'

type Listener = (event: RuntimeEvent) => void
type Kind = RuntimeEvent['kind']

interface Subscription {
  readonly listener: Listener
  readonly kinds: readonly Kind[]
  readonly ordinal: number
}

/** The kinds for a subscriber that names none. */
const USUAL: readonly Kind[] = ['span', 'trace', 'counter', 'gauge', 'histogram', 'worker']

export class EventStream {
  /** Whether there is a listener. Without one, no event is created. */
  listening = false
  /** The kinds that have a listener: events of other kinds are not created. */
  wants: { readonly [Each in Kind]?: true } = {}
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
  subscribe(listener: Listener, { kinds = USUAL }: EventSubscriptionOptions = {}): () => void {
    const subscription = { listener, kinds: [...kinds], ordinal: ++this.last }
    this.subscriptions.add(subscription)
    this.update()
    return () => {
      if (this.subscriptions.delete(subscription)) this.update()
    }
  }

  /** A listener may subscribe and unsubscribe. Neither a new listener nor a removed one receives the current event. */
  emit(event: RuntimeEvent): void {
    const { last } = this
    for (const { listener, kinds, ordinal } of this.subscriptions) {
      if (ordinal > last) break
      if (!kinds.includes(event.kind)) continue
      try {
        listener(event)
      } catch (error) {
        this.guard.failed('a listener of subscribeEvents', error)
      }
    }
  }

  emitMetric(
    kind: MetricEvent['kind'],
    name: string,
    value: number,
    time: number,
    attributes: Attributes,
  ): void {
    if (this.wants[kind]) this.emit({ kind, name, value, time, attributes })
  }

  clear(): void {
    this.subscriptions.clear()
    this.update()
  }

  private update(): void {
    const wants: { [Each in Kind]?: true } = {}
    for (const { kinds } of this.subscriptions) for (const kind of kinds) wants[kind] = true
    this.wants = wants
    this.listening = this.subscriptions.size > 0
    this.changed()
  }
}
