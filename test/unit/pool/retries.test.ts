/** Calls that run again because their handler threw: how often, when, and which never do. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { TaskConfig } from '../../../src/types/task.ts'
import { taskContext } from '../../../src/worker/task-context.ts'
import { drain, makeLab, shown, watch } from '../support/lab.ts'

type Api = {
  /** Throws until this attempt. */
  until(attempt: number, value?: unknown): unknown
  echo(value: unknown): unknown
  abortError(): never
  items(): Generator<number>
}

beforeEach(() => {
  vi.spyOn(Math, 'random').mockReturnValue(1)
  vi.spyOn(console, 'warn').mockReturnValue()
})
afterEach(() => {
  vi.restoreAllMocks()
})

function lab(config: Partial<TaskConfig<Api>> = {}) {
  const ran: unknown[] = []
  const made = makeLab<Api>(
    () => ({
      until: (attempt, value) => {
        const { attempt: now } = taskContext()
        ran.push(`${String(value ?? 'call')} ${now}`)
        if (now < attempt) throw new RangeError(`attempt ${now}`)
        return now
      },
      echo: (value) => {
        ran.push(value)
        return value
      },
      abortError: () => {
        ran.push('call')
        throw new DOMException('given up', 'AbortError')
      },
      *items() {
        yield 1
        throw new RangeError('after one')
      },
    }),
    config,
  )
  return { ...made, ran }
}

