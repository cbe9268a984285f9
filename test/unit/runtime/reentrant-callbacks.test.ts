/** Any public call from any callback of a task and its calls: all of them settle, the next call works, and nothing is left. */
import { describe, expect, it } from 'vitest'
import type { TaskConfig } from '../../../src/types/task.ts'
import { acts, type Lab, reenter } from '../support/reenter.ts'
import { StepWorker } from '../support/step-worker.ts'

interface Callback {
  readonly what: string
  readonly use: (lab: Lab, act: () => unknown) => PromiseLike<unknown>[]
  /** `made` hears of each worker that is made. */
  readonly config?: (act: () => unknown, made: (worker: StepWorker) => void) => Partial<TaskConfig<never>>
}

const handlers = () => ({ echo: (value: unknown) => value, wait: () => new Promise<void>(() => {}) })

/** A wait that its own callback, or the end of the test, settles. */
function endless(lab: Lab): PromiseLike<unknown> {
  const call = lab.task.wait()
  lab.clock.setTimeout(() => call.abort(), 500)
  return call
}

const callbacks: Callback[] = [
  {
    what: 'onStart',
    use: ({ task }, act) => [task.with({ onStart: act }).echo(1), task.with({ key: 'key' }).echo(2)],
  },
  {
    what: 'onStart of one who joins',
    use: ({ task }, act) => {
      const shared = task.with({ key: 'key', keyMode: 'dedupe' })
      return [shared.echo(1), shared.with({ onStart: act }).echo(1)]
    },
  },
  {
    what: 'onStart of a call that is aborted in it',
    use: ({ task }, act) => {
      const call = task
        .with({
          onStart: () => {
            call.abort()
            act()
          },
        })
        .wait()
      return [call]
    },
  },
  {
    what: 'onProgress',
    use: ({ task }, act) => [task.with({ onProgress: act }).report(1), task.with({ key: 'key' }).echo(2)],
  },
  {
    what: 'admitted',
    use: (lab, act) => {
      const call = lab.task.echo(1)
      void call.admitted.then(act).catch(() => {})
      return [call, endless(lab)]
    },
  },
  {
    what: 'the end of a call',
    use: (lab, act) => {
      const call = lab.task.echo(1)
      void call.then(act, act).catch(() => {})
      return [call, endless(lab)]
    },
  },
  {
    what: 'a listener of events',
    use: (lab, act) => {
      lab.runtime.subscribeEvents(act)
      return [lab.task.with({ key: 'key' }).echo(1), endless(lab)]
    },
  },
  {
    what: 'a listener of snapshots',
    use: (lab, act) => {
      lab.runtime.subscribeRuntimeSnapshot(act)
      return [lab.task.with({ key: 'key' }).echo(1), endless(lab)]
    },
  },
  {
    what: 'keyOf',
    config: (act) => ({
      methods: {
        echo: {
          keyOf: () => {
            act()
            return 'another key'
          },
        },
      },
    }),
    use: (lab) => {
      try {
        return [lab.task.echo(1), endless(lab)]
      } catch {
        return []
      }
    },
  },
  {
    what: 'attributes of a method',
    config: (act) => ({
      methods: {
        echo: {
          attributes: () => {
            act()
            return {}
          },
        },
      },
    }),
    use: (lab) => {
      lab.runtime.subscribeEvents(() => {})
      return [lab.task.echo(1), endless(lab)]
    },
  },
  {
    what: 'the factory',
    config: (act, made) => ({
      worker: () => {
        act()
        const worker = new StepWorker(handlers)
        made(worker)
        return worker.asWorker
      },
    }),
    use: (lab) => [lab.task.with({ key: 'key' }).echo(1), endless(lab)],
  },
]

describe.each(callbacks)('$what', ({ use, config }) => {
  it.each(acts)('%s', async (what, act) => {
    expect(await reenter(what, act, use, config as never)).toBe('nothing is left')
  })
})
