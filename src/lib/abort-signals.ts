/**
 * Abort signals of callers: one listener and one Set for each signal, however many calls share it. A listener per call
 * would make each addition, removal and abort cost as much as there are calls.
 */

/** Who hears of an abort. */
export interface Abortable {
  onSignal(reason: unknown): void
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

  add(signal: AbortSignal, member: Abortable): void {
    let watch = this.watches.get(signal)
    if (!watch) {
      const members = new Set<Abortable>()
      const listener = () => {
        this.watches.delete(signal)
        this.turn(() => {
          for (const each of members) each.onSignal(signal.reason)
        })
      }
      watch = { members, listener }
      this.watches.set(signal, watch)
      signal.addEventListener('abort', listener, { once: true })
    }
    watch.members.add(member)
  }

  remove(signal: AbortSignal, member: Abortable): void {
    const watch = this.watches.get(signal)
    if (!watch?.members.delete(member) || watch.members.size > 0) return
    this.watches.delete(signal)
    signal.removeEventListener('abort', watch.listener)
  }
}
