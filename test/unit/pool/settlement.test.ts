/** How a call settles: once, with its timers, its signal and its key taken down, for all who share it, and counted. */
import { createTestClock } from 'atelier-react/testing'
import { describe, expect, it, vi } from 'vitest'
import { type Call, type CallOptions, NORMAL } from '../../../src/call/call.ts'
import { AbortTaskController } from '../../../src/lib/abort-task-controller.ts'
import { Settlement } from '../../../src/pool/settlement.ts'
import { Host } from '../../../src/pool/turns.ts'
import { DispatchQueue } from '../../../src/queue/dispatch-queue.ts'
import type { Instrumentation } from '../../../src/telemetry/instrumentation.ts'
import { makeCall } from '../support/calls.ts'

function setUp() {
  const clock = createTestClock()
  const told: unknown[][] = []
  const instrumentation = {
    callSettled: (call: Call, outcome: string) => told.push([call.id, outcome]),
    flush: () => told.push(['flush']),
  } as unknown as Instrumentation
  const seam: { active: Instrumentation | null; tellsCalls: boolean } = {
    active: null,
    tellsCalls: false,
  }
  const host = new Host(clock, seam, new AbortTaskController())
  const queue: DispatchQueue = new DispatchQueue(
    { maxInFlight: 9, maxQueueDepth: 9, policy: 'block', maxBlocked: 9 },
    {
      admitted: (call) => queue.makeReady(call),
      mustWait: () => false,
      canStart: () => true,
      oldestHeld: () => null,
      evicted() {},
    },
  )
  const late: unknown[][] = []
  const over: number[] = []
  const settlement = new Settlement(
    host,
    queue,
    (call, error) => late.push([call.id, (error as Error & { code?: string }).code]),
    ({ id }) => over.push(id),
  )
  let ids = 0
  const make = (options: Partial<CallOptions> = {}): Call => makeCall(++ids, NORMAL, options)
  /** A call that waits in the queue. */
  const call = (options: Partial<CallOptions> = {}): Call => {
    const made = make(options)
    settlement.attach(made)
    queue.offer(made)
    return made
  }
  /** A call that shares the run of another. */
  const join = (leader: Call, options: Partial<CallOptions> = {}): Call => {
    const made = make(options)
    settlement.attach(made)
    leader.joiners ??= new Set()
    leader.joiners.add(made)
    made.leader = leader
    settlement.joined(made, leader)
    return made
  }
  const listen = (): void => {
    seam.active = instrumentation
  }
  return { clock, host, queue, settlement, call, join, make, late, over, told, listen }
}

describe('a call hears', () => {
  it('of its signal and of its key until it has settled, and not after', () => {
    const { host, settlement, call } = setUp()
    const controller = new AbortController()
    const [open, settled] = [
      call({ signal: controller.signal, key: 'k' }),
      call({ signal: controller.signal, key: 'k' }),
    ]
    const heard = vi.spyOn(open.task.control, 'abort')
    settlement.settle(settled, 'success', 1)
    controller.abort('by signal')
    host.keys.abort('k', 'by key')
    expect(heard.mock.calls).toEqual([
      [open, 'by signal'],
      [open, 'by key'],
    ])
    heard.mockRestore()
  })

  it('of no key where it has none, though somebody should abort just that', () => {
    const { host, call } = setUp()
    const heard = vi.spyOn(call().task.control, 'abort')
    host.keys.abort(undefined as unknown as string)
    expect(heard).not.toHaveBeenCalled()
    heard.mockRestore()
  })
})

describe('a timeout', () => {
  it('of the queue ends when the handler runs, that of the run begins then, and the total goes on', () => {
    const { clock, settlement, call, late } = setUp()
    const one = call({ timeouts: { queue: 50, run: 80, total: 150 } })
    clock.advance(40)
    settlement.dispatched(one)
    clock.advance(79)
    expect(late).toEqual([])
    clock.advance(1)
    expect(late).toEqual([[1, 'timeout-run']])
    clock.advance(100)
    expect(late).toEqual([
      [1, 'timeout-run'],
      [1, 'timeout-total'],
    ])
  })

  it('ends with its call, whichever it is', () => {
    const { clock, settlement, call, late } = setUp()
    const [waits, runs] = [1, 2].map(() => call({ timeouts: { queue: 50, run: 60, total: 70 } })) as [
      Call,
      Call,
    ]
    settlement.dispatched(runs)
    settlement.settle(waits, 'success', 1)
    settlement.settle(runs, 'success', 1)
    clock.advance(1_000)
    expect(late).toEqual([])
  })

  it('of the run stops for all who share it when the handler is gone, and begins anew with the next', () => {
    const { clock, settlement, call, join, late } = setUp()
    const one = call({ timeouts: { run: 50 } })
    const joiner = join(one, { timeouts: { run: 70 } })
    settlement.dispatched(one)
    clock.advance(40)
    settlement.requeued(one)
    clock.advance(1_000)
    expect([late, settlement.counts.requeued]).toEqual([[], 1])
    settlement.dispatched(one)
    clock.advance(60)
    expect(late).toEqual([[one.id, 'timeout-run']])
    clock.advance(10)
    expect(late.at(-1)).toEqual([joiner.id, 'timeout-run'])
  })

  it('of the queue does not run for who joins a run that is under way, and that of the run does', () => {
    const { clock, queue, settlement, call, join, late } = setUp()
    const waiting = call()
    join(waiting, { timeouts: { queue: 50, run: 10 } })
    clock.advance(49)
    expect(late).toEqual([])
    clock.advance(1)
    expect(late).toEqual([[2, 'timeout-queue']])
    const running = call()
    queue.run(running)
    settlement.dispatched(running)
    join(running, { timeouts: { queue: 50, run: 80 } })
    clock.advance(79)
    expect(late.length).toBe(1)
    clock.advance(1)
    expect(late.at(-1)).toEqual([4, 'timeout-run'])
  })

  it('of the queue begins anew for who waits for a run of its own, and for those who share that one', () => {
    const { clock, settlement, call, join, late } = setUp()
    const one = call({ timeouts: { queue: 50 } })
    join(one, { timeouts: { queue: 50 } })
    settlement.dispatched(one)
    clock.advance(200)
    expect(late).toEqual([])
    expect(settlement.parted(one)).toBe(one)
    clock.advance(49)
    expect(late).toEqual([])
    clock.advance(1)
    expect(late).toEqual([
      [1, 'timeout-queue'],
      [2, 'timeout-queue'],
    ])
  })
})

