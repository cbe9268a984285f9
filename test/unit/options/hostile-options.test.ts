/** Options that are read through hostile getters, are changed after they were given, or come from another realm. */
import { createTestRuntime } from 'atelier-react/testing'
import { describe, expect, it } from 'vitest'
import { parallelLimit } from '../../../src/lib/parallel-limit.ts'
import { createTaskRuntime } from '../../../src/runtime/runtime.ts'
import { derive, mergeCallOptions } from '../../../src/options/call-options.ts'
import type { CallOptions } from '../../../src/call/call.ts'
import type { TaskDispatchOptions } from '../../../src/types/task.ts'
import { drain, makeLab, shown, watch } from '../support/lab.ts'

const handlers = () => ({ echo: (value: unknown) => value, wait: () => new Promise<void>(() => {}) })
type Api = ReturnType<typeof handlers>
const worker = (): Worker => {
  throw new Error('a call was made')
}
const runtime = createTestRuntime()
const task = runtime.defineTask<Api>({ type: 'parallel', worker })

const refusing = (name: string): object =>
  Object.defineProperty({}, name, {
    enumerable: true,
    get: () => {
      throw Symbol('mine')
    },
  })
const revoked = (): object => {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}

const doors: [what: string, option: string, give: (options: never) => unknown][] = [
  ['defineTask', 'maxWorkers', (options) => runtime.defineTask(options)],
  ['with', 'key', (options) => task.with(options)],
  ['map', 'ordered', (options) => task.control.map('echo', [], options)],
  ['parallelLimit', 'failures', (options) => parallelLimit([], 1, () => {}, options)],
  ['retain', 'graceMs', (options) => runtime.retain(options)],
  [
    'subscribeRuntimeSnapshot',
    'intervalMs',
    (options) => runtime.subscribeRuntimeSnapshot(() => {}, options),
  ],
  ['createTaskRuntime', 'name', (options) => createTaskRuntime(options)],
]

describe.each(doors)('%s', (_what, option, give) => {
  it('names the option whose getter throws', () => {
    expect(() => give(refusing(option) as never)).toThrow(TypeError)
    expect(() => give(refusing(option) as never)).toThrow(
      new RegExp(`Invalid option ".*${option}": it cannot be read: Symbol\\(mine\\)`),
    )
  })

  it.each([
    ['a revoked proxy', revoked],
    ['a function', () => () => {}],
    ['a symbol', () => Symbol('options')],
    ['one with an own __proto__', () => JSON.parse('{"__proto__":1}') as unknown],
  ])('refuses %s with a TypeError', (_kind, make) => {
    expect(() => give(make() as never)).toThrow(TypeError)
  })

  it('reads each option once', () => {
    let reads = 0
    const options = Object.defineProperty({}, option, {
      enumerable: true,
      get: () => {
        reads++
        return undefined
      },
    })
    try {
      give(options as never)
    } catch {
      // A task needs a type.
    }
    expect(reads).toBe(1)
  })
})

describe('options that change after they were given', () => {
  it('change no call: lists, timeouts, attributes', () => {
    const buffer = new ArrayBuffer(1)
    const options = {
      transfer: [buffer],
      timeoutMs: { run: 5 },
      attributes: { a: 1 },
    } satisfies TaskDispatchOptions
    const merged = mergeCallOptions({} as CallOptions, options)
    options.transfer.push(new ArrayBuffer(2))
    options.timeoutMs.run = 9
    options.attributes.a = 2
    expect(merged).toMatchObject({ transfer: [buffer], timeouts: { run: 5 }, attributes: { a: 1 } })
  })

  it('change no task', async () => {
    const lab = makeLab(handlers)
    const made: string[] = []
    const options = {
      type: 'parallel' as const,
      maxWorkers: 1,
      methods: {
        echo: {
          keyOf: () => {
            made.push('first')
            return 'a'
          },
        },
      },
      worker,
    }
    const other = lab.runtime.defineTask<Api>(options)
    options.maxWorkers = 5
    options.methods.echo.keyOf = () => {
      made.push('second')
      return 'b'
    }
    void other.echo(1).catch(() => {})
    await drain()
    expect(other.control.getSnapshot().workers.limit).toBe(1)
    expect(made).toEqual(['first'])
  })
})

