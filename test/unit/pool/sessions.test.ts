/** Sessions: where their calls run, in which order, what ends them, and what that means for each call. */
import { describe, expect, it } from 'vitest'
import { isAtelierError, SessionLostError } from '../../../src/errors/errors.ts'
import type { TaskConfig } from '../../../src/types/task.ts'
import { type Fate, makeLab, shown, watch } from '../support/lab.ts'
import type { StepWorker } from '../support/step-worker.ts'

type Api = {
  echo(value: unknown): unknown
  /** Which worker this is. */
  where(): number
  gate(value: unknown): Promise<unknown>
  release(): string
  fail(): never
}

function lab(config: Partial<TaskConfig<Api>> = {}) {
  const gates: (() => void)[] = []
  const ran: unknown[] = []
  const indexes = new Map<StepWorker, number>()
  const made = makeLab<Api>(
    (_scope, worker) => {
      const index = indexes.size
      indexes.set(worker, index)
      return {
        echo: (value) => {
          ran.push([index, value])
          return value
        },
        where: () => index,
        gate: (value) => {
          ran.push([index, value])
          return new Promise((resolve) => gates.push(() => resolve(value)))
        },
        release: () => 'a method',
        fail: () => {
          throw new RangeError('once')
        },
      }
    },
    { maxWorkers: 3, maxQueueDepth: 20, ...config },
  )
  return { ...made, gates, ran, control: made.task.control }
}

const all = (fates: readonly (() => Fate)[]) => fates.map((fate) => shown(fate()))

