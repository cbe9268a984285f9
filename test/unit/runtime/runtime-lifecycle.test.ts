/** The life of a runtime and its tasks: definition, retain and park, stop and start, idle workers, disposal. */
import { describe, expect, it } from 'vitest'
import type { TaskConfig } from '../../../src/types/task.ts'
import { drain, makeLab, shown, watch } from '../support/lab.ts'
import { StepWorker } from '../support/step-worker.ts'

const handlers = () => ({
  echo: (value: unknown) => value,
  wait: (_value?: unknown) => new Promise<void>(() => {}),
})
type Api = ReturnType<typeof handlers>
const setUp = (config: Partial<TaskConfig<Api>> = {}) => makeLab(handlers, { maxQueueDepth: 10, ...config })

describe('retain', () => {
  it('parks the workers a while after the last release, and the next call starts them again', async () => {
    const { runtime, task, clock, workers, settle } = setUp()
    const [first, second] = [runtime.retain({ graceMs: 100 }), runtime.retain({ graceMs: 100 })]
    const running = watch(task.wait())
    await settle()
    first()
    first()
    clock.advance(500)
    expect(workers[0]?.isAlive).toBe(true)
    second()
    clock.advance(99)
    expect(workers[0]?.isAlive).toBe(true)
    clock.advance(1)
    await drain()
    expect([workers[0]?.isAlive, shown(running())]).toEqual([false, 'aborted'])
    const next = watch(task.echo(1))
    await settle()
    expect([shown(next()), workers.length]).toEqual([1, 2])
  })

  it('lets whoever retains meanwhile keep them', async () => {
    const { runtime, task, clock, workers, settle } = setUp()
    runtime.retain({ graceMs: 100 })()
    task.control.start()
    await settle()
    clock.advance(50)
    runtime.retain()
    clock.advance(500)
    expect(workers[0]?.isAlive).toBe(true)
  })

  it.each([
    [0, 0],
    [2 ** 31, 2 ** 31],
    [Number.POSITIVE_INFINITY, undefined],
  ])('parks after a grace of %s, not before', async (graceMs, parkedAfter) => {
    const { runtime, task, clock, workers, settle } = setUp()
    task.control.start()
    await settle()
    runtime.retain({ graceMs })()
    expect(workers[0]?.isAlive).toBe(true)
    if (parkedAfter !== 0) clock.advance(10_000)
    expect(workers[0]?.isAlive).toBe(true)
    clock.advance(2 ** 31)
    expect(workers[0]?.isAlive).toBe(parkedAfter === undefined)
  })

  it('keeps the workers of whoever retains it when it hears of the calls that parking ended', async () => {
    const { runtime, task, clock, workers, settle } = setUp()
    const release = runtime.retain({ graceMs: 100 })
    let hasRetained = false
    runtime.subscribeEvents((event) => {
      if (event.kind !== 'span' || hasRetained) return
      hasRetained = true
      runtime.retain()
    })
    void task.wait().catch(() => {})
    await settle()
    release()
    clock.advance(100)
    await settle()
    expect(hasRetained).toBe(true)
    void task.echo(1)
    await settle()
    clock.advance(10_000)
    await settle()
    expect(workers.at(-1)?.isAlive).toBe(true)
  })

  it('parks the workers again that a late call has started, once it is over', async () => {
    const { runtime, task, clock, workers, settle } = setUp()
    runtime.retain({ graceMs: 100 })()
    clock.advance(100)
    const late = watch(task.echo(1))
    await settle()
    expect([shown(late()), workers[0]?.isAlive]).toEqual([1, true])
    clock.advance(99)
    const later = watch(task.wait())
    await settle()
    clock.advance(500)
    expect([shown(later()), workers[0]?.isAlive]).toEqual(['open', true])
    task.control.stop()
    task.control.start()
    await settle()
    expect([shown(later()), workers[1]?.isAlive]).toEqual(['aborted', true])
    clock.advance(100)
    await settle()
    expect([workers[1]?.isAlive, clock.pending]).toEqual([false, 0])
  })

  it('leaves the workers of late calls to whoever retains the runtime meanwhile', async () => {
    const { runtime, task, clock, workers, settle } = setUp()
    runtime.retain({ graceMs: 100 })()
    clock.advance(100)
    void task.echo(1)
    await settle()
    runtime.retain()
    clock.advance(500)
    expect(workers[0]?.isAlive).toBe(true)
  })

  it('leaves a disposed runtime alone', () => {
    const { runtime, clock } = setUp()
    const release = runtime.retain({ graceMs: 10 })
    runtime.dispose()
    release()
    expect(clock.pending).toBe(0)
  })
})

