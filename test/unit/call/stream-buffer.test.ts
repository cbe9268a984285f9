/** The consumer's end of a stream: order, the end, and never more under way than was granted. */
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { StreamBuffer } from '../../../src/call/stream-buffer.ts'
import { drain, watch } from '../support/lab.ts'

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

  it('ends those who wait when the consumer leaves, though the abort of its call comes back as an error', async () => {
    const buffer: StreamBuffer = new StreamBuffer((items) => {
      if (items < 0) buffer.fail(new Error('aborted'))
    })
    const waiting = watch(buffer.next())
    await buffer.return()
    await drain()
    expect(waiting()).toEqual({ status: 'fulfilled', value: { done: true, value: undefined } })
  })

  it.each(['end', 'fail', 'return'] as const)(
    'takes no item more when granting room has led to its %s',
    async (how) => {
      let isFirst = true
      const buffer: StreamBuffer = new StreamBuffer(() => {
        if (isFirst) isFirst = false
        else if (how === 'return') void buffer.return()
        else buffer[how]('over')
      })
      const reads = Array.from({ length: WINDOW }, () => watch(buffer.next()))
      for (const half of [0, 1]) buffer.push(Array.from({ length: WINDOW / 2 }, (_, index) => [half, index]))
      await drain()
      const values = reads
        .map((read) => read())
        .filter((fate) => fate.status === 'fulfilled' && fate.value !== undefined)
      const items = values.filter(
        (fate) => fate.status === 'fulfilled' && !(fate.value as { done: boolean }).done,
      )
      expect(items).toHaveLength(WINDOW / 2)
      expect(reads.every((read) => read().status !== 'open')).toBe(true)
    },
  )

  it('counts each item once when granting room brings the next ones at once', async () => {
    const granted: number[] = []
    let made = 0
    const buffer: StreamBuffer = new StreamBuffer((items) => {
      granted.push(items)
      if (granted.length > 1 && made < 1_000) buffer.push(Array.from({ length: items }, () => made++))
    })
    buffer.push(Array.from({ length: WINDOW }, () => made++))
    for (let read = 0; read < 500; read++)
      await expect(buffer.next()).resolves.toEqual({ done: false, value: read })
    expect(sum(granted) - 500).toBeLessThanOrEqual(WINDOW)
  })

  it('keeps nothing of what was read, though its reader is always a little behind', async () => {
    const { buffer } = setUp()
    buffer.push([0, 1])
    for (let item = 2; item < 10_000; item++) {
      await buffer.next()
      buffer.push([item])
    }
    expect((buffer as unknown as { items: unknown[] }).items.length).toBeLessThanOrEqual(WINDOW + 2)
  })

  it('serves a hundred thousand reads that wait, in order', async () => {
    const { buffer } = setUp()
    const reads = Array.from({ length: 100_000 }, () => buffer.next())
    const search = vi.spyOn(Array.prototype, 'shift')
    buffer.push(Array.from(reads, (_, index) => index))
    const shifted = search.mock.calls.length
    search.mockRestore()
    expect(shifted).toBe(0)
    const results = await Promise.all(reads)
    expect(results.every(({ value }, index) => value === index)).toBe(true)
  })
})
