/**
 * A worker as it would be on a slower machine, for developers: its messages come late, by as much as what they tell would have taken
 * longer. The worker itself runs as it does.
 */
import type { Call } from '../call/call.ts'
import type { Clock } from '../lib/clock.ts'
import { isRows, type Rows } from '../wire/batchable.ts'
import { PROGRESS, REPLIES, REPLY_STRIDE } from '../wire/protocol.ts'

type Message = readonly unknown[]

export class SlowDown {
  /** How many times as long everything takes; 1: no longer. */
  factor = 1
  private readonly clock: Clock
  private readonly held: ReadonlyMap<number, Call>
  private readonly deliver: (message: unknown) => void
  private readonly late: { readonly message: unknown; readonly at: number }[] = []
  /** When the last message is, or was, delivered: a later one does not overtake it. */
  private lastAt = 0
  /** Up to here the worker's work is paid for. */
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
    // It begins that work when it is done with what it is late with.
    const at = Math.max(now, Math.max(now - workedMs, this.lastAt) + this.factor * workedMs)
    if (at === now && this.late.length === 0) return this.deliver(data)
    this.lastAt = at
    // What it runs is under way as long as it is late: it is not to be taken for one that hangs.
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

  /** How long it has worked for what it tells, as far as no earlier message has told of it. */
  private workedMs(message: Message, now: number): number {
    const from = Math.max(this.startOf(message, now), this.paidUntil)
    if (from >= now) return 0
    this.paidUntil = now
    return now - from
  }

  /** When the earliest of the runs that it tells of began, on this page's clock. */
  private startOf([kind, of, rows]: Message, now: number): number {
    if (kind === PROGRESS) return this.held.get(of as number)?.dispatchedAt ?? now
    if (kind !== REPLIES || !isRows(rows)) return now
    let longest = 0
    for (let at = 0; at < rows.length; at += REPLY_STRIDE)
      // What has no end has only begun.
      if ((rows[at + 3] as number) >= 0) longest = Math.max(longest, rows[at + 2] as number)
    return now - longest / 1_000
  }

  /** Its times, as long before it is delivered as they would be: they are told in microseconds before it was sent, those of spans on the worker's clock. */
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
