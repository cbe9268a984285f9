/** A turn: state moves first, then workers get their messages, then users hear of it, whatever any of them throws. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { AbortTaskController } from '../../../src/lib/abort-task-controller.ts'
import { Host, type Pump, type Seam } from '../../../src/pool/turns.ts'

const reported: unknown[] = []

beforeEach(() => {
  reported.length = 0
  vi.stubGlobal('queueMicrotask', (fn: () => void) => {
    try {
      fn()
    } catch (error) {
      reported.push(error)
    }
  })
})
afterEach(() => {
  vi.unstubAllGlobals()
})

function setUp() {
  const log: string[] = []
  let now = 10
  let timer = (): void => {}
  const clock = {
    now: () => now++,
    setTimeout: (fn: () => void) => {
      timer = fn
      return 1
    },
    clearTimeout() {},
  } as unknown as ConstructorParameters<typeof Host>[0]
  const seam = { active: { flush: () => log.push('flush') } } as unknown as Seam
  const host = new Host(clock, seam, new AbortTaskController())
  const pump = (name: string, more: () => void = () => {}): Pump => ({
    isSendDue: false,
    pump: () => {
      log.push(`pump ${name}`)
      more()
    },
    send: () => log.push(`send ${name}`),
  })
  const tell = (name: string) => host.tell(() => log.push(name))
  return { host, log, pump, tell, fire: () => timer(), clock }
}

describe('a turn', () => {
  it('is what a pump makes of its own where none is under way: users hear of it at its end', () => {
    const { host, log, pump, tell } = setUp()
    host.pumpSoon(pump('a', () => tell('told')))
    expect(log).toEqual(['pump a', 'send a', 'told'])
  })

  it('ends with the pumps, each with its messages, and then with what is told', () => {
    const { host, log, pump, tell } = setUp()
    const [a, b] = [pump('a'), pump('b')]
    host.turn(() => {
      tell('told')
      host.pumpSoon(a)
      host.pumpSoon(b)
      host.pumpSoon(a)
      log.push('state')
    })
    expect(log).toEqual(['state', 'pump a', 'send a', 'pump b', 'send b', 'told'])
  })

  it('is over when the outermost is', () => {
    const { host, log, pump, tell } = setUp()
    host.turn(() => {
      host.turn(() => {
        host.pumpSoon(pump('a'))
        tell('told')
      })
      host.turn(() => log.push('second'))
      log.push('outer')
    })
    expect(log).toEqual(['second', 'outer', 'pump a', 'send a', 'told'])
    tell('now')
    host.pumpSoon(pump('b'))
    expect(log.slice(5)).toEqual(['now', 'pump b', 'send b'])
  })

  it('pumps again what a pump asks for, once it has returned', () => {
    const { host, log, pump } = setUp()
    const b = pump('b')
    host.turn(() => host.pumpSoon(pump('a', () => host.pumpSoon(b))))
    expect(log).toEqual(['pump a', 'send a', 'pump b', 'send b'])
  })

  it('that a call begins leaves the messages to the end of the caller’s own turn', () => {
    const { host, log, pump } = setUp()
    host.begin()
    host.endCall(pump('a'))
    expect(log).toEqual(['pump a'])
    host.begin()
    host.begin()
    host.endCall(pump('b'))
    expect(log).toEqual(['pump a'])
    host.endCall(pump('c'))
    expect(log).toEqual(['pump a', 'pump b', 'pump c'])
  })

  it('is over even though its function, a pump or a message throws, and others have theirs', () => {
    const { host, log, pump, tell } = setUp()
    const failing = (what: string) => (): void => {
      throw new Error(what)
    }
    expect(() =>
      host.turn(() => {
        host.pumpSoon(pump('a', failing('pump')))
        host.pumpSoon({ isSendDue: false, pump() {}, send: failing('send') })
        host.pumpSoon(pump('b'))
        host.tell(failing('told'))
        tell('told')
        throw new Error('turn')
      }),
    ).toThrow('turn')
    expect(log).toEqual(['pump a', 'pump b', 'send b', 'told'])
    expect(reported.map(String)).toEqual(['Error: pump', 'Error: send', 'Error: told'])
    host.begin()
    host.endCall(pump('c', failing('call')))
    expect(reported.map(String).at(-1)).toBe('Error: call')
    tell('at once')
    expect(log.at(-1)).toBe('at once')
  })

  it('has one time, and the next another', () => {
    const { host } = setUp()
    const times: number[] = []
    host.turn(() => {
      times.push(host.now(), host.now())
      host.turn(() => times.push(host.now()))
    })
    host.turn(() => times.push(host.now()))
    expect(times).toEqual([10, 10, 10, 11])
    expect([host.now(), host.now()]).toEqual([12, 13])
  })

  it('is what timers run in', () => {
    const { host, log, fire, pump, tell } = setUp()
    host.wheel.set(0, () => {
      tell('told')
      host.pumpSoon(pump('a'))
      log.push('fired')
    })
    fire()
    expect(log).toEqual(['fired', 'pump a', 'send a', 'told'])
  })
})

describe('what is told', () => {
  it('is told in order, also what is told meanwhile, and outside a turn at once', () => {
    const { host, log, tell } = setUp()
    host.tell(() => {
      log.push('a')
      tell('c')
      log.push('b')
    })
    expect(log).toEqual(['a', 'b', 'c'])
  })

  it('may begin turns: what they tell comes after what was told before', () => {
    const { host, log, tell, pump } = setUp()
    host.turn(() => {
      host.tell(() => {
        host.turn(() => {
          tell('inner')
          host.pumpSoon(pump('a'))
        })
        log.push('first')
      })
      tell('second')
    })
    expect(log).toEqual(['pump a', 'send a', 'first', 'second', 'inner'])
  })

  it('is followed by telemetry that was put off, once, when nothing more is to be told', () => {
    const { host, log, tell } = setUp()
    host.turn(() => {
      host.deferred()
      host.deferred()
      host.tell(() => tell('late'))
      tell('told')
    })
    expect(log).toEqual(['told', 'late', 'flush'])
    host.deferred()
    expect(log).toEqual(['told', 'late', 'flush', 'flush'])
    host.turn(() => {})
    expect(log.length).toBe(4)
  })

  it('needs no seam', () => {
    const { clock } = setUp()
    const host = new Host(clock, { active: null, tellsCalls: false }, new AbortTaskController())
    host.turn(() => host.deferred())
    expect(reported).toEqual([])
  })
})

it('numbers calls from one', () => {
  const { host } = setUp()
  expect([host.nextCallId(), host.nextCallId()]).toEqual([1, 2])
})
