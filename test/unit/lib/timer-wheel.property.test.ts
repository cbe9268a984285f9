/** The timer wheel beside a naive model: whatever its timeouts do when they fire, and however late the host wakes it. */
import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type TimerNode, TimerWheel } from '../../../src/lib/timer-wheel.ts'
import { createTestClock } from 'atelier-react/testing'
import { catchReports } from '../support/reported.ts'
import { drain } from '../support/lab.ts'

/** What a timeout does when it fires. */
type Act =
  | { readonly act: 'set'; readonly ms: number }
  | { readonly act: 'clear'; readonly which: number }
  | { readonly act: 'throw' | 'block' | 'dispose' }

type Op =
  | { readonly op: 'set'; readonly ms: number; readonly acts: readonly Act[] }
  | { readonly op: 'clear'; readonly which: number }
  | { readonly op: 'pass' | 'stall'; readonly ms: number }

const LONG_MS = 2 ** 31 + 5
const BLOCK_MS = 300
const ms = fc.constantFrom(0, 0.2, 1, 5, 5, 20, 100, 100, 5_000, LONG_MS)
const which = fc.nat({ max: 30 })
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ act: fc.constant('set' as const), ms }) },
  { weight: 6, arbitrary: fc.record({ act: fc.constant('clear' as const), which }) },
  { weight: 3, arbitrary: fc.record({ act: fc.constantFrom('throw' as const, 'block' as const) }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('dispose' as const) }) },
)
const op: fc.Arbitrary<Op> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ op: fc.constant('set' as const), ms, acts: fc.array(act, { maxLength: 3 }) }),
  },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('clear' as const), which }) },
  {
    weight: 4,
    arbitrary: fc.record({
      op: fc.constantFrom('pass' as const, 'stall' as const),
      ms: fc.constantFrom(0, 1, 4, 30, 200, 9_000, LONG_MS),
    }),
  },
)

afterEach(() => {
  vi.restoreAllMocks()
})

/** Runs a program on a wheel, and says what a model that knows only deadlines misses. */
function play(program: readonly Op[], hasMail: boolean) {
  const clock = createTestClock()
  const mail: (() => void)[] = []
  const afterMail = hasMail ? (fn: () => void) => mail.push(fn) : undefined
  const wheel = new TimerWheel({ ...clock, now: clock.now, afterMail })
  const nodes: (TimerNode | null)[] = []
  const due = new Map<number, number>()
  const faults: string[] = []
  const thrown: unknown[] = []
  let isDisposed = false
  let depth = 0

  const clear = (index: number) => {
    if (nodes.length === 0) return
    due.delete(index % nodes.length)
    wheel.clear(nodes[index % nodes.length] ?? null)
  }
  const perform = (step: Act) => {
    if (step.act === 'set') set(step.ms, [])
    else if (step.act === 'clear') clear(step.which)
    else if (step.act === 'block') clock.stall(BLOCK_MS)
    else if (step.act === 'dispose') {
      wheel.dispose()
      due.clear()
      isDisposed = true
    }
  }
  function set(after: number, acts: readonly Act[]) {
    const id = nodes.length
    if (!isDisposed) due.set(id, clock.now() + after)
    nodes.push(
      wheel.set(after, () => {
        const at = due.get(id)
        if (at === undefined) faults.push(`${id} fired, and was not set`)
        else if (clock.now() < at - 0.5) faults.push(`${id} fired early`)
        if (depth > 0) faults.push(`${id} fired inside another`)
        due.delete(id)
        depth++
        for (const each of acts) perform(each)
        depth--
        if (!acts.some((each) => each.act === 'throw')) return
        const error = new Error(`${id} threw`)
        thrown.push(error)
        throw error
      }),
    )
  }
  const deliver = () => {
    for (const fn of mail.splice(0)) fn()
  }
  const pass = (time: number) => {
    const until = clock.now() + time
    while (clock.now() < until) {
      if (!clock.next(until - clock.now())) clock.advance(Math.max(0, until - clock.now()))
      deliver()
    }
    // What a block made due fires as soon as the host comes to it.
    while (clock.next(0)) deliver()
    const left = [...due.values()].filter((at) => at <= clock.now())
    if (left.length > 0) faults.push(`${left.length} due and not fired`)
  }
  for (const step of program) {
    if (step.op === 'set') set(step.ms, step.acts)
    else if (step.op === 'clear') clear(step.which)
    else if (step.op === 'stall') clock.stall(step.ms)
    else pass(step.ms)
    if (clock.pending > 1) faults.push('more than one timer of the host')
  }
  pass(3 * LONG_MS)
  if (due.size > 0) faults.push(`${due.size} lost`)
  if (clock.pending > 0) faults.push('a timer of the host is left')
  return { faults, thrown }
}

describe('the timer wheel', () => {
  it.each([
    ['with a clock that can let the mail in', true],
    ['with a clock that cannot', false],
  ])(
    'fires each timeout once, never early, loses none, and reports what they throw, %s',
    async (_how, hasMail) => {
      const reported = catchReports()
      let expected: unknown[] = []
      fc.assert(
        fc.property(fc.array(op, { maxLength: 40 }), (program) => {
          const { faults, thrown } = play(program, hasMail)
          expected = [...expected, ...thrown]
          expect(faults).toEqual([])
        }),
        { numRuns: 300 },
      )
      await drain()
      expect(reported).toEqual(expected)
      expect(reported.length).toBeGreaterThan(20)
    },
  )
})