describe('a call settles', () => {
  it('once, and is counted once', () => {
    const { settlement, call, over } = setUp()
    const one = call()
    const ends: unknown[] = []
    Object.assign(one, {
      resolve: (value: unknown) => ends.push(value),
      reject: (error: unknown) => ends.push(error),
    })
    expect([
      settlement.settle(one, 'success', 'first'),
      settlement.settle(one, 'failure', new Error('second')),
    ]).toEqual([true, false])
    expect([ends, over]).toEqual([['first'], [1]])
    expect(settlement.counts).toMatchObject({ succeeded: 1, failed: 0 })
  })

  it('with all who share its run, and lets go of them, of its arguments and of its error where there is none', () => {
    const { settlement, call, join } = setUp()
    const one = call()
    const joiner = join(one)
    Object.assign(one, { args: ['large'] })
    const error = new Error('both')
    settlement.settle(one, 'failure', error)
    expect([one.error, joiner.error, one.joiners, joiner.leader, one.args]).toEqual([
      error,
      error,
      null,
      null,
      [],
    ])
    const fine = call()
    settlement.settle(fine, 'success', 'large')
    expect(fine.error).toBe(undefined)
    expect(settlement.counts).toMatchObject({ succeeded: 1, failed: 2 })
  })

  it('without those who joined it when one of them leaves', () => {
    const { settlement, call, join } = setUp()
    const one = call()
    const [gone, stays] = [join(one), join(one)]
    settlement.settle(gone, 'canceled', new Error('gone'))
    expect([[...(one.joiners ?? [])], stays.leader, gone.leader]).toEqual([[stays], one, null])
    settlement.settle(one, 'success', 1)
    expect(settlement.counts).toMatchObject({ succeeded: 2, canceled: 1 })
  })

  it('and telemetry hears of it, with the time and the outcome, where it knows of the call', () => {
    const { settlement, call, told, listen, clock } = setUp()
    const [early, known, unknown] = [call(), call(), call()]
    early.telemetry = {} as Call['telemetry']
    known.telemetry = {} as Call['telemetry']
    settlement.settle(early, 'success', 1)
    listen()
    clock.advance(5)
    settlement.settle(unknown, 'success', 1)
    expect(told).toEqual([])
    settlement.settle(known, 'failure', new Error('x'))
    expect(told).toEqual([[2, 'failure'], ['flush']])
    expect([known.settledAt, known.outcome, early.settledAt]).toEqual([clock.now(), 'failure', 0])
  })

  it('with its last progress before its result, and with none for who has canceled', () => {
    for (const outcome of ['success', 'failure', 'canceled'] as const) {
      const { settlement, call } = setUp()
      const order: unknown[] = []
      const one = call({ onProgress: (value) => order.push(value) })
      Object.assign(one, {
        progress: { value: 'half' },
        resolve: () => order.push('over'),
        reject: () => order.push('over'),
      })
      settlement.settle(one, outcome, 1)
      expect(order).toEqual(outcome === 'canceled' ? ['over'] : ['half', 'over'])
      settlement.tellProgress(one)
      expect(order.at(-1)).toBe('over')
    }
  })

  it('and the items of its stream end with it, one way or the other', () => {
    const { settlement, call } = setUp()
    const ends: unknown[][] = []
    const stream = {
      push() {},
      end: (value: unknown) => ends.push(['end', value]),
      fail: (error: unknown) => ends.push(['fail', error]),
    }
    const [fine, failed] = [call(), call()]
    fine.stream = stream
    failed.stream = stream
    settlement.settle(fine, 'success', 1)
    settlement.settle(failed, 'rejected', 2)
    expect(ends).toEqual([
      ['end', 1],
      ['fail', 2],
    ])
  })
})
