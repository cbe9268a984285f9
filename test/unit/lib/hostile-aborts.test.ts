/** Aborts by signal and by key with members, listeners, reasons and signals that do their worst: each call is aborted all the same. */
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type Abortable, SignalHub } from '../../../src/lib/abort-signals.ts'
import { AbortTaskController } from '../../../src/lib/abort-task-controller.ts'
import { drain, makeLab, shown, watch } from '../support/lab.ts'
import { catchReports } from '../support/reported.ts'

const revoked = (): object => {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}
const throwing = (...names: string[]): Error => {
  const error = new Error('hostile')
  for (const name of names) {
    Object.defineProperty(error, name, {
      get: () => {
        throw new Error(`no ${name}`)
      },
    })
  }
  return error
}
const reasons: [what: string, make: () => unknown][] = [
  ['nothing', () => undefined],
  ['null', () => null],
  ['a symbol', () => Symbol('reason')],
  ['a function', () => () => {}],
  ['an object without a prototype', () => Object.create(null)],
  ['an object whose toString is a number', () => ({ toString: 5 })],
  ['a revoked proxy', revoked],
  ['an error whose message throws', () => throwing('message')],
  ['an error whose message is a symbol', () => Object.assign(new Error('x'), { message: Symbol('m') })],
]

/** Members of which every second throws. */
function members(count: number, act: (id: number) => void = () => {}) {
  const told: number[] = []
  const all = Array.from({ length: count }, (_, id): Abortable => {
    return {
      onSignal: () => {
        told.push(id)
        act(id)
        if (id % 2 === 0) throw new Error(`${id} throws`)
      },
    }
  })
  return { told, all }
}

afterEach(() => {
  vi.restoreAllMocks()
})

const ways: [how: string, start: (all: readonly Abortable[]) => () => void][] = [
  [
    'a signal',
    (all) => {
      const controller = new AbortController()
      const hub = new SignalHub((fn) => fn())
      for (const each of all) hub.add(controller.signal, each)
      return () => controller.abort('why')
    },
  ],
  [
    'a key',
    (all) => {
      const keys = new AbortTaskController()
      for (const each of all) keys.add('key', each)
      return () => keys.abort('key', 'why')
    },
  ],
  [
    'one key each',
    (all) => {
      const keys = new AbortTaskController()
      all.forEach((each, index) => keys.add(`${index}`, each))
      return () => keys.abortMany(Object.keys(all), 'why')
    },
  ],
]

describe.each(ways)('members that throw at an abort by %s', (_how, start) => {
  it('keep none of the others from it, and are reported', async () => {
    const reported = catchReports()
    const { told, all } = members(6)
    start(all)()
    await drain()
    expect(told).toEqual([0, 1, 2, 3, 4, 5])
    expect(reported.map(String)).toEqual(['Error: 0 throws', 'Error: 2 throws', 'Error: 4 throws'])
  })

  it('may abort once more', async () => {
    catchReports()
    let abort: () => void = () => {}
    const { told, all } = members(4, () => abort())
    abort = start(all)
    abort()
    await drain()
    expect(told).toEqual([0, 1, 2, 3])
  })
})

describe('an abort by key', () => {
  it('reaches members and signals whatever a listener of the key throws', async () => {
    const reported = catchReports()
    const keys = new AbortTaskController()
    keys.onAbort(() => {
      throw new Error('listener')
    })
    const { told, all } = members(2)
    for (const each of all) keys.add('key', each)
    const signal = keys.signal('key')
    keys.abort('key')
    await drain()
    expect([told, signal.aborted]).toEqual([[0, 1], true])
    expect(reported).toHaveLength(2)
  })

  it('fires its signal though the turn of its members fails', () => {
    catchReports()
    const keys = new AbortTaskController((fn) => {
      fn()
      throw new Error('turn')
    })
    keys.add('key', members(1).all[0] as Abortable)
    const signal = keys.signal('key')
    expect(() => keys.abort('key')).toThrow('turn')
    expect(signal.aborted).toBe(true)
  })

  it('aborts no key when the iterator of the keys throws', () => {
    const keys = new AbortTaskController()
    const { told, all } = members(1)
    keys.add('a', all[0] as Abortable)
    const broken = (function* () {
      yield 'a'
      throw new Error('no more')
    })()
    expect(() => keys.abortMany(broken)).toThrow('no more')
    expect(told).toEqual([])
  })
})

describe('a signal that is forged', () => {
  it('whose reason cannot be read aborts with what its getter throws', () => {
    const controller = new AbortController()
    Object.defineProperty(controller.signal, 'reason', {
      get: () => {
        throw new Error('no reason')
      },
    })
    const hub = new SignalHub((fn) => fn())
    const seen: unknown[] = []
    hub.add(controller.signal, { onSignal: (reason) => seen.push(reason) })
    controller.abort()
    expect(seen).toEqual([new Error('no reason')])
  })

  it('and refuses its listener aborts nobody, and breaks nothing', async () => {
    const reported = catchReports()
    const { signal } = new AbortController()
    signal.addEventListener = signal.removeEventListener = () => {
      throw new Error('no listeners')
    }
    const { all } = members(1)
    const hub = new SignalHub((fn) => fn())
    hub.add(signal, all[0] as Abortable)
    hub.remove(signal, all[0] as Abortable)
    await drain()
    expect(reported).toHaveLength(2)
  })
})

const handlers = () => ({ echo: (value: unknown) => value, wait: () => new Promise<void>(() => {}) })

describe.each(reasons)('the reason %s', (_what, make) => {
  it.each(['signal', 'key'])('aborts every call, by %s', async (how) => {
    const lab = makeLab(handlers, { maxWorkers: 2, maxQueueDepth: 2, abortGraceMs: 10 })
    const controller = new AbortController()
    const task = lab.task.with({ key: 'key', signal: controller.signal })
    const fates = [task.wait(), task.wait(), task.echo(1), task.echo(2), task.echo(3)].map(watch)
    await lab.settle()
    if (how === 'signal') controller.abort(make())
    else lab.runtime.abort({ key: 'key' }, make())
    await drain()
    expect(fates.map((fate) => shown(fate()))).toEqual(Array.from(fates, () => 'aborted'))
    await lab.settle()
    lab.clock.advance(1_000)
    const next = watch(lab.task.echo('next'))
    await lab.settle()
    expect(shown(next())).toBe('next')
    lab.runtime.dispose()
    expect(lab.clock.pending).toBe(0)
  })
})
