/**
 * For developers: a worker as it would be on a slower machine. Its messages are delayed by as much longer as their work would have
 * taken. The worker itself runs at full speed.
 */
import type { Call } from '../call/call.ts'
import type { Clock } from '../lib/clock.ts'
import { isRows, type Rows } from '../wire/batchable.ts'
import { PROGRESS, REPLIES, REPLY_STRIDE } from '../wire/protocol.ts'

type Message = readonly unknown[]

export class SlowDown {
  /** How many times as long everything takes; 1 is unchanged. */
  factor = 1
  private readonly clock: Clock
  private readonly held: ReadonlyMap<number, Call>
  private readonly deliver: (message: unknown) => void
  private readonly late: { readonly message: unknown; readonly at: number }[] = []
  /** When the last message is, or was, delivered. A later one does not overtake it. */
  private lastAt = 0
  /** The worker's work up to this time has been delayed. */
  private paidUntil = 0

  constructor(clock: Clock, held: ReadonlyMap<number, Call>, deliver: (message: unknown) => void) {
    this.clock = clock
    this.held = held
    this.deliver = deliver
  }

  readonly take = (data: unknown): void => {
    const now = this.clock.now()
    const message = Array.isArray(data) ? (data as Message) : undefined
    const workedMs = message === undefined ? 0 : this.workedMs(message, now)
    // It begins that work when its delayed work is done.
    const at = Math.max(now, Math.max(now - workedMs, this.lastAt) + this.factor * workedMs)
    if (at === now && this.late.length === 0) return this.deliver(data)
    this.lastAt = at
    // A run counts as in progress while its message is delayed, so that it does not count as hung.
    for (const call of this.held.values()) call.beatAt = Math.max(call.beatAt, at)
    this.late.push({ message: message?.[0] === REPLIES ? this.stretched(message, at - now) : data, at })
    if (this.late.length === 1) this.wait()
  }

  private wait(): void {
    const [first] = this.late
    if (first === undefined) return
    this.clock.setTimeout(
      () => {
        this.late.shift()
        this.deliver(first.message)
        this.wait()
      },
      Math.max(0, first.at - this.clock.now()),
    )
  }

  /** How long it worked for the contents of a message, without what earlier messages reported. */
  private workedMs(message: Message, now: number): number {
    const from = Math.max(this.startOf(message, now), this.paidUntil)
    if (from >= now) return 0
    this.paidUntil = now
    return now - from
  }

  /** When the earliest of the reported runs began, on this page's clock. */
  private startOf([kind, of, rows]: Message, now: number): number {
    if (kind === PROGRESS) return this.held.get(of as number)?.dispatchedAt ?? now
    if (kind !== REPLIES || !isRows(rows)) return now
    let longest = 0
    for (let at = 0; at < rows.length; at += REPLY_STRIDE)
      // A run without an end has only begun.
      if ((rows[at + 3] as number) >= 0) longest = Math.max(longest, rows[at + 2] as number)
    return now - longest / 1_000
  }

  /** Shifts its times by the delay. They are in microseconds before it was sent; those of spans are on the worker's clock. */
  private stretched([kind, sent, rows, values, spans, ...rest]: Message, lateMs: number): unknown[] {
    const sentAt = sent as number
    const moved = (time: unknown) =>
      typeof time === 'number' ? sentAt + lateMs - this.factor * (sentAt - time) : time
    const longer = Array.from(rows as Rows, (value, at) =>
      at % REPLY_STRIDE >= 2 && value > 0 ? Math.round(value * this.factor) : value,
    )
    const slower = Array.isArray(spans)
      ? (spans as unknown[]).map((span) =>
          Array.isArray(span)
            ? span.map((part, at) => (at === 3 || at === 4 ? moved(part) : (part as unknown)))
            : span,
        )
      : spans
    return [kind, sentAt + lateMs, longer, values, slower, ...rest]
  }
}