describe('a session of a pool', () => {
  it('runs its calls on one worker, one after another, and no others there', async () => {
    const { task, control, settle, gates, ran, clock } = lab()
    const session = control.session()
    const first = watch(session.gate('s1'))
    const second = watch(session.echo('s2'))
    const others = [watch(task.gate('a')), watch(task.gate('b')), watch(task.echo('c'))]
    await settle()
    expect(ran).toEqual([
      [0, 's1'],
      [1, 'a'],
      [2, 'b'],
    ])
    const { workers, sessions } = control.getSnapshot()
    expect([sessions, workers.list.map((worker) => worker.sessions)]).toEqual([1, [1, undefined, undefined]])
    gates[0]?.()
    await settle()
    expect([shown(first()), shown(second())]).toEqual(['s1', 's2'])
    // Its worker is idle, and is kept.
    expect(others[2]?.().status).toBe('open')
    expect(ran.at(-1)).toEqual([0, 's2'])
    session.control.release()
    await settle()
    // What was handed to a busy worker meanwhile is taken back.
    clock.advance(5)
    await settle()
    expect([shown(others[2]?.() as Fate), ran.at(-1)]).toEqual(['c', [0, 'c']])
    expect(control.getSnapshot()).not.toHaveProperty('sessions')
  })

  it.each([0, 1, 20])(
    'goes on though calls that wait for another worker came before (maxQueueDepth: %s)',
    async (maxQueueDepth) => {
      const { task, control, settle } = lab({ maxWorkers: 1, maxQueueDepth })
      const session = control.session()
      const first = watch(session.echo(1))
      await settle()
      const others = Array.from({ length: 4 }, (_, index) => watch(task.echo(index)))
      const second = watch(session.echo(2))
      const third = watch(session.echo(3))
      await settle()
      expect(all([first, second, third])).toEqual([1, 2, 3])
      expect(others.map((other) => other().status)).toEqual(Array(4).fill('open'))
      session.control.release()
      await settle()
      expect(all(others)).toEqual([0, 1, 2, 3])
    },
  )

  it('keeps its order across methods, keys and retries', async () => {
    const { control, settle, ran, clock } = lab({
      methods: { echo: { keyMode: 'latest' } },
      retry: { error: 1, delayMs: 50 },
    })
    const session = control.session()
    const fates = [
      watch(session.fail()),
      watch(session.echo(1)),
      watch(session.with({ key: 'k', keyMode: 'dedupe' }).echo(2)),
      watch(session.with({ key: 'k' }).echo(3)),
      watch(session.where()),
    ]
    await settle()
    expect(ran).toEqual([])
    clock.advance(60)
    await settle()
    expect(all(fates).slice(1)).toEqual([1, 2, 3, 0])
    expect(fates[0]?.().status).toBe('rejected')
    expect(ran).toEqual([
      [0, 1],
      [0, 2],
      [0, 3],
    ])
  })

  it('has its worker for itself: calls that wait for others do not hold it up', async () => {
    const { task, control, settle, ran } = lab({ ahead: 'off' })
    const session = control.session()
    watch(session.echo('begin'))
    await settle()
    const others = ['a', 'b', 'c'].map((value) => watch(task.gate(value)))
    await settle()
    const next = watch(session.echo('commit'))
    await settle()
    expect([shown(next()), ...all(others)]).toEqual(['commit', 'open', 'open', 'open'])
    expect(ran.at(-1)).toEqual([0, 'commit'])
    expect(control.getSnapshot().queue).toMatchObject({ inFlight: 2, pending: 1, blocked: 0 })
  })

  it('passes through a queue of no depth, to its own worker', async () => {
    const { task, control, settle } = lab({ maxQueueDepth: 0, queuePolicy: 'reject' })
    const session = control.session()
    watch(session.echo('begin'))
    await settle()
    for (const value of ['a', 'b']) watch(task.gate(value))
    await settle()
    const fates = [watch(session.gate('commit')), watch(task.echo('c'))]
    await settle()
    fates.push(watch(session.echo('late')))
    await settle()
    expect(all(fates)).toEqual(['open', 'queue-full', 'queue-full'])
  })

  it('is one of so many: one worker is left for other calls', async () => {
    const { control, settle, task } = lab()
    const sessions = [control.session(), control.session()]
    expect(() => control.session()).toThrow(/at most 2 of its 3 workers can be reserved for sessions/)
    const places = sessions.map((session) => watch(session.where()))
    const call = watch(task.where())
    await settle()
    expect([all(places), shown(call())]).toEqual([[0, 1], 2])
    sessions[0]?.control.release()
    control.session()
    const single = lab({ maxWorkers: 1 })
    const only = single.control.session()
    const inside = watch(only.echo(1))
    const outside = watch(single.task.echo(2))
    await single.settle()
    expect([shown(inside()), outside().status]).toEqual([1, 'open'])
    only.control.release()
    await single.settle()
    expect(shown(outside())).toBe(2)
  })

  it('ends by itself when nobody uses it, and not while a call is open', async () => {
    const { control, task, settle, clock, gates } = lab({ maxWorkers: 1 })
    const session = control.session({ timeoutMs: 100 })
    const long = watch(session.gate(1))
    const other = watch(task.echo(2))
    await settle()
    clock.advance(150)
    gates[0]?.()
    await settle()
    expect([shown(long()), other().status]).toEqual([1, 'open'])
    clock.advance(250)
    await settle()
    expect(shown(other())).toBe(2)
    const late = watch(session.echo(3))
    await settle()
    expect((late() as { reason: Error }).reason.message).toMatch(/it was not used for 100 ms/)
    expect(() => control.session({ timeoutMs: 0 })).toThrow(/"timeoutMs".*more than 0/)
  })

  it('counts the time without a call from the end of the last one', async () => {
    const { control, settle, clock, gates } = lab({ maxWorkers: 1 })
    const session = control.session({ timeoutMs: 100 })
    watch(session.gate(1))
    await settle()
    clock.advance(90)
    gates[0]?.()
    await settle()
    clock.advance(90)
    const next = watch(session.echo(2))
    await settle()
    clock.advance(90)
    await settle()
    expect([shown(next()), control.getSnapshot().sessions]).toEqual([2, 1])
    clock.advance(11)
    expect(control.getSnapshot().sessions).toBeUndefined()
  })
})

