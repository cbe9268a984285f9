/** A worker that is slowed down on purpose: its replies are held back on the page. */
import { expect, it, vi } from 'vitest'
import type { Call } from '../../../src/call/call.ts'
import { SlowDown } from '../../../src/channel/slow-down.ts'
import { packRows } from '../../../src/wire/batchable.ts'
import { REPLIES, REPLY_STRIDE, RESULT } from '../../../src/wire/protocol.ts'

it.each([1, 100])('holds back a message of %d replies for as long as its longest run', (count) => {
  vi.useFakeTimers()
  const now = () => performance.now()
  const told: [kind: number, sentAt: number, rows: ArrayLike<number>][] = []
  const held = new Map<number, Call>()
  const slow = new SlowDown(
    { now, setTimeout, clearTimeout: (timer) => clearTimeout(timer as number) },
    held,
    (message) => told.push(message as (typeof told)[number]),
  )
  slow.factor = 4
  vi.advanceTimersByTime(1_000)
  // The first has run for 100 ms, the others for none.
  const rows = Array.from({ length: count }, (_, id) => [id + 1, RESULT, id === 0 ? 100_000 : 0, 0]).flat()
  expect(rows).toHaveLength(count * REPLY_STRIDE)
  slow.take([REPLIES, now(), packRows(rows), rows.map(() => null)])
  vi.advanceTimersByTime(299)
  expect(told).toEqual([])
  vi.advanceTimersByTime(1)
  expect(told.map(([, sentAt]) => sentAt)).toEqual([1_300])
  expect(told[0]?.[2][2]).toBe(400_000)
  vi.useRealTimers()
})
