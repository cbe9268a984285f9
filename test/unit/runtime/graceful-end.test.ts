/** The graceful end of tasks and runtimes: who waits for what, what is turned away, and what is gone in the end. */
import { describe, expect, it, vi } from 'vitest'
import type { TaskConfig } from '../../../src/types/task.ts'
import type { TaskWorkerLifecycle } from '../../../src/worker/lifecycle.ts'
import { type Fate, makeLab, shown, watch } from '../support/lab.ts'

type Api = {
  echo(value: unknown): unknown
  gate(value: unknown): Promise<unknown>
}

function lab(config: Partial<TaskConfig<Api>> = {}, lifecycle?: TaskWorkerLifecycle) {
  const gates: (() => void)[] = []
  const ran: unknown[] = []
  const made = makeLab<Api>(
    () => ({
      echo: (value) => {
        ran.push(value)
        return value
      },
      gate: (value) => {
        ran.push(value)
        return new Promise((resolve) => gates.push(() => resolve(value)))
      },
    }),
    config,
    { ...(lifecycle && { lifecycle }) },
  )
  return { ...made, gates, ran, control: made.task.control }
}

const all = (fates: readonly (() => Fate)[]) => fates.map((fate) => shown(fate()))

describe('whenIdle', () => {
  it('is fulfilled at once where nothing is open, else when the last call has ended', async () => {
    const { task, control, runtime, gates, settle } = lab()
    await control.whenIdle()
    await runtime.whenIdle()
    const calls = [watch(task.gate(1)), watch(task.echo(2))]
    const idle = [watch(control.whenIdle()), watch(runtime.whenIdle())]
    await settle()
    expect(idle.map((fate) => fate().status)).toEqual(['open', 'open'])
    gates[0]?.()
    await settle()
    expect(idle.map((fate) => fate().status)).toEqual(['fulfilled', 'fulfilled'])
    expect(all(calls)).toEqual([1, 2])
  })

  it('waits for the handler of an aborted call', async () => {
    const { task, control, gates, settle } = lab({ abortGraceMs: Number.POSITIVE_INFINITY })
    const call = task.gate(1)
    const fate = watch(call)
    await settle()
    call.abort()
    const idle = watch(control.whenIdle())
    await settle()
    expect([shown(fate()), idle().status]).toEqual(['aborted', 'open'])
    gates[0]?.()
    await settle()
    expect(idle().status).toBe('fulfilled')
  })

  it.each(['whenIdle', 'close'] as const)(
    'of a runtime waits for what was replaced, and no longer: %s',
    async (how) => {
      vi.spyOn(console, 'warn').mockReturnValueOnce()
      const { task, runtime, settle, gates } = lab()
      const call = watch(task.gate(1))
      await settle()
      runtime.defineTask({ type: 'parallel', taskId: 'lab', worker: () => new Worker('') })
      const idle = watch(runtime[how]())
      await settle()
      expect(idle().status).toBe('open')
      gates[0]?.()
      await settle()
      expect([shown(call()), idle().status]).toEqual([1, 'fulfilled'])
    },
  )

  it('is fulfilled by the end of the task or the runtime', async () => {
    const { task, control, runtime, settle } = lab()
    watch(task.gate(1))
    await settle()
    const idle = watch(control.whenIdle())
    const everything = watch(runtime.whenIdle())
    control.dispose()
    await settle()
    expect([idle().status, everything().status]).toEqual(['fulfilled', 'fulfilled'])
    const other = runtime.defineTask<Api>({ type: 'singleton', worker: () => ({}) as Worker })
    watch(other.gate(1))
    const last = watch(runtime.whenIdle())
    runtime.dispose()
    await settle()
    expect(last().status).toBe('fulfilled')
  })
})