describe('stop', () => {
  it('aborts what runs, keeps what waits, and start goes on with it in order', async () => {
    const { task, settle, workers } = setUp()
    const running = watch(task.wait())
    await settle()
    const waiting = [1, 2, 3].map((value) => watch(task.echo(value)))
    task.control.stop()
    await settle()
    expect([workers[0]?.isAlive, shown(running())]).toEqual([false, 'aborted'])
    const late = watch(task.echo(4))
    await settle()
    expect([...waiting, late].map((fate) => shown(fate()))).toEqual(['open', 'open', 'open', 'open'])
    expect(task.control.getSnapshot()).toMatchObject({
      status: 'stopped',
      queue: { inFlight: 0, pending: 4 },
    })
    task.control.start()
    await settle()
    expect([...waiting, late].map((fate) => shown(fate()))).toEqual([1, 2, 3, 4])
  })

  it('keeps what was only handed ahead, though it stands behind a call that is stopped', async () => {
    const { task, settle } = setUp()
    for (let call = 0; call < 3; call++) void task.echo(call)
    await settle()
    const fates = [1, 2, 3].map((value) => watch(task.echo(value)))
    await drain()
    const before = task.control.getSnapshot()
    expect(before.queue.ahead).toBe(2)
    task.control.stop()
    const after = task.control.getSnapshot()
    expect([before.queue.inFlight, after.queue.pending]).toEqual([1, before.queue.pending])
    expect(after.counts.dispatched).toBe(before.counts.dispatched)
    task.control.start()
    await settle()
    expect(fates.map((fate) => shown(fate()))).toEqual(['aborted', 2, 3])
  })
})

describe('idle workers', () => {
  it('are stopped one by one when they have had nothing to do for so long, and not before', async () => {
    const { task, clock, workers, settle } = setUp({ maxWorkers: 2, idleTimeoutMs: 100 })
    task.control.start()
    await settle()
    clock.advance(60)
    void task.echo(1)
    await settle()
    clock.advance(60)
    expect(workers.map(({ isAlive }) => isAlive).sort()).toEqual([false, true])
    clock.advance(60)
    expect(workers.map(({ isAlive }) => isAlive)).toEqual([false, false])
    expect(clock.pending).toBe(0)
    const next = watch(task.echo(2))
    await settle()
    expect(shown(next())).toBe(2)
  })

  it('are left alone while they work', async () => {
    const { task, clock, workers, settle } = setUp({ idleTimeoutMs: 100 })
    void task.wait()
    await settle()
    clock.advance(1_000)
    expect(workers[0]?.isAlive).toBe(true)
  })
})

describe('a worker with a teardown', () => {
  it('is given a second for it, and its port is not heard meanwhile', async () => {
    const ended: string[] = []
    const lab = makeLab(handlers, {}, { lifecycle: { teardown: () => ended.push('torn down') } })
    lab.task.control.start()
    await lab.settle()
    lab.task.control.stop()
    expect([lab.workers[0]?.isAlive, ended]).toEqual([true, []])
    await lab.settle()
    expect([lab.workers[0]?.isAlive, ended]).toEqual([false, ['torn down']])
    lab.clock.advance(20_000)
    expect(lab.clock.pending).toBe(0)
    expect(lab.task.control.getSnapshot().lastCrash).toBeUndefined()
  })

  it('is ended after a second when the teardown does not end', async () => {
    const lab = makeLab(handlers, {}, { lifecycle: { teardown: () => new Promise(() => {}) } })
    lab.task.control.start()
    await lab.settle()
    lab.runtime.dispose()
    await lab.settle()
    expect(lab.workers[0]?.isAlive).toBe(true)
    lab.clock.advance(1_000)
    expect(lab.workers[0]?.isAlive).toBe(false)
  })
})

