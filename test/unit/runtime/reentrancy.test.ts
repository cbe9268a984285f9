/** Any public call from any callback that tasks, maps, keys and signals run: nothing is lost, nothing is left. */
import { describe, expect, it } from 'vitest'
import { parallelLimit } from '../../../src/lib/parallel-limit.ts'
import { acts, type Lab, reenter } from '../support/reenter.ts'

/** Each callback: how its calls are made, with what it does the first time. */
const callbacks: [what: string, use: (lab: Lab, act: () => unknown) => PromiseLike<unknown>[]][] = [
  [
    'keyOf of map and parallelLimit',
    (lab, act) => {
      const keyOf = () => {
        act()
        return 'key'
      }
      const options = { keyOf, keys: lab.runtime.keys, failures: 'skip' as const }
      return [parallelLimit([1, 2], 2, (value) => lab.task.echo(value), options).next()]
    },
  ],
  [
    'the source of a map',
    (lab, act) => {
      function* source() {
        yield 1
        act()
        yield 2
      }
      const results = lab.task.control.map('echo', source(), { failures: 'settle' })
      return [results.next(), results.next()]
    },
  ],
  [
    'onError of parallelLimit',
    (lab, act) => {
      const fn = async (value: number) => {
        await lab.task.echo(value)
        throw new Error('no')
      }
      return [parallelLimit([1], 1, fn, { onError: act }).next()]
    },
  ],
  [
    'a listener of a signal, before the call has one',
    (lab, act) => {
      const controller = new AbortController()
      controller.signal.addEventListener('abort', swallowing(act))
      const call = lab.task.with({ signal: controller.signal, key: 'key' }).wait()
      controller.abort()
      return [call]
    },
  ],
  [
    'a listener of a signal, after the call has one',
    (lab, act) => {
      const controller = new AbortController()
      const task = lab.task.with({ signal: controller.signal })
      const calls = [task.wait(), task.wait()]
      controller.signal.addEventListener('abort', swallowing(act))
      controller.abort()
      return calls
    },
  ],
  [
    'a listener of the signal of a key',
    (lab, act) => {
      const keys = lab.runtime.keys
      const signal = keys.signal('key')
      signal.addEventListener('abort', swallowing(act))
      const calls = [lab.task.with({ key: 'key' }).wait(), lab.task.with({ key: 'key' }).echo(1)]
      lab.runtime.abort({ keys: ['other', 'key'] })
      return calls
    },
  ],
  [
    'a getter of an option',
    (lab, act) => {
      const options = {
        get priority() {
          act()
          return 'high' as const
        },
      }
      try {
        return [lab.task.with(options).echo(1)]
      } catch {
        return []
      }
    },
  ],
]

/** What a listener of an event target throws is reported by the host, which fails a test. */
function swallowing(act: () => unknown): () => void {
  return () => {
    try {
      act()
    } catch {
      // Shown by the other callbacks.
    }
  }
}

describe.each(callbacks)('%s', (_what, use) => {
  it.each(acts)('%s', async (what, act) => {
    expect(await reenter(what, act, use)).toBe('nothing is left')
  })
})
