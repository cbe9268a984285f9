/** Calls in odd places at odd moments: nothing is lost, counted twice, or left behind. */
import { afterEach, describe, expect, it, vi } from 'vitest'
import { DispatchQueue } from '../../../src/queue/dispatch-queue.ts'
import { KeyLanes } from '../../../src/queue/key-lanes.ts'
import { AHEAD, HIGH, LOW } from '../../../src/call/call.ts'
import { Claims } from '../../../src/worker/claims.ts'
import { taskContext } from '../../../src/worker/task-context.ts'
import { makeCall } from '../support/calls.ts'
import { drain, makeLab, ruleTime, shown, watch } from '../support/lab.ts'
import { StepWorker } from '../support/step-worker.ts'

let restore = () => {}
afterEach(() => {
  restore()
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
  vi.useRealTimers()
})

const handlers = () => ({ echo: (value: unknown) => value, wait: () => new Promise<void>(() => {}) })

it('a run that is handed over while it is ahead counts for the priority of its new caller', () => {
  const limits = { maxInFlight: 1, maxQueueDepth: 9, policy: 'block', maxBlocked: 9 } as const
  const queue: DispatchQueue = new DispatchQueue(limits, {
    admitted: (call) => queue.makeReady(call),
    mustWait: () => false,
    canStart: () => true,
    oldestHeld: () => null,
    evicted: () => {},
  })
  const lanes = new KeyLanes(queue, () => {})
  const options = { key: 'key', keyMode: 'dedupe' } as const
  const first = makeCall(1, LOW, options)
  const second = makeCall(2, HIGH, options)
  lanes.enter(first)
  queue.offer(first)
  lanes.enter(second)
  queue.takeAhead()
  first.place = { index: 0, replace: () => {} }
  lanes.handOver(first)
  queue.settle(first)
  expect([second.state, queue.aheadOf]).toEqual([AHEAD, [1, 0, 0]])
  queue.leave(second, false)
  expect(queue.aheadOf).toEqual([0, 0, 0])
})

it('who shares a run that another one takes over as a stream has no run timeout until the new run starts', async () => {
  const lab = makeLab(() => ({
    *items() {
      yield 1
      yield 2
    },
    wait: () => new Promise<void>(() => {}),
  }))
  const task = lab.task.with({ key: 'key', keyMode: 'dedupe', timeoutMs: { run: 100 } })
  const read = task.items()
  const others = [task.items(), task.items()]
  await lab.settle()
  // Not `then`: who waits for the result of a generator is told to read it.
  const fates: unknown[] = ['open', 'open']
  others.forEach((call, index) => {
    ;(call as unknown as Promise<unknown>).catch((error: { code?: string }) => (fates[index] = error.code))
  })
  // The reader takes its time, and the others wait for its worker.
  void read.next()
  await lab.settle()
  lab.clock.advance(90)
  await lab.settle()
  lab.clock.advance(60)
  await lab.settle()
  expect(fates).toEqual(['open', 'open'])
})

it('a blocked call whose key is free hands that on when it is aborted', async () => {
  const gates: (() => void)[] = []
  const lab = makeLab(
    () => ({
      gate: () =>
        new Promise<void>((resolve) => {
          gates.push(resolve)
        }),
    }),
    { maxQueueDepth: 0, abortGraceMs: 10 },
  )
  const serial = lab.task.with({ key: 'key', keyMode: 'serial' })
  const running = watch(serial.gate())
  await lab.settle()
  const other = watch(lab.task.gate())
  const second = serial.gate()
  const third = watch(serial.gate())
  const aborted = watch(second)
  gates[0]?.()
  await lab.settle()
  second.abort()
  await lab.settle()
  gates[1]?.()
  await lab.settle()
  gates[2]?.()
  await lab.settle()
  expect([running, other, aborted, third].map((fate) => shown(fate()))).toEqual([
    undefined,
    undefined,
    'aborted',
    undefined,
  ])
})

describe('a claim by lock', () => {
  it('is held as long as a call of it is on the worker, however long that runs', async () => {
    vi.useFakeTimers()
    let held = 0
    const locks = {
      request: async (_name: string, _options: unknown, fn: (lock: object) => unknown) => {
        held++
        await fn({})
        held--
      },
    } as unknown as LockManager
    const claims = new Claims(locks)
    claims.open(null, 'base')
    claims.arrived(1)
    claims.arrived(1)
    expect(await claims.claim(1)).toBe(true)
    await vi.advanceTimersByTimeAsync(5_000)
    claims.left(1)
    await vi.advanceTimersByTimeAsync(5_000)
    expect([held, claims.claim(1)]).toEqual([1, true])
    claims.left(1)
    // The page hears of the end before it could be granted the lock.
    await vi.advanceTimersByTimeAsync(50)
    expect(held).toBe(1)
    await vi.advanceTimersByTimeAsync(5_000)
    expect(held).toBe(0)
  })
})