describe('close', () => {
  it('lets open calls finish, turns new ones away, and is fulfilled when teardown is done', async () => {
    const log: string[] = []
    let finish: () => void = () => {}
    const { task, control, gates, settle, workers } = lab(
      {},
      {
        teardown: () =>
          new Promise<void>((resolve) => {
            log.push('teardown')
            finish = resolve
          }),
      },
    )
    const open = [watch(task.gate(1)), watch(task.echo(2))]
    await settle()
    const end = watch(control.close())
    expect(control.close()).toBe(control.close())
    const late = watch(task.echo(3))
    await settle()
    expect([shown(late()), end().status]).toEqual(['closed', 'open'])
    expect(late()).toMatchObject({ reason: { name: 'TaskDisposedError', phase: 'pending' } })
    gates[0]?.()
    await settle()
    expect([all(open), log, end().status]).toEqual([[1, 2], ['teardown'], 'open'])
    finish()
    await settle()
    expect([end().status, workers[0]?.isAlive]).toEqual(['fulfilled', false])
    // Once and for all.
    control.start()
    const later = watch(task.echo(4))
    await settle()
    expect([shown(later()), workers.length]).toEqual(['closed', 1])
  })

  it('waits for the teardown of workers that were stopped before', async () => {
    let finish: () => void = () => {}
    const teardown = () => new Promise<void>((resolve) => (finish = resolve))
    const { task, control, settle } = lab({}, { teardown })
    watch(task.echo(1))
    await settle()
    control.stop()
    await settle()
    const end = watch(control.close())
    await settle()
    expect(end().status).toBe('open')
    finish()
    await settle()
    expect(end().status).toBe('fulfilled')
  })

  it('of a runtime closes every task, and those that are defined meanwhile, and disposes', async () => {
    const { task, runtime, gates, settle } = lab()
    const call = watch(task.gate(1))
    await settle()
    const end = watch(runtime.close())
    const other = runtime.defineTask<Api>({ type: 'singleton', init: 'eager', worker: () => ({}) as Worker })
    const late = [watch(task.echo(2)), watch(other.echo(3))]
    await settle()
    expect([all(late), end().status]).toEqual([['closed', 'closed'], 'open'])
    gates[0]?.()
    await settle()
    expect([shown(call()), end().status]).toEqual([1, 'fulfilled'])
    expect(runtime.getRuntimeSnapshot().tasks).toEqual([])
  })

  it('does not wait for workers that never come: what waits in a stopped task rejects', async () => {
    const { task, control, settle } = lab()
    control.stop()
    const call = watch(task.echo(1))
    const end = watch(control.close())
    await settle()
    expect([shown(call()), end().status]).toEqual(['disposed', 'fulfilled'])
    const second = lab()
    const waiting = watch(second.task.gate(1))
    const closing = watch(second.control.close())
    second.control.stop()
    await second.settle()
    expect([shown(waiting()), closing().status]).toEqual(['disposed', 'fulfilled'])
  })

  it('comes to its end when the task fails, or is disposed of meanwhile', async () => {
    const failing = lab({ onCrash: 'fail-task' })
    const calls = [watch(failing.task.gate(1)), watch(failing.task.gate(2))]
    await failing.settle()
    const end = watch(failing.control.close())
    failing.workers[0]?.asWorker.terminate()
    await failing.settle()
    expect([all(calls), end().status]).toEqual([['crashed', 'crashed'], 'fulfilled'])
    const disposed = lab()
    const call = watch(disposed.task.gate(1))
    const closing = watch(disposed.control.close())
    disposed.control.dispose()
    await disposed.settle()
    expect([shown(call()), closing().status]).toEqual(['disposed', 'fulfilled'])
  })

  it('is what await using calls', async () => {
    const { runtime, control } = lab()
    expect(control[Symbol.asyncDispose]).toBe(control.close)
    expect(runtime[Symbol.asyncDispose]).toBe(runtime.close)
  })
})

