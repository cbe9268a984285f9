/** The timer wheel on a clock that tests move: what fires, when, in which order, and on how many timers of the host. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type TimerNode, TimerWheel } from '../../../src/lib/timer-wheel.ts'
import { createTestClock, type TestClock } from 'atelier-react/testing'

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

  it('has no timer for what is longer than a host can wait', () => {
    const { clock, wheel } = setUp()
    expect(wheel.set(Number.POSITIVE_INFINITY, () => {})).toBeNull()
    expect(wheel.set(2 ** 31, () => {})).toBeNull()
    expect(clock.pending).toBe(0)
    wheel.clear(null)
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
