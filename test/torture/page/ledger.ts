/** The suite's own books: every call that it made, what may become of it, and what did. Nothing here asks the library. */
import { END, epochNow, MOST_CALLS, SLOT_SIZE, START } from '../worker/methods.ts'
import type { CallOutcome } from 'atelier-react/core'
import type { CallSpec } from '../program/program.ts'

/** Why a call may end otherwise than with its result: codes of errors, or the kinds of errors that handlers throw. */
export type Peril = string

export interface Entry {
  readonly slot: number
  readonly task: string
  readonly method: string
  readonly spec: CallSpec
  readonly args: readonly unknown[]
  /** Epoch ms. */
  readonly madeAt: number
  /** Calls that were made in one turn share it. */
  readonly turn: number
  readonly perils: Set<Peril>
  callId: string
  /** The library counts it, but its runtime was disposed before. */
  isPosthumous: boolean
  settledAt: number
  /** Times that its promise settled. */
  settlements: number
  outcome: CallOutcome | 'unknown' | undefined
  code: string | undefined
  error: unknown
  value: unknown
  /** When somebody aborted it, or it timed out. */
  abortedAt: number
}

/** A rule that did not hold. */
export interface Failure {
  /** The name of the rule: a shorter program fails in the same way when it breaks the same one. */
  readonly law: string
  readonly text: string
}

export class Ledger {
  readonly entries: Entry[] = []
  readonly failures: Failure[] = []
  readonly slots = new Float64Array(new SharedArrayBuffer(MOST_CALLS * SLOT_SIZE * 8))
  /** Perils of all calls that a task is still to be given. */
  private readonly standing = new Map<string, Set<Peril>>()
  /** Perils of all calls that are still to be made. */
  readonly always = new Set<Peril>()
  private readonly keyPerils = new Map<string, Set<Peril>>()
  turn = 0

  fail(law: string, text: string): void {
    if (this.failures.length < 20) this.failures.push({ law, text })
  }

  /** A call is about to be made. */
  open(
    task: string,
    method: string,
    { spec, args, perils }: { spec: CallSpec; args: readonly unknown[]; perils: readonly Peril[] },
  ): Entry {
    const entry: Entry = {
      slot: this.entries.length,
      task,
      method,
      spec,
      args,
      madeAt: epochNow(),
      turn: this.turn,
      perils: new Set([
        ...perils,
        ...this.always,
        ...(this.standing.get(task) ?? []),
        ...this.perilsOfKey(spec.key),
      ]),
      callId: '',
      isPosthumous: false,
      settledAt: 0,
      settlements: 0,
      outcome: undefined,
      code: undefined,
      error: undefined,
      value: undefined,
      abortedAt: 0,
    }
    if (entry.slot >= MOST_CALLS) throw new RangeError('the program makes too many calls')
    this.entries.push(entry)
    return entry
  }

  get isFull(): boolean {
    return this.entries.length >= MOST_CALLS - 64
  }

  /** From now on these may happen to the open calls of a task, and to later ones when it lasts. */
  endanger(match: (entry: Entry) => boolean, ...perils: readonly Peril[]): void {
    for (const entry of this.entries) {
      if (entry.settlements > 0 || !match(entry)) continue
      for (const peril of perils) entry.perils.add(peril)
      if (perils.includes('aborted') && entry.abortedAt === 0) entry.abortedAt = epochNow()
    }
  }

  endangerTask(task: string, ...perils: readonly Peril[]): void {
    this.endanger((entry) => entry.task === task, ...perils)
    const standing = this.standing.get(task) ?? new Set()
    for (const peril of perils) standing.add(peril)
    this.standing.set(task, standing)
  }

  endangerKey(key: string, isSticky: boolean): void {
    this.endanger((entry) => entry.spec.key === key, 'aborted')
    if (isSticky) this.keyPerils.set(key, new Set(['aborted']))
  }

  get unsettled(): Entry[] {
    return this.entries.filter(({ settlements }) => settlements === 0)
  }

  startOf({ slot }: Entry): number {
    return this.slots[slot * SLOT_SIZE + START] ?? 0
  }

  endOf({ slot }: Entry): number {
    return this.slots[slot * SLOT_SIZE + END] ?? 0
  }

  note(entry: Entry, place: number): number {
    return this.slots[entry.slot * SLOT_SIZE + place] ?? 0
  }

  /** Words for a call that a person finds in the program. */
  nameOf({ slot, task, method, callId, madeAt, spec }: Entry): string {
    const key = spec.key === undefined ? '' : ` key ${spec.key}`
    const first = this.entries[0]?.madeAt ?? madeAt
    return `call ${slot} (${task}.${method}, ${callId}${key}, made at ${(madeAt - first).toFixed(0)} ms)`
  }

  private perilsOfKey(key: string | undefined): Iterable<Peril> {
    return (key !== undefined && this.keyPerils.get(key)) || []
  }
}

const CANCELED: ReadonlySet<string> = new Set(['aborted', 'superseded', 'disposed', 'closed'])
const REJECTED: ReadonlySet<string> = new Set([
  'queue-full',
  'dropped-latest',
  'dropped-oldest',
  'max-blocked',
])

/** What an error makes of a call, by the library's documentation. */
export function outcomeOf(code: string): CallOutcome {
  if (CANCELED.has(code)) return 'canceled'
  return REJECTED.has(code) ? 'rejected' : 'failure'
}