describe('clearQueue', () => {
  it('aborts what waits, wherever it does, and leaves what runs', async () => {
    const { task, control, gates, settle, ran } = lab({ maxQueueDepth: 3, defaults: { key: 'k' } })
    const running = watch(task.with({ keyMode: 'serial' }).gate('runs'))
    await settle()
    const waiting = [
      task.with({ keyMode: 'serial' }).echo('held'),
      task.with({ keyMode: 'dedupe' }).echo('shared'),
      task.with({ keyMode: 'dedupe' }).echo('joined'),
      task.echo('ready'),
      task.echo('blocked'),
    ].map(watch)
    await settle()
    const reason = new Error('enough')
    expect(control.clearQueue(reason)).toBe(5)
    await settle()
    expect(all(waiting)).toEqual(['aborted', 'aborted', 'aborted', 'aborted', 'aborted'])
    expect(waiting[0]?.()).toMatchObject({ reason: { cause: reason } })
    expect([running().status, control.clearQueue()]).toEqual(['open', 0])
    gates[0]?.()
    await settle()
    expect([shown(running()), ran]).toEqual(['runs', ['runs']])
  })

  it('leaves those who share a run that goes on', async () => {
    const { task, control, gates, settle } = lab({ defaults: { key: 'k', keyMode: 'dedupe' } })
    const both = [watch(task.gate(1)), watch(task.gate(2))]
    await settle()
    expect(control.clearQueue()).toBe(0)
    gates[0]?.()
    await settle()
    expect(all(both)).toEqual([1, 1])
  })

  it('aborts what was given to a worker that still starts, and starts none for it', async () => {
    const { task, control, settle, ran } = lab()
    const calls = [watch(task.echo(1)), watch(task.echo(2))]
    expect(control.clearQueue()).toBe(2)
    await settle()
    expect([all(calls), ran]).toEqual([['aborted', 'aborted'], []])
  })
})

describe('setPriority', () => {
  it.each([false, true])(
    'moves a call that waits among those of its new priority (ahead: %s)',
    async (isAhead) => {
      const { task, gates, settle, ran } = lab({
        maxQueueDepth: 8,
        ahead: isAhead ? 'auto' : 'off',
        defaults: { timeoutMs: 1e6 },
      })
      const first = watch(task.gate('first'))
      await settle()
      const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((name) => task.echo(name))
      const fates = [a, b, c, d].map((call) => watch(call as Promise<unknown>))
      await settle()
      d?.setPriority('high')
      c?.setPriority('high')
      a?.setPriority('low')
      b?.setPriority('normal')
      gates[0]?.()
      await settle()
      expect([shown(first()), all(fates)]).toEqual(['first', ['a', 'b', 'c', 'd']])
      // By their age: c was there before d. What the worker had begun to take ahead may be first.
      expect(ran).toEqual(['first', 'c', 'd', 'b', 'a'])
      a?.setPriority('high')
    },
  )

  it('leaves a call that runs as it is, and refuses what is no priority', async () => {
    const { task, gates, settle } = lab()
    const call = task.gate(1)
    const fate = watch(call)
    await settle()
    call.setPriority('low')
    expect(() => call.setPriority('urgent' as 'high')).toThrow(/"priority".*'high' \| 'normal' \| 'low'/)
    gates[0]?.()
    await settle()
    expect(shown(fate())).toBe(1)
  })

  it('of one who shares a run makes it more urgent, never less', async () => {
    const { task, gates, settle, ran } = lab({ maxQueueDepth: 8, ahead: 'off' })
    watch(task.gate('first'))
    await settle()
    const shared = task.with({ key: 'k', keyMode: 'dedupe' })
    const calls = [task.echo('a'), shared.echo('leads'), shared.echo('joins')]
    for (const call of calls) watch(call)
    calls[2]?.setPriority('low')
    calls[2]?.setPriority('high')
    gates[0]?.()
    await settle()
    expect(ran).toEqual(['first', 'leads', 'a'])
  })

  it('lets a blocked caller in before all who are less urgent', async () => {
    const { task, gates, settle, ran } = lab({ maxQueueDepth: 1, ahead: 'off' })
    watch(task.gate('first'))
    await settle()
    const calls = ['ready', 'blocked', 'urgent'].map((name) => task.echo(name))
    for (const call of calls) watch(call)
    calls[2]?.setPriority('high')
    gates[0]?.()
    await settle()
    expect(ran).toEqual(['first', 'urgent', 'ready', 'blocked'])
  })
})
