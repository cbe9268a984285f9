/** The consumer's end of a stream: order, the end, and never more under way than was granted. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { StreamBuffer } from '../../../src/call/stream-buffer.ts'
import { drain, watch } from './support/lab.ts'

/** Items that a producer may be ahead of its consumer, at most and at first. */
const WINDOW = 16
const FIRST = 2

function setUp(): { buffer: StreamBuffer; grants: number[] } {
  const grants: number[] = []
  return { buffer: new StreamBuffer((items) => grants.push(items)), grants }
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0)

type Op = { readonly op: 'read' | 'produce'; readonly count: number }
const ops: fc.Arbitrary<Op[]> = fc.array(
  fc.record({ op: fc.constantFrom('read', 'produce'), count: fc.integer({ min: 1, max: 20 }) }),
  { maxLength: 30 },
)

describe('StreamBuffer', () => {
  it('gives every item once and in order, and lets the producer be a window ahead at most', async () => {
    await fc.assert(
      fc.asyncProperty(ops, fc.constantFrom('end', 'fail'), async (program, how) => {
        const { buffer, grants } = setUp()
        const reads: Promise<IteratorResult<unknown>>[] = []
        let made = 0
        for (const { op, count } of program) {
          if (op === 'read') for (let each = 0; each < count; each++) reads.push(buffer.next())
          // A producer makes no more than it was granted.
          const room = Math.min(count, sum(grants) - made)
          if (op === 'produce') buffer.push(Array.from({ length: room }, () => made++))
          expect(sum(grants) - Math.min(made, reads.length)).toBeLessThanOrEqual(WINDOW)
        }
        if (how === 'end') buffer.end('over')
        else buffer.fail(new Error('over'))
        while (reads.length < made + 2) reads.push(buffer.next())
        const results = await Promise.allSettled(reads)
        const items = results.slice(0, made).map((read) => read.status === 'fulfilled' && read.value.value)
        expect(items).toEqual(Array.from({ length: made }, (_, index) => index))
        expect(results[made]).toMatchObject(
          how === 'end' ? { value: { done: true, value: 'over' } } : { reason: { message: 'over' } },
        )
        expect(results.slice(made + 1)).toEqual(
          results
            .slice(made + 1)
            .map(() => ({ status: 'fulfilled', value: { done: true, value: undefined } })),
        )
      }),
    )
  })

  it('lets the producer be one item ahead at first, and further the more is read', async () => {
    const { buffer, grants } = setUp()
    const ahead: number[] = []
    for (let read = 0; read < 400; read++) {
      ahead.push(sum(grants) - read)
      buffer.push(Array.from({ length: sum(grants) - read }, (_, index) => read + index))
      await buffer.next()
    }
    expect(ahead.slice(0, 10).every((items) => items <= FIRST)).toBe(true)
    expect(ahead.every((items, read) => items <= Math.max(FIRST, 1 + read / 8))).toBe(true)
    // The one that is being read is not ahead.
    expect(Math.max(...ahead)).toBe(WINDOW - 1)
    // Half a window at a time.
    expect(grants.slice(-5)).toEqual(Array(5).fill(WINDOW / 2))
  })

  it('grants nothing for an item whose reader has not come back', async () => {
    const { buffer, grants } = setUp()
    buffer.push(['a', 'b'])
    await buffer.next()
    expect(grants).toEqual([FIRST])
    await buffer.next()
    expect(grants).toEqual([FIRST, 1])
    await buffer.return()
    expect(grants).toEqual([FIRST, 1, -1])
  })

  it('gives what arrived before an error first', async () => {
    const { buffer } = setUp()
    buffer.push(['a'])
    buffer.fail(new Error('lost'))
    await expect(buffer.next()).resolves.toEqual({ done: false, value: 'a' })
    await expect(buffer.next()).rejects.toThrow('lost')
    await expect(buffer.next()).resolves.toEqual({ done: true, value: undefined })
  })

  it('tells the producer when the consumer leaves, drops what it holds, and ends those who wait', async () => {
    const { buffer, grants } = setUp()
    const waiting = watch(buffer.next())
    await expect(buffer.return('bye')).resolves.toEqual({ done: true, value: 'bye' })
    await drain()
    expect(waiting()).toEqual({ status: 'fulfilled', value: { done: true, value: undefined } })
    buffer.push(['late'])
    await expect(buffer.next()).resolves.toEqual({ done: true, value: undefined })
    expect(grants).toEqual([FIRST, -1])
  })

  it('is over once the consumer has left, though an error was on its way to it', async () => {
    const { buffer, grants } = setUp()
    buffer.push(['a'])
    buffer.fail(new Error('lost'))
    await buffer.return()
    await expect(buffer.next()).resolves.toEqual({ done: true, value: undefined })
    expect(grants).toEqual([FIRST])
  })
})