describe('defineTask', () => {
  it('gives one task for one object of options, until it is disposed', () => {
    const { runtime } = setUp()
    const options = {
      type: 'parallel' as const,
      taskId: 'mine',
      worker: () => new StepWorker(handlers).asWorker,
    }
    const task = runtime.defineTask<Api>(options)
    expect(runtime.defineTask<Api>(options)).toBe(task)
    task.control.dispose()
    const again = runtime.defineTask<Api>(options)
    expect(again).not.toBe(task)
    task.control.dispose()
    expect(runtime.getRuntimeSnapshot().tasks.map(({ taskId }) => taskId)).toEqual(['lab', 'mine'])
  })

  it('starts nothing but eager workers', () => {
    const { runtime, workers, clock } = setUp()
    let made = 0
    const worker = () => {
      made++
      return new StepWorker(handlers).asWorker
    }
    runtime.defineTask<Api>({ type: 'parallel', maxWorkers: 3, init: 'eager', worker })
    expect([workers.length, made]).toEqual([0, 3])
    runtime.dispose()
    expect(clock.pending).toBe(0)
  })
})

describe('dispose', () => {
  it('settles every open call, refuses later ones, ends the workers and leaves no timer', async () => {
    const { runtime, task, workers, clock, settle } = setUp({
      maxQueueDepth: 1,
      heartbeatMs: 50,
      idleTimeoutMs: 50,
    })
    const fates = [task.wait(), task.wait(), task.wait()].map(watch)
    await settle()
    runtime.dispose()
    runtime.dispose()
    fates.push(watch(task.echo(1)))
    task.control.start()
    task.control.stop()
    await settle()
    expect(fates.map((fate) => shown(fate()))).toEqual(['disposed', 'disposed', 'disposed', 'disposed'])
    expect([workers.map(({ isAlive }) => isAlive), clock.pending]).toEqual([[false], 0])
    expect(task.control.getSnapshot().queue).toMatchObject({ inFlight: 0, pending: 0, blocked: 0 })
  })

  it('leaves tasks that say so: calls reject, streams and maps end, nothing starts, the last state can be read', async () => {
    const { runtime, task, clock, workers, settle } = setUp()
    const again = task.with({ priority: 'high' })
    void task.echo(1)
    await settle()
    runtime.dispose()
    const fates = [task.echo(2), again.echo(3), task.control.map('echo', [4]).next()].map(watch)
    task.control.start()
    task.control.stop()
    task.control.dispose()
    await settle()
    expect(fates.map((fate) => shown(fate()))).toEqual(['disposed', 'disposed', 'disposed'])
    expect(fates[0]?.()).toMatchObject({ reason: { name: 'TaskDisposedError' } })
    expect(runtime.getRuntimeSnapshot()).toEqual({ tasks: [] })
    expect(task.control.getSnapshot()).toMatchObject({
      status: 'idle',
      counts: { succeeded: 1, canceled: 3 },
    })
    expect([workers.length, clock.pending]).toEqual([1, 0])
  })

  it('gives the task that it had for known options, and refuses new ones', () => {
    const { runtime } = setUp()
    const options = { type: 'parallel' as const, worker: () => new StepWorker(handlers).asWorker }
    const task = runtime.defineTask<Api>(options)
    runtime.dispose()
    expect(runtime.defineTask<Api>(options)).toBe(task)
    expect(() => runtime.defineTask<Api>({ ...options })).toThrow(
      /is disposed: define the task on a live runtime/,
    )
  })

  it('frees the id of a task before anybody hears of the end of its calls', async () => {
    const { runtime, task, settle } = setUp({ taskId: 'mine' })
    const options = {
      type: 'parallel' as const,
      taskId: 'mine',
      worker: () => new StepWorker(handlers).asWorker,
    }
    const defined: unknown[] = []
    runtime.subscribeEvents((event) => {
      if (event.kind === 'span') defined.push(runtime.defineTask<Api>(options).taskId)
    })
    void task.wait().catch(() => {})
    await settle()
    task.control.dispose()
    expect(defined).toEqual(['mine'])
    expect(runtime.getRuntimeSnapshot().tasks).toMatchObject([{ taskId: 'mine', status: 'idle' }])
  })
})
