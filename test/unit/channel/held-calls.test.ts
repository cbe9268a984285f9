/** The books of what a worker holds: whose slots are taken, what is ahead and for how long, and who took whose place. */
import { describe, expect, it } from 'vitest'
import type { Call } from '../../../src/call/call.ts'
import { WorkerChannel } from '../../../src/channel/worker-channel.ts'
import { makeCall } from '../support/calls.ts'
import { openChannel } from '../support/channel.ts'

class Books extends WorkerChannel {
  constructor(index: number, slots: number) {
    super(index, slots, false)
  }
}

const make = (count: number): Call[] => Array.from({ length: count }, (_, index) => makeCall(index + 1))

describe('a worker', () => {
  it('is full when as many slots are taken as it has', () => {
    const books = new Books(0, 2)
    const seen = [books.isFull]
    for (let taken = 1; taken <= 3; taken++) {
      books.running = taken
      seen.push(books.isFull)
    }
    expect(seen).toEqual([false, false, true, true])
    expect(new Books(0, 1)).toMatchObject({ running: 0, aheadMs: 0, isFull: false })
  })

  it('knows of each call that it holds, and a call knows its place', () => {
    const books = new Books(3, 1)
    const [call] = make(1) as [Call]
    call.handedAhead = true
    books.add(call)
    expect([call.place, call.workerIndex, call.handedAhead, [...books.held]]).toEqual([
      books,
      3,
      false,
      [[1, call]],
    ])
    books.release(call)
    expect([call.place, call.workerIndex, books.held.size]).toEqual([null, 3, 0])
  })

  it('expects nothing more once nothing is ahead, whatever the fractions come to', () => {
    const books = new Books(0, 1)
    const [a, b] = make(2) as [Call, Call]
    books.addAhead(a, 0.1)
    books.addAhead(b, 0.2)
    books.takeFromAhead(b)
    expect(books.aheadMs).toBeCloseTo(0.1)
    books.takeFromAhead(a)
    expect([books.aheadMs, books.ahead.size]).toEqual([0, 0])
  })

  it('that was handed a call which it was never sent has nothing before the next', () => {
    const { channel, of } = openChannel({ slots: 2 })
    const [gone, next] = make(2) as [Call, Call]
    channel.add(gone)
    channel.release(gone)
    channel.add(next)
    channel.link?.flush()
    expect(of('posted')).toEqual([['channel', 'call 2', true]])
  })
})

describe('an heir', () => {
  it('is held under the id of the run; who had it before may leave without it', () => {
    const books = new Books(0, 1)
    const [first, heir] = make(2) as [Call, Call]
    books.add(first)
    heir.runId = first.runId
    books.replace(first, heir)
    expect([...books.held]).toEqual([[1, heir]])
    books.release(first)
    expect([...books.held]).toEqual([[1, heir]])
  })

  it('stands ahead where the other stood, for as long as that one was expected to take', () => {
    const books = new Books(0, 1)
    const [a, b, c, heir] = make(4) as [Call, Call, Call, Call]
    books.addAhead(a, 5)
    books.addAhead(b, 7)
    books.addAhead(c, 9)
    heir.runId = b.runId
    books.replace(b, heir)
    expect([[...books.ahead], heir.expectedMs]).toEqual([[a, heir, c], 7])
    books.takeFromAhead(heir)
    expect(books.aheadMs).toBe(14)
  })

  it('of a call that has a slot is not ahead', () => {
    const books = new Books(0, 1)
    const [runs, ahead, heir] = make(3) as [Call, Call, Call]
    books.add(runs)
    books.addAhead(ahead, 5)
    heir.runId = runs.runId
    books.replace(runs, heir)
    expect([[...books.ahead], heir.expectedMs, heir.list]).toEqual([[ahead], 0, null])
  })
})
