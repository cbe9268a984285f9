/** Calls of one method and key, case by case: who runs, who waits, who shares a run and who leaves it. */
import { describe, expect, it } from 'vitest'
import type { KeyMode, TaskConfig } from '../../../src/types/task.ts'
import { taskContext } from '../../../src/worker/task-context.ts'
import { type Lab, makeLab, shown, watch } from '../support/lab.ts'

const makeHandlers = () => {
  const gates: (() => void)[] = []
  const started: unknown[] = []
  const begin = (value: unknown) => started.push(value)
  return {
    gates,
    started,
    handlers: () => ({
      echo: (value: unknown) => {
        begin(value)
        return value
      },
      gate: (value: unknown) => {
        begin(value)
        return new Promise((resolve) => gates.push(() => resolve(value)))
      },
      report: (value: unknown) => {
        taskContext().progress(value)
        return new Promise((resolve) => gates.push(() => resolve(value)))
      },
      *count(to: number) {
        begin(to)
        for (let item = 1; item <= to; item++) yield item
      },
      deaf: (value: unknown) => {
        begin(value)
        return new Promise(() => {})
      },
    }),
  }
}
type Api = ReturnType<ReturnType<typeof makeHandlers>['handlers']>

/** A task whose calls all have one key, and what tells of its handlers. */
function setUp(keyMode: KeyMode, config: Partial<TaskConfig<Api>> = {}) {
  const { gates, started, handlers } = makeHandlers()
  const lab: Lab<Api> = makeLab(handlers, { maxQueueDepth: 10, abortGraceMs: 5, ...config })
  const open = async () => {
    for (const each of gates.splice(0)) each()
    await lab.settle()
  }
  return { ...lab, keyed: lab.task.with({ key: 'a', keyMode }), started, open }
}

describe('serial', () => {
  it('runs one after another, and lets other keys pass', async () => {
    const { keyed, task, started, settle, open } = setUp('serial', { maxWorkers: 2 })
    const fates = [
      keyed.gate(1),
      keyed.gate(2),
      keyed.gate(3),
      task.with({ key: 'b', keyMode: 'serial' }).gate(4),
    ].map(watch)
    await settle()
    expect(started).toEqual([1, 4])
    await open()
    expect(started).toEqual([1, 4, 2])
    await open()
    await open()
    expect(fates.map((fate) => shown(fate()))).toEqual([1, 2, 3, 4])
  })

  it('goes on after a call that was aborted once its handler has ended', async () => {
    const { keyed, started, settle, clock } = setUp('serial', { maxWorkers: 2 })
    const first = keyed.deaf(1)
    const fates = [first, keyed.deaf(2)].map(watch)
    await settle()
    first.abort()
    await settle()
    expect([started, ...fates.map((fate) => shown(fate()))]).toEqual([[1], 'aborted', 'open'])
    clock.advance(5)
    await settle()
    expect(started).toEqual([1, 2])
  })
})

describe('latest', () => {
  it('aborts what runs and what waits for the newest', async () => {
    const { keyed, task, settle, open } = setUp('latest')
    const fates = [keyed.gate(1), keyed.gate(2), task.gate(3), keyed.gate(4)].map(watch)
    await settle()
    expect(fates.map((fate) => shown(fate()))).toEqual(['superseded', 'superseded', 'open', 'open'])
    await open()
    await open()
    await open()
    expect(fates.map((fate) => shown(fate()))).toEqual(['superseded', 'superseded', 3, 4])
  })
})

describe('keep-last', () => {
  it('lets the running one finish and keeps the newest of those that wait', async () => {
    const { keyed, started, settle, open } = setUp('keep-last', { maxWorkers: 2 })
    const first = watch(keyed.gate(1))
    await settle()
    const fates = [keyed.gate(2), keyed.gate(3), keyed.gate(4)].map(watch)
    await open()
    await open()
    expect([first, ...fates].map((fate) => shown(fate()))).toEqual([1, 'superseded', 'superseded', 4])
    expect(started).toEqual([1, 4])
  })
})

