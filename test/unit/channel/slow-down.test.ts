/** A worker that is slowed down on purpose: its replies are held back on the page. */
import { expect, it, vi } from 'vitest'
import type { Call } from '../../../src/call/call.ts'
import { SlowDown } from '../../../src/channel/slow-down.ts'
import { packRows } from '../../../src/wire/batchable.ts'
import { REPLIES, REPLY_STRIDE, RESULT } from '../../../src/wire/protocol.ts'

it.each([1, 100])('holds back a message of %d replies for as long as its longest run', (count) => {
  vi.useFakeTimers()
  const now = () => performance.now()
  const deliver = vi.fn<(message: unknown) => void>()
  const held = new Map<number, Call>()
  const slow = new SlowDown(
    { now, setTimeout, clearTimeout: (timer) => clearTimeout(timer as number) },
    held,
    deliver,
  )
  slow.factor = 4
  vi.advanceTimersByTime(1_000)
  // The first has run for 100 ms, the others for none.
  const rows = Array.from({ length: count }, (_, id) => [id + 1, RESULT, id === 0 ? 100_000 : 0, 0]).flat()
  expect(rows).toHaveLength(count * REPLY_STRIDE)
  slow.take([REPLIES, now(), packRows(rows), rows.map(() => null)])
  vi.advanceTimersByTime(299)
  expect(deliver).not.toHaveBeenCalled()
  vi.advanceTimersByTime(1)
  const [, sent, told] = deliver.mock.calls[0]?.[0] as [number, number, ArrayLike<number>]
  expect(sent).toBe(1_300)
  expect(told[2]).toBe(400_000)
  vi.useRealTimers()
})
