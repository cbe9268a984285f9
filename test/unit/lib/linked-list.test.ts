/** The list that lives in its items, against an array: same items, same order, and no trace in what has left. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type Linked, LinkedList } from '../../../src/lib/linked-list.ts'

class Item implements Linked<Item> {
  list: unknown = null
  previous: Item | null = null
  next: Item | null = null
}

const step = fc.record({
  op: fc.constantFrom('push', 'unshift', 'insertAfter', 'replace', 'shift', 'remove' as const),
  which: fc.nat({ max: 20 }),
})

it('holds the items that an array would hold, in its order, and keeps nothing of those that left', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (program) => {
      const list = new LinkedList<Item>()
      const model: Item[] = []
      const left: Item[] = []
      for (const { op, which } of program) {
        const item = new Item()
        const at = which % Math.max(model.length, 1)
        const there = model[at]
        if (op === 'push') {
          list.push(item)
          model.push(item)
        } else if (op === 'unshift') {
          list.unshift(item)
          model.unshift(item)
        } else if (op === 'insertAfter') {
          list.insertAfter(there ?? null, item)
          model.splice(there ? at + 1 : 0, 0, item)
        } else if (op === 'shift') {
          const first = model.shift()
          expect(list.shift()).toBe(first ?? null)
          if (first) left.push(first)
        } else if (there) {
          if (op === 'replace') list.replace(there, item)
          else list.remove(there)
          left.push(...model.splice(at, 1, ...(op === 'replace' ? [item] : [])))
        }
        check(list, model)
      }
      for (const item of left) expect(item).toEqual(new Item())
    }),
  )
})

it('lets its reader remove the item that it was just given', () => {
  const list = new LinkedList<Item>()
  const items = [new Item(), new Item(), new Item()]
  for (const item of items) list.push(item)
  const read: Item[] = []
  for (const item of list) {
    read.push(item)
    list.remove(item)
  }
  expect(read.map((item) => items.indexOf(item))).toEqual([0, 1, 2])
  expect([list.size, list.head, list.tail]).toEqual([0, null, null])
})

function check(list: LinkedList<Item>, model: readonly Item[]): void {
  expect([...list].every((item, index) => item === model[index])).toBe(true)
  expect(list.size).toBe(model.length)
  expect(list.head).toBe(model[0] ?? null)
  expect(list.tail).toBe(model.at(-1) ?? null)
  for (const [index, item] of model.entries()) {
    expect(item.list).toBe(list)
    expect(item.previous).toBe(model[index - 1] ?? null)
    expect(item.next).toBe(model[index + 1] ?? null)
  }
}
