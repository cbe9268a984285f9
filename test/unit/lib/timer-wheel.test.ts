/** The timer wheel on a clock that tests move: what fires, when, in which order, and on how many timers of the host. */
import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type TimerNode, TimerWheel } from '../../../src/lib/timer-wheel.ts'
import { createTestClock, type TestClock } from 'atelier-react/testing'
import { catchReports } from '../support/reported.ts'
import { drain } from '../support/lab.ts'

type Op =
  | { readonly op: 'set'; readonly ms: number; readonly again: number | undefined }
  | { readonly op: 'clear'; readonly which: number }
  | { readonly op: 'pass'; readonly ms: number }

const durations = fc.constantFrom(0, 1, 5, 5, 20, 100, 100, 5_000)
const op: fc.Arbitrary<Op> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      op: fc.constant('set' as const),
      ms: durations,
      // Set from within the callback.
      again: fc.option(fc.constantFrom(1, 5, 100), { nil: undefined, freq: 3 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('clear' as const), which: fc.nat({ max: 30 }) }) },
  {
    weight: 3,
    arbitrary: fc.record({ op: fc.constant('pass' as const), ms: fc.constantFrom(0, 1, 4, 30, 200, 9_000) }),
  },
)

afterEach(() => {
  vi.restoreAllMocks()
})

