/** Whose turn it is: how long a lower priority waits, to the call, and what a priority without calls may claim. */
import { describe, expect, it } from 'vitest'
import { type Call, HIGH, LOW, NORMAL, type PriorityIndex } from '../../../src/call/call.ts'
import { PriorityLists } from '../../../src/queue/priority-lists.ts'
import { makeCall } from '../support/calls.ts'

let ids = 0
const make = (priority: PriorityIndex): Call => makeCall(++ids, priority)

/** Lists that hold so many calls of each priority. */
function filled(counts: { readonly high?: number; readonly normal?: number; readonly low?: number }) {
  const lists = new PriorityLists()
  const push = (priority: PriorityIndex, count = 0): Call[] =>
    Array.from({ length: count }, () => {
      const call = make(priority)
      lists.push(call)
      return call
    })
  const calls = {
    low: push(LOW, counts.low),
    normal: push(NORMAL, counts.normal),
    high: push(HIGH, counts.high),
  }
  return { lists, ...calls }
}

const takeAll = (lists: PriorityLists): string => {
  let order = ''
  for (let call = lists.take(); call !== null; call = lists.take()) order += 'HNL'[call.options.priority]
  return order
}

describe('the next turn', () => {
  it('goes to a lower priority after eight calls of higher ones, and not before', () => {
    expect(takeAll(filled({ high: 12, low: 1 }).lists)).toBe('HHHHHHHHLHHHH')
    expect(takeAll(filled({ high: 12, normal: 1 }).lists)).toBe('HHHHHHHHNHHHH')
    expect(takeAll(filled({ normal: 10, low: 2 }).lists)).toBe('NNNNNNNNLNNL')
    expect(takeAll(filled({ normal: 3 }).lists)).toBe('NNN')
  })

  it('goes to the lowest first where two have waited as long', () => {
    expect(takeAll(filled({ high: 10, normal: 1, low: 1 }).lists)).toBe('HHHHHHHHLNHH')
  })

  it('is counted from the last turn of the priority', () => {
    expect(takeAll(filled({ high: 18, low: 2 }).lists)).toBe('HHHHHHHHLHHHHHHHHLHH')
  })

  it('is what peek shows, without taking it', () => {
    const { lists } = filled({ high: 10, normal: 2, low: 2 })
    while (lists.size > 0) {
      const next = lists.peek()
      expect(lists.peek()).toBe(next)
      expect(lists.take()).toBe(next)
    }
    expect(lists.peek()).toBe(null)
  })

  it.each(['low', 'normal'] as const)('is not kept for a call of %s priority that has left', (priority) => {
    const { lists, ...calls } = filled({ high: 12, [priority]: 1 })
    for (let taken = 0; taken < 8; taken++) lists.take()
    lists.remove(calls[priority][0] as Call)
    expect(lists.peek()).toBe(calls.high[8])
    expect(takeAll(lists)).toBe('HHHH')
    expect(lists.size).toBe(0)
  })

  it.each(['low', 'normal'] as const)(
    'does not pass to %s because others were served while it had no calls',
    (name) => {
      const { lists } = filled({ high: 20 })
      for (let taken = 0; taken < 8; taken++) lists.take()
      lists.push(make(name === 'low' ? LOW : NORMAL))
      expect(takeAll(lists).indexOf(name === 'low' ? 'L' : 'N')).toBe(8)
    },
  )
})

describe('the lists', () => {
  it('are empty at first, and stay so when more is taken than there is', () => {
    const lists = new PriorityLists()
    expect([lists.size, lists.peek(), lists.take(), lists.take(), lists.oldestOfLowest()]).toEqual([
      0,
      null,
      null,
      null,
      null,
    ])
    expect(lists.size).toBe(0)
    lists.push(make(LOW))
    expect(takeAll(lists)).toBe('L')
  })

  it('give out all their calls, by priority and age', () => {
    const { lists, high, normal, low } = filled({ high: 2, normal: 2, low: 2 })
    const order = [...lists.calls()].map(({ id }) => id)
    expect(order).toEqual([...high, ...normal, ...low].map(({ id }) => id))
  })

  it('find the oldest of the lowest priority that has calls', () => {
    const { lists, high, normal, low } = filled({ high: 2, normal: 2, low: 2 })
    for (const [first, second] of [low, normal, high] as [Call, Call][]) {
      expect(lists.oldestOfLowest()).toBe(first)
      lists.remove(first)
      expect(lists.oldestOfLowest()).toBe(second)
      lists.remove(second)
    }
    expect(lists.oldestOfLowest()).toBe(null)
  })

  it('take a call back in among those of its priority, where its age puts it', () => {
    const { lists, normal } = filled({ normal: 5, high: 1, low: 1 })
    for (const index of [0, 2, 4]) lists.remove(normal[index] as Call)
    for (const index of [4, 0, 2]) lists.insertInOrder(normal[index] as Call)
    const order = [...lists.calls()].filter(({ options }) => options.priority === NORMAL)
    expect(order.map(({ id }) => id)).toEqual(normal.map(({ id }) => id))
    expect(lists.size).toBe(7)
  })

  it('know which calls they hold', () => {
    const { lists, low } = filled({ low: 1 })
    const [call] = low as [Call]
    expect([lists.holds(call), lists.holds(make(LOW))]).toEqual([true, false])
    lists.remove(call)
    expect([lists.holds(call), lists.size]).toEqual([false, 0])
  })
})

describe('an heir', () => {
  it('stands where the other stood, among calls of its own priority', () => {
    const { lists, normal } = filled({ normal: 3 })
    const heir = make(NORMAL)
    lists.replace(normal[1] as Call, heir)
    expect([[...lists.calls()], lists.size]).toEqual([[normal[0], heir, normal[2]], 3])
  })

  it('stands last among its own where the other was of another priority, which is here no more', () => {
    const { lists, normal, high } = filled({ normal: 2, high: 2 })
    const heir = make(HIGH)
    lists.replace(normal[0] as Call, heir)
    expect([[...lists.calls()], lists.size]).toEqual([[...high, heir, normal[1]], 4])
    expect([lists.holds(heir), lists.holds(normal[0] as Call)]).toEqual([true, false])
  })
})