describe('where memory is shared', () => {
  it('a call that was handed ahead and has been claimed sees its abort in a synchronous loop', async () => {
    vi.stubGlobal('crossOriginIsolated', true)
    const seen: unknown[] = []
    let act = () => {}
    const lab = makeLab(() => ({
      first: () => {},
      loop: () => {
        const { throwIfAborted } = taskContext()
        act()
        try {
          throwIfAborted()
        } catch (error) {
          seen.push((error as Error).name)
        }
      },
    }))
    await Promise.all([lab.task.first(), lab.settle()])
    const first = lab.task.first()
    await drain()
    const loop = lab.task.loop()
    await drain()
    const fate = watch(loop)
    act = () => loop.abort()
    // Both run before the page hears of the first.
    const [worker] = lab.workers
    while (worker?.deliverToWorker()) await drain()
    await Promise.all([first, lab.settle()])
    expect([seen, shown(fate())]).toEqual([['AbortError'], 'aborted'])
  })

  it('a worker whose last call is taken back by its abort is stopped when it has been idle', async () => {
    vi.stubGlobal('crossOriginIsolated', true)
    const lab = makeLab(handlers, { idleTimeoutMs: 100 })
    restore = ruleTime(lab.clock)
    await Promise.all([lab.task.echo(1), lab.settle()])
    const [worker] = lab.workers
    const first = lab.task.echo(1)
    await drain()
    const ahead = lab.task.echo(2)
    await drain()
    // The idle timer finds the worker busy, and is not set again.
    lab.clock.advance(200)
    await drain()
    // Only the message of the first call has arrived at the worker.
    worker?.deliverToWorker()
    worker?.deliverToPage()
    const fate = watch(ahead)
    ahead.abort()
    await Promise.all([first, lab.settle()])
    expect([shown(fate()), worker?.isAlive]).toEqual(['aborted', true])
    lab.clock.advance(200)
    expect(worker?.isAlive).toBe(false)
  })
})

describe('what throws in the middle of a turn', () => {
  it('a signal whose getter throws fails its own call alone', async () => {
    const lab = makeLab(handlers)
    const { signal } = new AbortController()
    const task = lab.task.with({ signal })
    Object.defineProperty(signal, 'aborted', {
      get: () => {
        throw new Error('mine')
      },
    })
    expect(() => task.echo(1)).toThrow('mine')
    const next = watch(lab.task.echo(2))
    await lab.settle()
    expect(shown(next())).toBe(2)
  })

  it('a worker whose terminate throws keeps none of its calls', async () => {
    const reported: unknown[] = []
    const report = (error: unknown) => reported.push((error as Error).message)
    process.on('uncaughtException', report)
    const lab = makeLab(handlers, {
      abortGraceMs: 10,
      maxQueueDepth: 5,
      worker: () => {
        const worker = new StepWorker(handlers)
        worker.terminate = () => {
          worker.die()
          throw new Error('mine')
        }
        lab.workers.push(worker)
        return worker.asWorker
      },
    })
    const call = lab.task.wait()
    const fates = [watch(call), watch(lab.task.echo(2))]
    await lab.settle()
    call.abort()
    lab.clock.advance(10)
    await lab.settle()
    process.off('uncaughtException', report)
    expect([reported, ...fates.map((fate) => shown(fate()))]).toEqual([['mine'], 'aborted', 2])
  })

  it('an abort reason whose getter disposes of the task leaves no timer', async () => {
    const lab = makeLab(handlers, { abortGraceMs: 10 })
    const call = lab.task.wait()
    const fate = watch(call)
    await lab.settle()
    let reads = 0
    const reason = Object.defineProperty(new Error(), 'message', {
      get: () => {
        if (++reads > 1) lab.task.control.dispose()
        return 'why'
      },
    })
    call.abort(reason)
    await lab.settle()
    expect(['aborted', 'disposed']).toContain(shown(fate()))
    lab.runtime.dispose()
    expect(lab.clock.pending).toBe(0)
  })
})

it('a call that a shared run hands over does not look at the others that wait for the same worker', () => {
  const lab = makeLab(handlers, { maxInFlight: 2_000 })
  const task = lab.task.with({ keyMode: 'dedupe' })
  const leaders = Array.from({ length: 2_000 }, (_, index) => task.with({ key: String(index) }).echo(index))
  for (const index of leaders.keys())
    void task
      .with({ key: String(index) })
      .echo(index)
      .catch(() => {})
  let added = 0
  const add = vi.spyOn(Set.prototype, 'add').mockImplementation(function (this: Set<unknown>, value) {
    added++
    return (Map.prototype.has, Reflect.apply(original, this, [value])) as Set<unknown>
  })
  for (const call of leaders) {
    call.catch(() => {})
    call.abort()
  }
  add.mockRestore()
  expect(added).toBeLessThan(20 * 2_000)
  lab.runtime.dispose()
})
const original = Set.prototype.add
