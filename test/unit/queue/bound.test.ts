/** What fills the queue, and by how much it may be longer than `maxQueueDepth`: by calls that came back, never by new ones. */
import { describe, expect, it } from 'vitest'
import { makeLab } from '../support/lab.ts'
import { makeLanes } from '../support/lanes.ts'

describe('a blocked call whose key is taken before there is room for it', () => {
  it('goes on waiting for its key, and fills no queue', () => {
    const { queue, call, run, finish } = makeLanes({ maxInFlight: 2, maxQueueDepth: 0 })
    const others = [1, 2].map(() => {
      call('parallel')
      return run()
    })
    const first = call('serial')
    const second = call('serial')
    const last = call('parallel')
    expect(queue.blocked).toBe(3)
    for (const other of others) finish(other)
    expect(queue.admitNext()).toBe(true)
    expect(run()).toBe(first)
    // The slot that is free goes to the call that can run.
    expect(queue.admitNext()).toBe(true)
    expect(run()).toBe(last)
    expect([queue.pending, queue.blocked]).toEqual([0, 1])
    finish(first)
    expect(queue.admitNext()).toBe(true)
    expect(run()).toBe(second)
    expect([queue.pending, queue.blocked]).toEqual([0, 0])
  })
})

describe('calls that throw and run again later', () => {
  it.each([
    { depth: 0, policy: 'block' },
    { depth: 4, policy: 'block' },
    { depth: 4, policy: 'reject' },
    { depth: 2, policy: 'drop-oldest' },
  ] as const)('are no more than queue and slots hold: $policy, depth $depth', async ({ depth, policy }) => {
    const maxInFlight = 2
    const { task, clock, settle, runtime } = makeLab(
      () => ({
        fail: () => {
          throw new Error('down')
        },
      }),
      {
        maxWorkers: 2,
        maxInFlight,
        maxQueueDepth: depth,
        queuePolicy: policy,
        retry: { error: 2, delayMs: 10_000, jitter: false },
      },
    )
    const { getSnapshot } = task.control
    for (let n = 0; n < 30; n++) {
      task.fail().catch(() => {})
      await settle()
      expect(getSnapshot().queue.pending).toBeLessThanOrEqual(depth + maxInFlight)
    }
    clock.advance(10_000)
    await settle()
    clock.advance(100_000)
    await settle()
    for (let n = 0; n < 40; n++) {
      clock.advance(20_000)
      await settle()
    }
    const { inFlight, pending, blocked } = getSnapshot().queue
    expect([inFlight, pending, blocked]).toEqual([0, 0, 0])
    runtime.dispose()
  })
})