describe('a call that throws', () => {
  it('runs again as often as it may, and ends with its last error', async () => {
    const { task, settle, ran } = lab({ retry: 2 })
    const fates = [watch(task.until(3, 'a')), watch(task.until(4, 'b'))]
    await settle()
    expect(shown((fates[0] as never as () => never)())).toBe(3)
    expect(fates[1]?.()).toMatchObject({ reason: { name: 'RangeError', message: 'attempt 3' } })
    expect(ran.toSorted()).toEqual(['a 1', 'a 2', 'a 3', 'b 1', 'b 2', 'b 3'])
    expect(task.control.getSnapshot().counts).toMatchObject({
      dispatched: 6,
      succeeded: 1,
      failed: 1,
      requeued: 0,
    })
  })

  it('does not run again where nobody said so', async () => {
    const { task, settle, ran } = lab({ retry: { crash: 3, delayMs: 5 } })
    const fate = watch(task.until(2))
    await settle()
    expect([fate().status, ran]).toEqual(['rejected', ['call 1']])
  })

  it('has the retries of its task, its method and its with(), merged by field', async () => {
    const { task, settle, ran } = lab({
      retry: 5,
      methods: { until: { retry: 1 } },
    })
    const one = watch(task.until(9, 'method'))
    const none = watch(task.with({ retry: 0 }).until(9, 'with'))
    const back = watch(task.with({ retry: null }).until(9, 'taken back'))
    const two = watch(task.with({ retry: { error: 2 } }).until(9, 'two'))
    await settle()
    expect([one, none, back, two].map((fate) => fate().status)).toEqual(Array(4).fill('rejected'))
    const count = (name: string) => ran.filter((each) => String(each).startsWith(name)).length
    expect(['method', 'with', 'taken back', 'two'].map(count)).toEqual([2, 1, 1, 3])
  })

  it('waits longer each time, by its factor, and shorter by chance', async () => {
    const { task, settle, ran, clock, runtime } = lab({ retry: { error: 3, delayMs: 100, factor: 3 } })
    const fate = watch(task.until(4))
    await settle()
    const pass = async (ms: number) => {
      clock.advance(ms)
      await settle()
      return ran.length
    }
    expect(task.control.getSnapshot().queue).toMatchObject({ inFlight: 0, pending: 1 })
    expect(runtime.inspect().calls[0]?.waitsFor).toEqual({ reason: 'retry', callIds: [] })
    expect([await pass(99), await pass(2)]).toEqual([1, 2])
    expect([await pass(298), await pass(4)]).toEqual([2, 3])
    vi.spyOn(Math, 'random').mockReturnValue(0)
    expect([await pass(897), await pass(5)]).toEqual([3, 4])
    expect(shown(fate())).toBe(4)
    const exact = lab({ retry: { error: 2, delayMs: 100, factor: 1, jitter: false } })
    watch(exact.task.until(3))
    await exact.settle()
    exact.clock.advance(100)
    await exact.settle()
    exact.clock.advance(100)
    await exact.settle()
    expect(exact.ran).toHaveLength(3)
  })

  it('lets others run meanwhile, and stays first of its key', async () => {
    const { task, settle, ran, clock } = lab({
      retry: { error: 1, delayMs: 50 },
      defaults: { keyMode: 'serial' },
      maxQueueDepth: 9,
    })
    const calls = [
      task.with({ key: 'k' }).until(2, 'first'),
      task.with({ key: 'k' }).until(1, 'second'),
      task.echo('other'),
    ]
    const fates = calls.map((call) => watch(call))
    await settle()
    expect(ran).toEqual(['first 1', 'other'])
    clock.advance(51)
    await settle()
    expect([ran.slice(2), fates.map((fate) => shown(fate()))]).toEqual([
      ['first 2', 'second 1'],
      [2, 1, 'other'],
    ])
  })

  it('can be aborted, by all that aborts a call, while it waits', async () => {
    const { task, runtime, settle, clock, ran } = lab({ retry: { error: 1, delayMs: 50 }, maxQueueDepth: 9 })
    const stop = new AbortController()
    const calls = [
      task.until(2),
      task.with({ signal: stop.signal }).until(2),
      task.with({ key: 'k' }).until(2),
      task.with({ timeoutMs: 20 }).until(2),
      task.until(2),
    ]
    const fates = calls.map((call) => watch(call))
    await settle()
    calls[0]?.abort()
    stop.abort()
    runtime.abort({ key: 'k' })
    clock.advance(21)
    expect(task.control.clearQueue()).toBe(1)
    await settle()
    clock.advance(100)
    await settle()
    expect(fates.map((fate) => shown(fate()))).toEqual([
      'aborted',
      'aborted',
      'aborted',
      'timeout-total',
      'aborted',
    ])
    expect([ran.length, task.control.getSnapshot().queue.pending]).toEqual([5, 0])
  })

  it.each(['dispose', 'park'] as const)('ends with its task, while it waits: %s', async (how) => {
    const { task, runtime, settle, clock } = lab({ retry: { error: 1, delayMs: 50 } })
    const fate = watch(task.until(2))
    await settle()
    if (how === 'dispose') task.control.dispose()
    else {
      runtime.retain({ graceMs: 0 })()
      clock.advance(1)
    }
    await settle()
    expect(shown(fate())).toBe(how === 'dispose' ? 'disposed' : 'aborted')
  })

  it('waits for the start of a stopped task, and is waited for by one that closes', async () => {
    const { task, settle, clock } = lab({ retry: { error: 1, delayMs: 50 } })
    const first = watch(task.until(2))
    await settle()
    task.control.stop()
    clock.advance(60)
    await settle()
    expect(first().status).toBe('open')
    task.control.start()
    await settle()
    expect(shown(first())).toBe(2)
    const second = watch(task.until(2))
    await settle()
    const end = watch(task.control.close())
    await settle()
    expect([second().status, end().status]).toEqual(['open', 'open'])
    clock.advance(60)
    await settle()
    expect([shown(second()), end().status]).toEqual([2, 'fulfilled'])
  })

  it('shares its retries with those who share its run, and leaves them to its heir', async () => {
    const { task, settle, clock } = lab({
      retry: { error: 1, delayMs: 50 },
      defaults: { key: 'k', keyMode: 'dedupe' },
    })
    const calls = [task.until(2), task.until(2)]
    const fates = calls.map((call) => watch(call))
    await settle()
    calls[0]?.abort()
    await settle()
    expect(fates.map((fate) => shown(fate()))).toEqual(['aborted', 2])
    clock.advance(60)
    await settle()
    expect(task.control.getSnapshot().queue).toMatchObject({ inFlight: 0, pending: 0 })
  })

  it('counts apart from crashes', async () => {
    const { task, settle, clock, workers } = lab({ retry: { error: 2, crash: 1, delayMs: 50 } })
    const fate = watch(task.until(4))
    await settle()
    clock.advance(60)
    await drain()
    // The second attempt is posted, and its worker dies with it.
    workers[0]?.asWorker.terminate()
    await settle()
    clock.advance(10_000)
    await settle()
    clock.advance(1_000)
    await settle()
    expect(shown(fate())).toBe(4)
    expect(task.control.getSnapshot().counts).toMatchObject({ dispatched: 4, requeued: 1, succeeded: 1 })
  })
})

