/** Waiting calls by priority: first in, first out within a priority, and no priority waits forever. */
import { type Call, HIGH, LOW, NORMAL, type PriorityIndex } from '../call/call.ts'
import { LinkedList } from '../lib/linked-list.ts'

/** How often a lower priority is passed over before it gets a turn. */
const PATIENCE = 8

export class PriorityLists {
  size = 0
  private readonly lists = [new LinkedList<Call>(), new LinkedList<Call>(), new LinkedList<Call>()] as const
  private readonly passed: [number, number, number] = [0, 0, 0]
  /** For calls that were taken: how often their priority had been passed over until then. */
  private readonly patience: WeakMap<Call, number>

  /** Pass the `patience` of the lists from which calls move to this one. */
  constructor(patience: WeakMap<Call, number> = new WeakMap()) {
    this.patience = patience
  }

  push(call: Call): void {
    const list = this.lists[call.options.priority]
    // Its priority changed when younger calls were already here.
    if (list.tail !== null && list.tail.runId > call.runId) return this.insertInOrder(call)
    list.push(call)
    this.size++
  }

  /** Inserts by age, for calls that return; they are among the oldest. */
  insertInOrder(call: Call): void {
    const list = this.lists[call.options.priority]
    let before: Call | null = null
    let next = list.head
    while (next !== null && next.runId < call.runId) {
      before = next
      next = next.next
    }
    list.insertAfter(before, call)
    this.size++
  }

  peek(): Call | null {
    return this.size === 0 ? null : this.lists[this.choose()].head
  }

  take(): Call | null {
    if (this.size === 0) return null
    const chosen = this.choose()
    const call = this.lists[chosen].shift()
    if (this.passed[chosen] > 0) this.patience.set(call as Call, this.passed[chosen])
    this.passed[chosen] = 0
    this.passOver(chosen)
    this.size--
    return call
  }

  /** Whether it was taken before more urgent calls because its turn had come. */
  hadTurn(call: Call): boolean {
    return (this.patience.get(call) ?? 0) >= PATIENCE
  }

  /** A taken call returns without having run. */
  putBack(call: Call): void {
    this.insertInOrder(call)
    this.remember(call)
  }

  /** A call that was taken elsewhere has not run: its priority has waited as long as before. */
  remember(call: Call): void {
    const { priority } = call.options
    const passed = this.patience.get(call)
    if (passed === undefined) return
    this.passed[priority] = Math.max(this.passed[priority], passed)
    this.patience.delete(call)
  }

  /** It has run, and returns like other calls. */
  forget(call: Call): void {
    this.patience.delete(call)
  }

  /** Whether a call of this priority, which waits elsewhere, goes before the one that {@link take} would return. */
  yieldsTo(priority: PriorityIndex): boolean {
    const next = this.peek()?.options.priority
    return next !== undefined && next > priority && this.passed[next] < PATIENCE
  }

  /** A call that waits elsewhere went first: those here wait one turn less. */
  passOver(priority: PriorityIndex): void {
    for (let lower = priority + 1; lower <= LOW; lower++) {
      if (this.lists[lower as PriorityIndex].size > 0) this.passed[lower as PriorityIndex]++
    }
  }

  remove(call: Call): void {
    this.lists[call.options.priority].remove(call)
    this.size--
  }

  /** `heir` takes the place of `call`, or the last place among the calls of the same priority. */
  replace(call: Call, heir: Call): void {
    const list = this.lists[call.options.priority]
    if (heir.options.priority === call.options.priority) list.replace(call, heir)
    else {
      this.remove(call)
      this.push(heir)
    }
  }

  holds(call: Call): boolean {
    return call.list === this.lists[call.options.priority]
  }

  /** The highest priority that has a call here. */
  get mostUrgent(): PriorityIndex | null {
    if (this.size === 0) return null
    return this.lists[HIGH].size > 0 ? HIGH : this.lists[NORMAL].size > 0 ? NORMAL : LOW
  }

  /** The call that `drop-oldest` evicts. */
  oldestOfLowest(): Call | null {
    return this.lists[LOW].head ?? this.lists[NORMAL].head ?? this.lists[HIGH].head
  }

  *calls(): Iterable<Call> {
    for (const list of this.lists) yield* list
  }

  private choose(): PriorityIndex {
    // The usual case, all calls of the normal priority, without a loop.
    if (this.lists[NORMAL].size === this.size) return NORMAL
    if (this.lists[LOW].size > 0 && this.passed[LOW] >= PATIENCE) return LOW
    if (this.lists[NORMAL].size > 0 && this.passed[NORMAL] >= PATIENCE) return NORMAL
    return this.lists[HIGH].size > 0 ? HIGH : this.lists[NORMAL].size > 0 ? NORMAL : LOW
  }
}