describe('dedupe', () => {
  it('runs once for all who ask meanwhile, and again for who asks later', async () => {
    const { keyed, started, settle, open } = setUp('dedupe')
    const fates = [keyed.gate(1), keyed.gate(2), keyed.gate(3)].map(watch)
    await settle()
    await open()
    expect(fates.map((fate) => shown(fate()))).toEqual([1, 1, 1])
    const later = watch(keyed.gate(4))
    await settle()
    await open()
    expect([started, shown(later())]).toEqual([[1, 4], 4])
  })

  it('takes one slot and one place in the queue', async () => {
    const { keyed, settle, task } = setUp('dedupe', { maxQueueDepth: 0, queuePolicy: 'reject' })
    const fates = [keyed.gate(1), keyed.gate(2), keyed.gate(3)].map(watch)
    await settle()
    expect(task.control.getSnapshot().queue).toMatchObject({ inFlight: 1, pending: 0 })
    expect(fates.map((fate) => shown(fate()))).toEqual(['open', 'open', 'open'])
  })

  it.each(['before its worker is up', 'while it runs', 'while it is handed ahead', 'while it waits'])(
    'goes on for the others when the first leaves %s',
    async (when) => {
      const { keyed, task, settle, open } = setUp('dedupe')
      if (when !== 'before its worker is up') {
        void task.echo(0)
        await settle()
      }
      if (when === 'while it is handed ahead') void task.gate(0)
      if (when === 'while it waits') task.control.stop()
      const first = keyed.echo(1)
      const fates = [first, keyed.echo(1)].map(watch)
      if (when !== 'before its worker is up') await Promise.resolve()
      first.abort()
      task.control.start()
      await settle()
      await open()
      expect(fates.map((fate) => shown(fate()))).toEqual(['aborted', 1])
    },
  )

  it('stops the run when the last has left, and replaces a worker that does not stop', async () => {
    const { keyed, settle, clock, task, workers } = setUp('dedupe')
    const calls = [keyed.deaf(1), keyed.deaf(2)]
    const fates = calls.map(watch)
    await settle()
    for (const call of calls) call.abort()
    await settle()
    expect(task.control.getSnapshot().queue.inFlight).toBe(1)
    clock.advance(5)
    await settle()
    expect(fates.map((fate) => shown(fate()))).toEqual(['aborted', 'aborted'])
    expect([task.control.getSnapshot().queue.inFlight, workers[0]?.isAlive]).toEqual([0, false])
  })

  it('goes on for the others when the first has left and the worker dies, where a crash is survived', async () => {
    const { keyed, task, settle, clock, workers } = setUp('dedupe', { retry: { crash: 3 } })
    task.control.start()
    await settle()
    const first = keyed.echo(1)
    const fates = [first, keyed.echo(1)].map(watch)
    await Promise.resolve()
    first.abort()
    workers[0]?.terminate()
    clock.advance(3_000)
    await settle()
    expect(fates.map((fate) => shown(fate()))).toEqual(['aborted', 1])
  })

  it('goes on for the others when the first has left and the run is taken back from a busy worker', async () => {
    const { keyed, task, settle, clock, open } = setUp('dedupe', { maxWorkers: 2 })
    for (let call = 0; call < 4; call++) void task.echo(0)
    await settle()
    void task.deaf(0)
    void task.gate(0)
    await settle()
    const first = keyed.echo(1)
    const fates = [first, keyed.echo(1)].map(watch)
    await settle()
    first.abort()
    await open()
    clock.advance(50)
    await settle()
    expect(fates.map((fate) => shown(fate()))).toEqual(['aborted', 1])
  })

  it('ends the queue timeout of all who share a run when it starts, and begins their run timeouts', async () => {
    const { keyed, settle, clock } = setUp('dedupe')
    const first = watch(keyed.gate(1))
    const second = watch(keyed.with({ timeoutMs: { queue: 50, run: 200 } }).gate(2))
    await settle()
    clock.advance(100)
    await settle()
    expect([first, second].map((fate) => shown(fate()))).toEqual(['open', 'open'])
    clock.advance(200)
    await settle()
    expect([first, second].map((fate) => shown(fate()))).toEqual(['open', 'timeout-run'])
  })

  it('tells each who shares a run of its start and its progress', async () => {
    const { keyed, settle, open } = setUp('dedupe')
    const heard: string[] = []
    const listen = (name: string) =>
      keyed.with({
        onStart: () => heard.push(`${name} starts`),
        onProgress: (value) => heard.push(`${name} ${value}`),
      })
    const fates = [keyed.report('half'), listen('second').report('half'), listen('third').report('half')].map(
      watch,
    )
    await settle()
    await open()
    expect(fates.map((fate) => shown(fate()))).toEqual(['half', 'half', 'half'])
    expect(heard).toEqual(['second starts', 'third starts', 'second half', 'third half'])
  })

  it.each(['first', 'second'])('gives each a run of its own when the %s reads a stream', async (reader) => {
    const { keyed, started, settle } = setUp('dedupe')
    const calls = [keyed.count(2), keyed.count(2), keyed.count(2)]
    const read = async (index: number) => {
      const items: unknown[] = []
      for await (const item of calls[index] as unknown as AsyncIterable<unknown>) items.push(item)
      return items
    }
    const results = reader === 'first' ? [0, 1, 2].map(read) : [1, 0, 2].map(read)
    await settle()
    expect(await Promise.all(results)).toEqual([
      [1, 2],
      [1, 2],
      [1, 2],
    ])
    expect(started).toEqual([2, 2, 2])
  })

  it('does not run a call again that has settled, when it is read afterwards', async () => {
    const { keyed, started, task, settle } = setUp('dedupe')
    const [first, second, third] = [keyed.echo(1), keyed.echo(1), keyed.echo(1)]
    const fates = [first, second, third].map((call) => watch(call as PromiseLike<unknown>))
    third?.abort()
    await settle()
    const items: unknown[] = []
    for (const call of [second, third]) {
      const read = async () => {
        for await (const item of call as unknown as AsyncIterable<unknown>) items.push(item)
      }
      await read().catch(() => {})
      await settle()
    }
    expect(fates.map((fate) => shown(fate()))).toEqual([1, 1, 'aborted'])
    expect([items, started]).toEqual([[], [1]])
    expect(task.control.getSnapshot()).toMatchObject({
      counts: { dispatched: 1, succeeded: 2, canceled: 1 },
      queue: { inFlight: 0, pending: 0 },
    })
  })

  it('gives a call that gets a run of its own its queue timeout again', async () => {
    const { keyed, settle, clock } = setUp('dedupe', { maxWorkers: 1 })
    const first = watch(keyed.gate(1))
    await settle()
    const second = keyed.with({ timeoutMs: { queue: 50, run: 200 } }).gate(2)
    const fate = watch(second)
    void (second as unknown as AsyncIterable<unknown>)[Symbol.asyncIterator]()
    await settle()
    clock.advance(60)
    await settle()
    expect([first, fate].map((each) => shown(each()))).toEqual(['open', 'timeout-queue'])
  })

  it('aborts each who shares a run with an error of its own when the task is disposed', async () => {
    const { keyed, task, settle } = setUp('dedupe')
    const calls = [keyed.gate(1), keyed.gate(2)]
    const ends = calls.map((call) => call.catch((error: Error) => error.message))
    await settle()
    task.control.dispose()
    for (const [index, message] of (await Promise.all(ends)).entries())
      expect(message).toContain(calls[index]?.callId)
  })

  it('does not join a run that is not to be shared', async () => {
    const { keyed, task, settle, open } = setUp('keep-last', { maxWorkers: 2 })
    const fates = [keyed.gate(1), task.with({ key: 'a', keyMode: 'dedupe' }).gate(2)].map(watch)
    await settle()
    await open()
    expect(fates.map((fate) => shown(fate()))).toEqual([1, 2])
  })

  it('notices a hang though the first has left', async () => {
    const { keyed, settle, clock } = setUp('dedupe', { heartbeatMs: 100 })
    const first = keyed.deaf(1)
    const fates = [first, keyed.deaf(1)].map(watch)
    await settle()
    first.abort()
    clock.advance(300)
    await settle()
    expect(fates.map((fate) => shown(fate()))).toEqual(['aborted', 'hang'])
  })
})
