/** What `setup` is given, what it tells while it runs, and what it means when there is nothing to give. */
import { describe, expect, it } from 'vitest'
import type { TaskConfig } from '../../../src/types/task.ts'
import type { TaskWorkerLifecycle } from '../../../src/worker/lifecycle.ts'
import { drain, makeLab, shown, watch } from '../support/lab.ts'

type Api = { echo(value: unknown): unknown }

function lab(config: Partial<TaskConfig<Api>>, lifecycle?: TaskWorkerLifecycle) {
  const given: unknown[] = []
  const made = makeLab<Api>(() => ({ echo: (value) => value }), config, {
    lifecycle: {
      setup(data) {
        given.push(data)
      },
      ...lifecycle,
    },
  })
  return { ...made, given }
}

describe('setupData', () => {
  it('is the argument of setup: a clone of the value', async () => {
    const setupData = { path: '/index', list: [1, 2] }
    const { task, given, settle } = lab({ setupData })
    const fate = watch(task.echo(1))
    await settle()
    expect([shown(fate()), given]).toEqual([1, [setupData]])
    expect(given[0]).not.toBe(setupData)
  })

  it('is undefined where the task has none', async () => {
    const { task, given, settle } = lab({})
    const fate = watch(task.echo(1))
    await settle()
    expect([shown(fate()), given]).toEqual([1, [undefined]])
  })

  it('is asked for at every start, where it is a function, and may be a promise', async () => {
    let starts = 0
    const { task, given, settle, workers, clock } = lab({ setupData: () => Promise.resolve(++starts) })
    const first = watch(task.echo('first'))
    await settle()
    workers[0]?.terminate()
    await settle()
    const second = watch(task.echo('second'))
    clock.stall(10_000)
    clock.next(10_000)
    await settle()
    expect([shown(first()), shown(second()), given]).toEqual(['first', 'second', [1, 2]])
  })

  it('is awaited without a hurry where the script is quicker: the time of setup begins when it has come', async () => {
    let arrive: (value: unknown) => void = () => {}
    const { task, given, settle, clock } = lab({
      setupData: () => new Promise((resolve) => (arrive = resolve)),
      startTimeoutMs: 100,
    })
    const fate = watch(task.echo(1))
    await settle()
    clock.advance(90)
    arrive('late')
    await drain()
    clock.advance(90)
    await settle()
    expect([shown(fate()), given]).toEqual([1, ['late']])
  })

  it.each<[string, unknown, RegExp]>([
    [
      'throws',
      () => {
        throw new Error('no path')
      },
      /its setupData threw: .*no path/s,
    ],
    ['rejects', () => Promise.reject(new Error('no path')), /its setupData threw: .*no path/s],
    ['cannot be cloned', { open: () => {} }, /setupData\.open cannot be cloned/],
    [
      'cannot be read',
      {
        get open() {
          throw new Error('no path')
        },
      },
      /setupData cannot be read: no path/,
    ],
  ])('that %s is a failed start that names it', async (_, setupData, message) => {
    const { task, given, settle } = lab({ setupData })
    const fate = watch(task.echo(1))
    await settle()
    expect(shown(fate())).toBe('start-failed')
    const { reason } = fate() as { reason: Error }
    expect(reason.message).toMatch(message)
    expect(reason.message).toMatch(/the task's setupData/)
    expect(given).toEqual([])
  })

  it('that never comes is a start that took too long, and names it', async () => {
    const { task, settle, clock } = lab({ setupData: () => new Promise(() => {}), startTimeoutMs: 100 })
    const fate = watch(task.echo(1))
    await settle()
    clock.advance(101)
    await settle()
    expect(shown(fate())).toBe('start-timeout')
    expect((fate() as { reason: Error }).reason.message).toMatch(/no setupData within 100 ms/)
  })

  it('may stop the task: then no worker is set up', async () => {
    const { task, given, settle, runtime } = lab({
      setupData: () => {
        runtime.dispose()
        return 1
      },
    })
    const fate = watch(task.echo(1))
    await settle()
    expect([shown(fate()), given]).toEqual(['disposed', []])
  })
})

describe('the progress of setup', () => {
  it('is in the snapshot while the worker starts, and not after', async () => {
    let ready: () => void = () => {}
    const { task, settle } = lab(
      {},
      {
        setup: (_data, { progress }) => {
          progress({ loaded: 0.5 })
          return new Promise<void>((resolve) => (ready = resolve))
        },
      },
    )
    const fate = watch(task.echo(1))
    await settle()
    const worker = () => task.control.getSnapshot().workers.list[0]
    expect(worker()).toMatchObject({ status: 'starting', startProgress: { loaded: 0.5 } })
    ready()
    await settle()
    expect(shown(fate())).toBe(1)
    expect(worker()).toEqual({ index: 0, status: 'idle', inFlight: 0, crashes: 0 })
  })
})

describe('checkpoint', () => {
  it('runs in each worker that is up when control.checkpoint() asks, one run at a time', async () => {
    const log: string[] = []
    let save: () => void = () => {}
    const { task, settle } = lab(
      {},
      {
        checkpoint: () => {
          log.push('saving')
          return new Promise<void>((resolve) => {
            save = () => {
              log.push('saved')
              resolve()
            }
          })
        },
      },
    )
    await task.control.checkpoint()
    const call = watch(task.echo(1))
    await settle()
    expect([shown(call()), log]).toEqual([1, []])
    const first = watch(task.control.checkpoint())
    const second = watch(task.control.checkpoint())
    await settle()
    expect([first().status, log]).toEqual(['open', ['saving']])
    save()
    await settle()
    expect([first().status, second().status, log]).toEqual([
      'fulfilled',
      'open',
      ['saving', 'saved', 'saving'],
    ])
    save()
    await settle()
    expect(second().status).toBe('fulfilled')
  })

  it('runs once more for all who have asked while it ran, and for the end of the worker', async () => {
    const ends: (() => void)[] = []
    const { task, settle, workers } = lab(
      {},
      { checkpoint: () => new Promise<void>((resolve) => ends.push(resolve)) },
    )
    watch(task.echo(1))
    await settle()
    const saves = [watch(task.control.checkpoint())]
    await settle()
    for (let asked = 0; asked < 5; asked++) saves.push(watch(task.control.checkpoint()))
    await settle()
    ends[0]?.()
    await settle()
    ends[1]?.()
    await settle()
    expect([ends.length, saves.map((save) => save().status)]).toEqual([2, saves.map(() => 'fulfilled')])
    task.control.stop()
    await settle()
    ends[2]?.()
    await settle()
    expect([ends.length, workers[0]?.isAlive]).toEqual([3, false])
  })

  it('that throws rejects control.checkpoint() with its error, and ends nothing', async () => {
    const { task, settle } = lab(
      {},
      {
        checkpoint: () => {
          throw new RangeError('disk full')
        },
      },
    )
    watch(task.echo(1))
    await settle()
    const fate = watch(task.control.checkpoint())
    await settle()
    expect(shown(fate())).toMatchObject({ name: 'RangeError', message: 'disk full' })
    const call = watch(task.echo(2))
    await settle()
    expect(shown(call())).toBe(2)
  })

  it('of a worker that dies meanwhile rejects', async () => {
    const { task, settle, workers } = lab({}, { checkpoint: () => new Promise(() => {}) })
    watch(task.echo(1))
    await settle()
    const fate = watch(task.control.checkpoint())
    await settle()
    workers[0]?.scope.close()
    workers[0]?.asWorker.terminate()
    await settle()
    expect((fate() as { reason: Error }).reason.message).toMatch(/ended before its checkpoint was done/)
  })

  it('runs before teardown when the worker is stopped, also when it throws', async () => {
    const log: string[] = []
    const lifecycle = {
      checkpoint: () => {
        log.push('checkpoint')
        throw new Error('disk full')
      },
      teardown: () => {
        log.push('teardown')
      },
    }
    const { task, settle, workers } = lab({}, lifecycle)
    watch(task.echo(1))
    await settle()
    task.control.stop()
    await settle()
    expect([log, workers[0]?.isAlive]).toEqual([['checkpoint', 'teardown'], false])
  })
})
