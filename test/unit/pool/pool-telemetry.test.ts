/** What a pool tells the telemetry seam of calls that share a run or replace each other, and when a trace begins. */
import { createTestClock } from 'atelier-react/testing'
import { expect, it } from 'vitest'
import type { Call, CallOptions } from '../../../src/call/call.ts'
import type { TaskConfig } from '../../../src/types/task.ts'
import { AbortTaskController } from '../../../src/lib/abort-task-controller.ts'
import { resolveTaskConfig } from '../../../src/options/task-options.ts'
import { typeDefaults } from '../../../src/options/type-defaults.ts'
import { Host } from '../../../src/pool/turns.ts'
import { WorkerPool } from '../../../src/pool/worker-pool.ts'
import type { Instrumentation } from '../../../src/telemetry/instrumentation.ts'
import { PROTOCOL, READY } from '../../../src/wire/protocol.ts'
import { LIBRARY_DEFAULTS } from '../../../src/options/call-options.ts'
import { drain } from '../support/lab.ts'
import { catchReports } from '../support/reported.ts'
import { SilentWorker } from '../support/silent-worker.ts'

/** A pool of which telemetry knows every call, or none. */
function setUp(isKnown = true, more: Partial<TaskConfig<unknown>> = {}) {
  const links: unknown[][] = []
  const order: string[] = []
  const workers: SilentWorker[] = []
  const flushes: (() => void)[] = []
  const active = {
    callEnqueued: (call: Call) => {
      order.push('enqueued')
      if (isKnown) call.telemetry = {} as Call['telemetry']
    },
    callLinked: (call: Call, to: Call, relation: string) => links.push([call.id, to.id, relation]),
    callSettled() {},
    callDispatched() {},
    workerSpawned() {},
    workerReady() {},
    workerTerminated() {},
    flush: () => {
      for (const fn of flushes) fn()
    },
  } as unknown as Instrumentation
  const seam: { active: Instrumentation | null; tellsCalls: boolean } = { active, tellsCalls: false }
  const host = new Host(createTestClock(), seam, new AbortTaskController())
  const config = resolveTaskConfig(
    {
      type: 'parallel',
      maxWorkers: 1,
      worker: () => {
        const worker = new SilentWorker()
        workers.push(worker)
        return worker as unknown as Worker
      },
      ...more,
    },
    typeDefaults,
  )
  const task = { taskId: 'task', taskName: undefined, type: 'parallel', policy: 'block' }
  const pool = new WorkerPool(config, task as never, host, () => {})
  const call = (options: Partial<CallOptions>): void => {
    pool.call('work', [], { ...LIBRARY_DEFAULTS, ...options }).catch(() => {})
  }
  return { call, links, seam, order, pool, workers, flushes }
}

it('a call that joins a run, or is replaced by a newer one, is linked to that, where telemetry knows of it', () => {
  for (const isKnown of [true, false]) {
    const { call, links, pool } = setUp(isKnown)
    call({ key: 'a', keyMode: 'dedupe' })
    call({ key: 'a', keyMode: 'dedupe' })
    call({ key: 'b', keyMode: 'latest' })
    call({ key: 'b', keyMode: 'latest' })
    expect(links).toEqual(
      isKnown
        ? [
            [2, 1, 'joined'],
            [3, 4, 'superseded'],
          ]
        : [],
    )
    pool.dispose()
  }
})

it('a call is linked quietly where nobody listens to telemetry any more', async () => {
  const reported = catchReports()
  const { call, links, seam, pool } = setUp()
  call({ key: 'a', keyMode: 'latest' })
  seam.active = null
  call({ key: 'a', keyMode: 'latest' })
  await drain()
  expect([links, reported]).toEqual([[], []])
  pool.dispose()
})

it('a trace begins with the first call that belongs to it, before telemetry hears of the call', () => {
  const { call, order, pool } = setUp()
  const trace = { traceparent: undefined, start: () => order.push('trace begins') }
  call({ trace: trace as never })
  expect(order).toEqual(['trace begins', 'enqueued'])
  pool.dispose()
})

it('telemetry hears of a call that was evicted when the one that took its place has it', () => {
  const { call, flushes, pool } = setUp(true, { queuePolicy: 'drop-oldest', maxQueueDepth: 1 })
  const pending: number[] = []
  flushes.push(() => pending.push(pool.parts.queue.pending))
  for (let each = 0; each < 2; each++) call({})
  expect(pending).toEqual([])
  call({})
  expect(pending).toEqual([1])
  pool.dispose()
})

it('telemetry knows the methods of a task once a worker has told of them', async () => {
  const { pool, workers } = setUp()
  pool.start()
  await drain()
  expect(pool.parts.task.methods).toBe(undefined)
  workers[0]?.says(READY, PROTOCOL, ['work', 'letters'], performance.timeOrigin, false)
  expect(pool.parts.task.methods).toEqual(['work', 'letters'])
  pool.dispose()
})