describe('a session whose worker is gone', () => {
  it.each([{ retry: 3 }, { retry: { crash: 3 } }])(
    'fails all its calls, and none of them runs anywhere else: %o',
    async (config) => {
      const { task, control, settle, workers, clock, ran } = lab({
        type: 'singleton',
        maxWorkers: 1,
        ...config,
      })
      const session = control.session()
      const begun = watch(session.echo('begin'))
      await settle()
      const calls = [watch(session.gate('insert')), watch(session.echo('commit'))]
      const other = watch(task.echo('other'))
      await settle()
      workers[0]?.asWorker.terminate()
      await settle()
      const late = watch(session.echo('late'))
      clock.advance(10_000)
      await settle()
      expect([shown(begun()), ...all(calls), shown(late())]).toEqual([
        'begin',
        'session-lost',
        'session-lost',
        'session-lost',
      ])
      const { reason } = (calls[0] as () => Fate)() as { reason: Error }
      expect(reason).toBeInstanceOf(SessionLostError)
      expect(isAtelierError(reason, 'session-lost')).toBe(true)
      expect(reason).toMatchObject({ name: 'SessionLostError', method: 'gate', phase: 'running' })
      expect(reason.message).toMatch(/its worker is gone/)
      // Calls beside it go on.
      expect(shown(other())).toBe('other')
      expect(ran.filter((each) => /commit|late/.test(String(each)))).toEqual([])
      expect(control.getSnapshot().queue).toMatchObject({ inFlight: 0, pending: 0, blocked: 0 })
    },
  )

  it('has none of its calls run on another worker that is free, not even one that nobody waits for any more', async () => {
    const { task, control, settle, workers, ran } = lab()
    const session = control.session()
    const calls = [watch(session.gate('begin')), watch(session.echo('insert'))]
    watch(task.echo('other'))
    await settle()
    workers[0]?.asWorker.terminate()
    await settle()
    expect(all(calls)).toEqual(['session-lost', 'session-lost'])
    expect(ran).toEqual([
      [0, 'begin'],
      [1, 'other'],
    ])
  })

  it('is lost between two calls as well', async () => {
    const { control, settle, workers } = lab({ type: 'singleton', maxWorkers: 1 })
    const session = control.session()
    watch(session.echo('begin'))
    await settle()
    workers[0]?.asWorker.terminate()
    await settle()
    const late = watch(session.echo('commit'))
    await settle()
    expect(shown(late())).toBe('session-lost')
    expect(workers).toHaveLength(1)
  })

  it.each(['stop', 'park', 'dispose'] as const)('is lost when its task is asked to %s', async (how) => {
    const { control, runtime, settle, clock } = lab()
    const session = control.session()
    watch(session.echo('begin'))
    await settle()
    const calls = [watch(session.gate('runs')), watch(session.echo('waits'))]
    await settle()
    if (how === 'stop') control.stop()
    else if (how === 'dispose') control.dispose()
    else {
      runtime.retain({ graceMs: 0 })()
      clock.advance(1)
    }
    await settle()
    control.start()
    const late = watch(session.echo('late'))
    await settle()
    expect([...all(calls), shown(late())]).toEqual(
      {
        stop: ['aborted', 'session-lost', 'session-lost'],
        park: ['aborted', 'aborted', 'session-lost'],
        dispose: ['disposed', 'disposed', 'disposed'],
      }[how],
    )
  })

  it('is not stopped when it is idle', async () => {
    const { control, settle, clock, workers } = lab({ idleTimeoutMs: 50 })
    const session = control.session({ timeoutMs: 1_000 })
    watch(session.echo(1))
    await settle()
    clock.advance(500)
    expect(workers[0]?.isAlive).toBe(true)
    session.control.release()
    await settle()
    clock.advance(60)
    expect(workers[0]?.isAlive).toBe(false)
  })

  it('that never started held nothing: the session gets another one', async () => {
    let fails = true
    const { control, settle, clock } = lab({
      setupData: () => {
        if (fails) throw new Error('not yet')
      },
    })
    const session = control.session()
    const first = watch(session.where())
    await settle()
    expect(shown(first())).toBe('start-failed')
    fails = false
    const second = watch(session.where())
    clock.advance(300)
    await settle()
    expect(shown(second())).toBe(1)
  })
})

describe('the end of a session', () => {
  it('aborts what is open, and turns later calls away', async () => {
    const { control, settle, gates } = lab()
    const session = control.session()
    const calls = [watch(session.gate(1)), watch(session.echo(2))]
    await settle()
    session.control.release()
    session.control.release()
    await settle()
    const late = watch(session.with({ priority: 'high' }).echo(3))
    gates[0]?.()
    await settle()
    expect([...all(calls), shown(late())]).toEqual(['aborted', 'aborted', 'session-lost'])
  })

  it('comes with its block', async () => {
    const { control, settle } = lab()
    {
      using session = control.session()
      watch(session.echo(1))
      await settle()
      expect(control.getSnapshot().sessions).toBe(1)
    }
    expect(control.getSnapshot()).not.toHaveProperty('sessions')
  })

  it('leaves the names of methods alone', async () => {
    const { control, settle } = lab()
    const session = control.session()
    const fate = watch(session.release())
    await settle()
    expect(shown(fate())).toBe('a method')
    expect(String(session)).toBe('Task(lab)')
    expect('release' in control).toBe(false)
  })
})
