/**
 * Abort signals of callers: one listener and one Set for each signal, however many calls share it. With a listener per call,
 * each addition, removal and abort would cost as much as there are calls.
 */
import { reasonOf } from './foreign-signals.ts'
import { runListener } from './run-listener.ts'

/** A receiver of an abort. */
export interface Abortable {
  onSignal(reason: unknown): void
}

/** Aborts all of them. An exception is reported, and does not stop the others. */
export function abortAll(members: Iterable<Abortable>, reason: unknown): void {
  for (const member of members) runListener(abortOne, member, reason)
}

function abortOne(member: Abortable, reason: unknown): void {
  member.onSignal(reason)
}

interface Watch {
  readonly members: Set<Abortable>
  readonly listener: () => void
}

export class SignalHub {
  private readonly watches = new WeakMap<AbortSignal, Watch>()
  private readonly turn: (fn: () => void) => void

  /** `turn` wraps the abort of all members. */
  constructor(turn: (fn: () => void) => void) {
    this.turn = turn
  }

  /** If a signal refuses its listener, as only a forged one does, it aborts nothing. The exception is reported. */
  add(signal: AbortSignal, member: Abortable): void {
    let watch = this.watches.get(signal)
    if (!watch) {
      const members = new Set<Abortable>()
      const listener = () => {
        this.watches.delete(signal)
        this.turn(() => abortAll(members, reasonOf(signal)))
      }
      watch = { members, listener }
      this.watches.set(signal, watch)
      runListener(() => signal.addEventListener('abort', listener, { once: true }))
    }
    watch.members.add(member)
  }

  remove(signal: AbortSignal, member: Abortable): void {
    const watch = this.watches.get(signal)
    if (!watch?.members.delete(member) || watch.members.size > 0) return
    this.watches.delete(signal)
    runListener(() => signal.removeEventListener('abort', watch.listener))
  }
}