describe('the key of a call', () => {
  const keyOf = (value: never) => value as string
  const key = (value: unknown, options: Partial<CallOptions> = {}) =>
    derive([value], { ...(options as CallOptions), keyOf })

  it.each([
    ['text', 'a', 'a'],
    ['empty text', '', undefined],
    ['nothing', undefined, undefined],
    ['null', null, undefined],
  ])('is what keyOf gives: %s', (_what, given, expected) => {
    expect(key(given)).toEqual({ key: expected })
  })

  it.each([5, {}, Symbol('key'), Promise.resolve('a'), ['a']])('fails where keyOf gives %s', (given) => {
    const { failure } = key(given)
    expect(failure?.error).toBeInstanceOf(TypeError)
    expect(String(failure?.error)).toMatch(/"keyOf\(…\)": expected a string/)
  })

  it('is what with() says, before keyOf; an empty one leaves the choice to keyOf', () => {
    const merge = (base: CallOptions, given: string) => mergeCallOptions(base, { key: given })
    const named = merge({} as CallOptions, 'mine')
    expect(key('derived', named).key).toBe('mine')
    expect(key('derived', merge(named, '')).key).toBe('derived')
    expect(derive(['x'], merge(named, '')).key).toBeUndefined()
  })
})

/** A signal that this realm did not make, as a polyfill or another frame has. */
function foreign() {
  const target = new EventTarget()
  const signal = {
    aborted: false,
    reason: undefined as unknown,
    addEventListener: target.addEventListener.bind(target),
    removeEventListener: target.removeEventListener.bind(target),
  }
  const abort = (reason: unknown) => {
    Object.assign(signal, { aborted: true, reason })
    target.dispatchEvent(new Event('abort'))
  }
  return { signal: signal as unknown as AbortSignal, abort }
}

describe('a signal of another realm', () => {
  it.each(['alone', 'joined', 'before'])('aborts calls (%s)', async (how) => {
    const lab = makeLab(handlers)
    const { signal, abort } = foreign()
    if (how === 'before') abort('why')
    const own = new AbortController()
    const base = how === 'joined' ? lab.task.with({ signal: own.signal }) : lab.task
    const call = watch(base.with({ signal }).wait())
    await lab.settle()
    abort('why')
    await drain()
    expect(call()).toMatchObject({ status: 'rejected', reason: { code: 'aborted', cause: 'why' } })
    expect(own.signal.aborted).toBe(false)
  })

  it('ends map() and parallelLimit() with its reason', async () => {
    const lab = makeLab(handlers)
    const { signal, abort } = foreign()
    const wait = () => new Promise<void>(() => {})
    const ends = [
      watch(lab.task.control.map('wait', [undefined as never], { signal }).next()),
      watch(parallelLimit([1], 1, wait, { signal }).next()),
    ]
    await lab.settle()
    abort('enough')
    await drain()
    expect(ends.map((end) => end())).toEqual([
      { status: 'rejected', reason: 'enough' },
      { status: 'rejected', reason: 'enough' },
    ])
  })

  it('is listened to once, however many calls share it', () => {
    const { signal } = foreign()
    let listeners = 0
    const add = signal.addEventListener.bind(signal)
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners++
      add(...args)
    }
    for (let call = 0; call < 100; call++) task.with({ signal })
    expect(listeners).toBe(1)
  })

  it.each([
    ['cannot be listened to', { aborted: false, addEventListener: 5 }],
    ['has no state', { addEventListener: () => {} }],
    ['is a proxy that was revoked', revoked()],
    ['is made of the prototype alone', Object.create(AbortSignal.prototype) as object],
    [
      'refuses listeners',
      {
        aborted: false,
        addEventListener: () => {
          throw new Error('no listeners')
        },
      },
    ],
  ])('is refused where it %s, by its name', (_what, signal) => {
    expect(() => task.with({ signal: signal as AbortSignal })).toThrow(TypeError)
    expect(() => task.with({ signal: signal as AbortSignal })).toThrow(/"signal"/)
  })
})

describe('map', () => {
  it('ends with the signal of with(), whatever it does about failures', async () => {
    const lab = makeLab(handlers)
    const controller = new AbortController()
    function* endless() {
      for (let input = 0; ; input++) yield input
    }
    const { signal } = controller
    const results = lab.task
      .with({ signal })
      .control.map('wait', endless() as Iterable<never>, { failures: 'skip' })
    const first = watch(results.next())
    await lab.settle()
    controller.abort('enough')
    await drain()
    expect(first()).toEqual({ status: 'rejected', reason: 'enough' })
  })
})

describe('a task', () => {
  it('can be frozen with what holds it, and works as before', async () => {
    const lab = makeLab(handlers)
    const held: unknown = Object.freeze({ task: Object.freeze(lab.task) })
    expect(Object.isFrozen((held as { task: object }).task)).toBe(true)
    expect(Reflect.preventExtensions(lab.task)).toBe(true)
    const call = watch(lab.task.echo(1))
    await lab.settle()
    expect([shown(call()), lab.task.echo]).toEqual([1, lab.task.echo])
  })

  it.each([Symbol.iterator, Symbol.asyncIterator, Symbol.toPrimitive, Symbol.dispose, Symbol('mine')])(
    'has no method by the name of %s',
    (name) => {
      expect(Reflect.get(task, name)).toBeUndefined()
    },
  )
})