describe('a run that is retried', () => {
  it('ends, however often it may run, where it does not wait in between', async () => {
    const { task, settle, clock, ran } = lab({ retry: 1_030 })
    const fate = watch(task.until(Number.POSITIVE_INFINITY))
    await settle()
    clock.advance(1)
    await settle()
    expect([fate().status, ran.length]).toEqual(['rejected', 1_031])
  }, 30_000)

  it('counts apart from crashes under the heir of its caller, too', async () => {
    const { task, settle, clock, workers } = lab({
      retry: { error: 2, crash: 1, delayMs: 50 },
      defaults: { key: 'k', keyMode: 'dedupe' },
    })
    const calls = [task.until(4), task.until(4)]
    const fates = calls.map((call) => watch(call))
    await settle()
    clock.advance(60)
    await settle()
    clock.advance(120)
    await drain()
    // The third attempt is posted: the first caller leaves, and the worker dies.
    calls[0]?.abort()
    workers[0]?.asWorker.terminate()
    await settle()
    clock.advance(10_000)
    await settle()
    expect(fates.map((fate) => shown(fate()))).toEqual(['aborted', 4])
  })
})

describe('shouldRetry', () => {
  it('is asked with the error and the attempts so far, when no transition is half made', async () => {
    const asked: unknown[] = []
    const { task, settle } = lab({
      retry: {
        error: 5,
        shouldRetry: (error, attempt) => {
          asked.push([error instanceof RangeError, attempt, task.control.getSnapshot().queue.pending])
          return attempt < 2
        },
      },
    })
    const fate = watch(task.until(9))
    await settle()
    expect(asked).toEqual([
      [true, 1, 1],
      [true, 2, 1],
    ])
    expect(fate()).toMatchObject({ reason: { message: 'attempt 2' } })
  })

  it('may end the call, or the task', async () => {
    const { task, settle } = lab({
      retry: {
        error: 5,
        shouldRetry: () => {
          task.control.dispose()
          return true
        },
      },
    })
    const fate = watch(task.until(9))
    await settle()
    expect(shown(fate())).toBe('disposed')
  })
})

describe('what never runs again', () => {
  it('is a call that gave up with an AbortError, and one that was turned away, or does not exist', async () => {
    const { task, settle, ran } = lab({ retry: 5, maxQueueDepth: 0, queuePolicy: 'reject' })
    const given = watch(task.abortError())
    const full = watch(task.echo(1))
    await settle()
    const missing = watch((task as unknown as { nope(): Promise<unknown> }).nope())
    const unclonable = watch(task.echo(() => {}))
    await settle()
    expect(given()).toMatchObject({ reason: { name: 'AbortError' } })
    expect([shown(full()), shown(missing()), shown(unclonable()), ran]).toEqual([
      'queue-full',
      'no-method',
      'queue-full',
      ['call'],
    ])
  })

  it('is a call whose arguments were transferred: it ends with its error, and development says why', async () => {
    const { task, settle, ran } = lab({ retry: 5 })
    const fate = watch(task.with({ transfer: 'auto' }).until(2, new ArrayBuffer(8)))
    await settle()
    expect([fate().status, ran.length]).toEqual(['rejected', 1])
    expect(vi.mocked(console.warn).mock.calls.flat().join()).toMatch(
      /lab\.until \(call-1\) threw and is not tried again: its arguments were transferred/,
    )
  })

  it('is a stream of which items were read', async () => {
    const { task, settle } = lab({ retry: 5 })
    const read: number[] = []
    const fate = watch(
      (async () => {
        for await (const item of task.items()) read.push(item)
      })(),
    )
    await settle()
    expect([fate().status, read]).toEqual(['rejected', [1]])
  })
})
