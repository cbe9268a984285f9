/** A doubly linked list that lives in its items: push, take and remove anywhere are O(1) and allocate nothing. */

/** An item that can be in one {@link LinkedList} at a time. */
export interface Linked<T> {
  /** The list that contains it. */
  list: unknown
  previous: T | null
  next: T | null
}

export class LinkedList<T extends Linked<T>> {
  head: T | null = null
  tail: T | null = null
  size = 0

  push(item: T): void {
    this.insertAfter(this.tail, item)
  }

  unshift(item: T): void {
    this.insertAfter(null, item)
  }

  /** Inserts behind `before`; `null` is the front. */
  insertAfter(before: T | null, item: T): void {
    const after = before === null ? this.head : before.next
    item.list = this
    item.previous = before
    item.next = after
    if (before === null) this.head = item
    else before.next = item
    if (after === null) this.tail = item
    else after.previous = item
    this.size++
  }

  /** `heir` takes the place of `item`. */
  replace(item: T, heir: T): void {
    this.insertAfter(item, heir)
    this.remove(item)
  }

  shift(): T | null {
    const item = this.head
    if (item !== null) this.remove(item)
    return item
  }

  remove(item: T): void {
    const { previous, next } = item
    if (previous === null) this.head = next
    else previous.next = next
    if (next === null) this.tail = previous
    else next.previous = previous
    item.list = null
    item.previous = null
    item.next = null
    this.size--
  }

  *[Symbol.iterator](): Iterator<T> {
    let item = this.head
    while (item !== null) {
      // Read first: the consumer may remove the item.
      const { next } = item
      yield item
      item = next
    }
  }
}
