/** Any public call from what a task is given beside its calls: functions for retries, starts, events, handlers and traces. */
import { describe, expect, it } from 'vitest'
import { callback } from '../../../src/channel/callback-mark.ts'
import { parallelLimit } from '../../../src/lib/parallel-limit.ts'
import { createTestRuntime } from 'atelier-react/testing'
import type { DevtoolsRegistry } from '../../../src/types/runtime.ts'
import type { TaskConfig } from '../../../src/types/task.ts'
import { acts, type Lab, Parcel, parcels, reenter } from '../support/reenter.ts'

interface Row {
  readonly what: string
  readonly use: (lab: Lab, act: () => unknown) => PromiseLike<unknown>[]
  readonly config?: (act: () => unknown) => Partial<TaskConfig<never>>
}

/** A wait that the end of the test settles. */
function endless(lab: Lab): PromiseLike<unknown> {
  const call = lab.task.wait()
  lab.clock.setTimeout(() => call.abort(), 500)
  return call
}

const spanContext = { traceId: 'c'.repeat(32), spanId: 'd'.repeat(16), traceFlags: 1 }

/** The promises that a call which throws at once does not give. */
function unlessRefused(make: () => PromiseLike<unknown>[]): PromiseLike<unknown>[] {
  try {
    return make()
  } catch {
    return []
  }
}

const decoding = (act: () => unknown): Partial<TaskConfig<never>> => ({
  codecs: [
    parcels({
      decode: (bytes) => {
        act()
        return new Parcel(bytes)
      },
    }),
  ],
})

const rows: Row[] = [
  {
    what: 'affinity',
    config: (act) => ({
      affinity: () => {
        act()
        return 'here'
      },
    }),
    use: (lab) => [...unlessRefused(() => [lab.task.with({ key: 'key' }).echo(1)]), endless(lab)],
  },
  {
    what: 'shouldRetry',
    config: (act) => ({
      retry: {
        error: 2,
        delayMs: 20,
        shouldRetry: () => {
          act()
          return true
        },
      },
    }),
    use: (lab) => [lab.task.with({ key: 'key' }).fail(), endless(lab)],
  },
  {
    what: 'setupData',
    config: (act) => ({
      setupData: () => {
        act()
        return 1
      },
    }),
    use: (lab) => [lab.task.with({ key: 'key' }).echo(1), endless(lab)],
  },
  {
    what: 'setupData that is a promise',
    config: (act) => ({ setupData: () => Promise.resolve().then(act) }),
    use: (lab) => [lab.task.with({ key: 'key' }).echo(1), endless(lab)],
  },
  {
    what: 'encode of a codec',
    config: (act) => ({
      codecs: [
        parcels({
          encode: ({ bytes }) => {
            act()
            return bytes
          },
        }),
      ],
    }),
    use: (lab) => [lab.task.with({ key: 'key' }).echo(new Parcel()), endless(lab)],
  },
  {
    what: 'transfer of a codec',
    config: (act) => ({
      codecs: [
        parcels({
          transfer: ({ buffer }) => {
            act()
            return [buffer]
          },
        }),
      ],
    }),
    use: (lab) => [lab.task.with({ key: 'key' }).echo(new Parcel()), endless(lab)],
  },
  {
    what: 'decode of a codec, for a result',
    config: decoding,
    use: (lab) => {
      const shared = lab.task.with({ key: 'key', keyMode: 'dedupe' })
      return [shared.echo(new Parcel()), shared.echo(new Parcel()), endless(lab)]
    },
  },
  {
    what: 'decode of a codec, for an item',
    config: decoding,
    use: (lab) => {
      const stream = lab.task.with({ key: 'key' }).twice(new Parcel())
      return [stream.next(), stream.next(), stream.next(), endless(lab)]
    },
  },
  {
    what: 'the size of an item',
    use: (lab, act) => {
      const size = () => {
        act()
        return 1
      }
      const stream = lab.task.with({ key: 'key', highWaterMark: { size, max: 2 } }).twice(1)
      return [stream.next(), stream.next(), stream.next(), endless(lab)]
    },
  },
  {
    what: 'a listener of what workers emit',
    use: (lab, act) => {
      lab.task.control.on('said', act)
      return [lab.task.with({ key: 'key' }).say(1), lab.task.say(2), endless(lab)]
    },
  },
  {
    what: 'a function that a handler calls',
    use: (lab, act) => [lab.task.with({ key: 'key' }).ask(callback(act)), endless(lab)],
  },
  {
    what: 'a listener of the steps of calls',
    use: (lab, act) => {
      lab.runtime.subscribeEvents(act, { kinds: ['call'] })
      return [lab.task.with({ key: 'key' }).echo(1), endless(lab)]
    },
  },
  {
    what: 'the function of parallelLimit',
    use: (lab, act) => {
      const fn = (value: number) => {
        act()
        return lab.task.echo(value)
      }
      return [parallelLimit([1, 2], 2, fn, { failures: 'skip' }).next(), endless(lab)]
    },
  },
  {
    what: 'the function of a trace',
    use: (lab, act) => {
      const fn = () => {
        act()
        return lab.task.with({ key: 'key' }).echo(1)
      }
      return [lab.runtime.trace('trace', fn), endless(lab)]
    },
  },
  {
    what: 'the span context of a call',
    use: (lab, act) => {
      const trace = {
        spanContext: () => {
          act()
          return spanContext
        },
      }
      // Without a listener nobody asks.
      lab.runtime.subscribeEvents(() => {})
      return [...unlessRefused(() => [lab.task.with({ trace, key: 'key' }).echo(1)]), endless(lab)]
    },
  },
  {
    what: 'the span context of a parent',
    use: (lab, act) => {
      const parent = {
        spanContext: () => {
          act()
          return spanContext
        },
      }
      const made = () => [lab.task.with({ trace: lab.runtime.createTrace('trace', { parent }) }).echo(1)]
      return [...unlessRefused(made), endless(lab)]
    },
  },
  {
    what: 'the start of a trace',
    use: (lab, act) => {
      const trace = { traceId: undefined, start: () => void act() }
      return [...unlessRefused(() => [lab.task.with({ trace, key: 'key' }).echo(1)]), endless(lab)]
    },
  },
  {
    what: 'a listener of developer tools',
    use: (lab, act) => {
      const scope = globalThis as unknown as Record<symbol, DevtoolsRegistry | undefined>
      const registry = (scope[Symbol.for('atelier.devtools')] ??= {
        runtimes: new Set(),
        listeners: new Set(),
      })
      const calls = [lab.task.with({ key: 'key' }).echo(1), endless(lab)]
      registry.listeners.add(act)
      createTestRuntime().dispose()
      registry.listeners.delete(act)
      return calls
    },
  },
]

describe.each(rows)('$what', ({ use, config }) => {
  it.each(acts)('%s', async (what, act) => {
    expect(await reenter(what, act, use, config as never)).toBe('nothing is left')
  })
})