describe('the timer wheel', () => {
  it('fires what is due once, never early, and nothing that was cleared, on one timer of the host', () => {
    fc.assert(
      fc.property(fc.array(op, { maxLength: 50 }), (program) => {
        const clock = createTestClock()
        const wheel = new TimerWheel(clock)
        const nodes: (TimerNode | null)[] = []
        const due = new Map<number, number>()
        const set = (ms: number, again?: number) => {
          const id = nodes.length
          due.set(id, clock.now() + ms)
          nodes.push(
            wheel.set(ms, () => {
              expect(clock.now()).toBe(due.get(id))
              due.delete(id)
              if (again !== undefined) set(again)
            }),
          )
        }
        for (const step of program) {
          if (step.op === 'set') set(step.ms, step.again)
          else if (step.op === 'pass') clock.advance(step.ms)
          else if (nodes.length > 0) {
            due.delete(step.which % nodes.length)
            wheel.clear(nodes[step.which % nodes.length] ?? null)
          }
          if (step.op === 'pass') expect([...due.values()].filter((at) => at <= clock.now())).toEqual([])
          expect(clock.pending).toBeLessThanOrEqual(1)
        }
        clock.advance(20_000)
        expect(due.size).toBe(0)
        expect(clock.pending).toBe(0)
      }),
    )
  })

  it('fires timeouts of one duration in the order in which they were set', () => {
    const { clock, wheel } = setUp()
    const fired: number[] = []
    for (let index = 0; index < 5; index++) wheel.set(10, () => fired.push(index))
    clock.advance(10)
    expect(fired).toEqual([0, 1, 2, 3, 4])
  })

  it('sets one timer of the host for a hundred thousand timeouts, and leaves it alone when they are cleared', () => {
    const clock = createTestClock()
    let touched = 0
    const wheel = new TimerWheel({
      now: clock.now,
      setTimeout: (fn, ms) => {
        touched++
        return clock.setTimeout(fn, ms)
      },
      clearTimeout: () => expect.unreachable(),
    })
    const nodes = Array.from({ length: 100_000 }, () => wheel.set(1_000, () => expect.unreachable()))
    for (const node of nodes) wheel.clear(node)
    clock.advance(1_000)
    expect(touched).toBe(1)
    expect(clock.pending).toBe(0)
  })

  it('has no timer for what is infinite', () => {
    const { clock, wheel } = setUp()
    expect(wheel.set(Number.POSITIVE_INFINITY, () => {})).toBeNull()
    expect(clock.pending).toBe(0)
    wheel.clear(null)
  })

  it('waits in steps for what is longer than a timer of the host', () => {
    const { clock, wheel } = setUp()
    const fired: number[] = []
    const begun = clock.now()
    for (const ms of [2 ** 31, 2 ** 33 + 7]) wheel.set(ms, () => fired.push(clock.now() - begun))
    clock.advance(2 ** 31 - 1)
    expect(fired).toEqual([])
    clock.advance(2 ** 34)
    expect(fired).toEqual([2 ** 31, 2 ** 33 + 7])
    expect(clock.pending).toBe(0)
  })

  it('fires what is due together in the order of the deadlines', () => {
    const { clock, wheel } = setUp()
    const fired: string[] = []
    wheel.set(100, () => fired.push('100'))
    clock.advance(60)
    wheel.set(10, () => fired.push('70'))
    wheel.set(40, () => fired.push('100 as well'))
    clock.stall(500)
    clock.advance(0)
    expect(fired).toEqual(['70', '100', '100 as well'])
  })

  it('reports what a timeout throws, fires the others, and wakes again', async () => {
    const reported = catchReports()
    const { clock, wheel } = setUp()
    const fired: number[] = []
    const failure = new Error('mine')
    wheel.set(10, () => {
      throw failure
    })
    wheel.set(10, () => fired.push(clock.now()))
    wheel.set(20, () => fired.push(clock.now()))
    clock.advance(30)
    await drain()
    expect(fired).toEqual([1_010, 1_020])
    expect(reported).toEqual([failure])
  })

  it('does not fire what one that fires together with it has cleared, nor at once what it has set for now', () => {
    const { clock, wheel } = setUp()
    const fired: string[] = []
    let second: TimerNode | null = null
    wheel.set(10, () => {
      wheel.clear(second)
      const again = (left: number) => {
        fired.push(`${left}`)
        if (left > 0) wheel.set(0, () => again(left - 1))
      }
      wheel.set(0, () => again(2))
    })
    second = wheel.set(10, () => fired.push('cleared'))
    clock.next()
    expect(fired).toEqual([])
    clock.advance(0)
    expect(fired).toEqual(['2', '1', '0'])
  })

  it('fires nothing more, and takes none, when a timeout disposes it', () => {
    const { clock, wheel } = setUp()
    wheel.set(10, () => {
      wheel.dispose()
      expect(wheel.set(5, () => expect.unreachable())).toBeNull()
    })
    wheel.set(10, () => expect.unreachable())
    wheel.set(20, () => expect.unreachable())
    clock.advance(100)
    expect(clock.pending).toBe(0)
  })

  describe('that wakes late, because the page was blocked', () => {
    const blocked = (ms: number, { mayClear = false } = {}) => {
      const clock = createTestClock()
      const mail: (() => void)[] = []
      const turns: string[] = []
      const run = (expire: () => void) => {
        turns.push('begin')
        expire()
        turns.push('end')
      }
      const wheel = new TimerWheel({ ...clock, now: clock.now, afterMail: (fn) => mail.push(fn) }, run)
      const node = wheel.set(100, () => turns.push('fired'))
      clock.stall(100 + ms)
      clock.advance(0)
      if (mayClear) wheel.clear(node)
      return { clock, mail, turns, wheel }
    }

    it('lets the mail in before anything expires, and expires in one turn', () => {
      const { mail, turns } = blocked(50)
      expect(turns).toEqual([])
      mail.shift()?.()
      expect(turns).toEqual(['begin', 'fired', 'end'])
      expect(mail).toEqual([])
    })

    it('does not fire what the mail has cleared', () => {
      const { clock, mail, turns } = blocked(50, { mayClear: true })
      mail.shift()?.()
      expect(turns).toEqual(['begin', 'end'])
      expect(clock.pending).toBe(0)
    })

    it('lets it in once a wake, however long the mail takes', () => {
      const { clock, mail, turns } = blocked(50)
      clock.stall(1_000)
      mail.shift()?.()
      expect(turns).toContain('fired')
      expect(mail).toEqual([])
    })

    it('sets no second timer meanwhile, and forgets none that was set', () => {
      const { clock, mail, turns, wheel } = blocked(50)
      wheel.set(10, () => turns.push('second'))
      expect(clock.pending).toBe(0)
      mail.shift()?.()
      clock.advance(10)
      expect(turns).toEqual(['begin', 'fired', 'end', 'begin', 'second', 'end'])
    })

    it('fires nothing when it was disposed meanwhile', () => {
      const { clock, mail, turns, wheel } = blocked(50)
      wheel.dispose()
      mail.shift()?.()
      expect(turns).toEqual(['begin', 'end'])
      expect(clock.pending).toBe(0)
    })

    it('does not ask for it when the host was as punctual as hosts are', () => {
      const { mail, turns } = blocked(3)
      expect(mail).toEqual([])
      expect(turns).toEqual(['begin', 'fired', 'end'])
    })
  })

  it('waits for the rest when the host fires early', () => {
    const clock = createTestClock()
    const hasty = {
      ...clock,
      now: clock.now,
      setTimeout: (fn: () => void, ms: number) => clock.setTimeout(fn, Math.max(1, ms - 5)),
    }
    const wheel = new TimerWheel(hasty)
    const fired: number[] = []
    wheel.set(10, () => fired.push(clock.now()))
    clock.advance(15)
    expect(fired).toEqual([1_010])
  })

  it('keeps no list for a duration that is not in use', () => {
    const { clock, wheel } = setUp()
    for (let ms = 1; ms <= 1_000; ms++) wheel.clear(wheel.set(ms, () => {}))
    wheel.set(2_000, () => {})
    clock.advance(1_500)
    expect((wheel as unknown as { byDuration: Map<number, unknown> }).byDuration.size).toBe(1)
  })

  it('fires nothing after its disposal', () => {
    const { clock, wheel } = setUp()
    wheel.set(10, () => expect.unreachable())
    wheel.dispose()
    expect(clock.pending).toBe(0)
    clock.advance(100)
  })
})

function setUp(): { clock: TestClock; wheel: TimerWheel } {
  const clock = createTestClock()
  return { clock, wheel: new TimerWheel(clock) }
}
