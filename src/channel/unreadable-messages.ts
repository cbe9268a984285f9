/**
 * Finds the calls that were lost in a message that could not be read: it carries no id. The worker is asked which calls it
 * holds. The port keeps the order, so a call that the page still waits for, and the worker does not have, was lost.
 */
import type { Call } from '../call/call.ts'
import { AUDIT } from '../wire/protocol.ts'

/** The direction of the unreadable message. */
export type LostMessage = 'clone-args' | 'clone-result'

export class ChannelAudit {
  private readonly held: Map<number, Call>
  private readonly post: (message: unknown) => void
  /** Open audits by token: what was held, and the error if it is lost. */
  private readonly asked = new Map<
    unknown,
    { readonly runs: readonly number[]; readonly lost: LostMessage }
  >()
  /** The first token is random: a forged answer names none of ours. */
  private token = Math.floor(Math.random() * 0x3fff_ffff)

  constructor(held: Map<number, Call>, post: (message: unknown) => void) {
    this.held = held
    this.post = post
  }

  ask(lost: LostMessage): void {
    const runs = [...this.held.values()].filter((call) => call.isPosted).map((call) => call.runId)
    if (runs.length === 0) return
    this.asked.set(++this.token, { runs, lost })
    this.post([AUDIT, this.token])
  }

  /** Reads the answer. Reports lost calls, which are no longer held, and streams that lost an item, which keep running. */
  answer(
    message: readonly unknown[],
    onLost: (call: Call, lost: LostMessage, isStream: boolean) => void,
  ): void {
    const audit = this.asked.get(message[1])
    if (!audit) return
    this.asked.delete(message[1])
    const itemsSent = new Map<unknown, unknown>()
    for (let at = 2; at + 1 < message.length; at += 2) itemsSent.set(message[at], message[at + 1])
    for (const run of audit.runs) {
      const call = this.held.get(run)
      if (call === undefined) continue
      const sent = itemsSent.get(run)
      if (sent === undefined) {
        this.held.delete(run)
        onLost(call, audit.lost, false)
      } else if (typeof sent === 'number' && sent > call.itemsReceived) onLost(call, 'clone-result', true)
    }
  }
}
