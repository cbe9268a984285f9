/** The queue against a small model of it: random programs under every policy, bound and priority. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type Call, HIGH, LOW, NORMAL, type PriorityIndex } from '../../../src/call/call.ts'
import type { QueueLimits } from '../../../src/queue/queue-events.ts'
import { makeCall } from '../support/calls.ts'
import { QueueModel } from '../support/queue-model.ts'

type Op =
  | {
      readonly op: 'offer'
      readonly priority: PriorityIndex
      readonly canStart: boolean
      readonly waitsForKey: boolean
    }
  | { readonly op: 'prioritize'; readonly which: number; readonly priority: PriorityIndex }
  | { readonly op: 'take' | 'takeAhead' | 'admitNext' | 'unhold' }
  | {
      readonly op:
        | 'delay'
        | 'resume'
        | 'startAhead'
        | 'start'
        | 'returnAhead'
        | 'requeue'
        | 'finish'
        | 'remove'
        | 'replace'
      readonly which: number
    }

const limits: fc.Arbitrary<QueueLimits> = fc.record<QueueLimits>({
  maxInFlight: fc.integer({ min: 1, max: 3 }),
  maxQueueDepth: fc.constantFrom(3, 0, 1, 12, Number.POSITIVE_INFINITY),
  policy: fc.constantFrom('block', 'reject', 'drop-latest', 'drop-oldest'),
  maxBlocked: fc.constantFrom(Number.POSITIVE_INFINITY, 0, 1, 4),
})
const ops: fc.Arbitrary<Op[]> = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        op: fc.constant('offer' as const),
        priority: fc.constantFrom<PriorityIndex[]>(NORMAL, HIGH, LOW),
        canStart: fc.boolean(),
        waitsForKey: fc.boolean(),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        op: fc.constant('prioritize' as const),
        which: fc.nat({ max: 20 }),
        priority: fc.constantFrom<PriorityIndex[]>(NORMAL, HIGH, LOW),
      }),
    },
    {
      weight: 5,
      arbitrary: fc.record({
        op: fc.constantFrom('take' as const, 'takeAhead' as const, 'admitNext' as const, 'unhold' as const),
      }),
    },
    {
      weight: 5,
      arbitrary: fc.record({
        op: fc.constantFrom(
          ...([
            'delay',
            'resume',
            'finish',
            'startAhead',
            'start',
            'returnAhead',
            'requeue',
            'remove',
            'replace',
          ] as const),
        ),
        which: fc.nat({ max: 20 }),
      }),
    },
  ),
  { maxLength: 80, size: 'max' },
)

it('keeps its bounds, its order and its counts, and each call in one place', () => {
  fc.assert(
    fc.property(limits, ops, (bounds, program) => {
      expect(run(bounds, program)).toBe('in order')
    }),
    { numRuns: 2_000 },
  )
})

it('lets no priority wait forever', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom<PriorityIndex[]>(HIGH, NORMAL, LOW), { maxLength: 60, size: 'max' }),
      (more) => {
        const model = new QueueModel({ maxInFlight: 1, maxQueueDepth: 999, policy: 'block', maxBlocked: 0 })
        let id = 0
        const offer = (priority: PriorityIndex): Call => {
          const call = makeCall(++id, priority)
          model.offer(call, false)
          return call
        }
        const waiting = new Set([offer(LOW), offer(NORMAL)])
        for (const priority of [...more, ...Array<PriorityIndex>(20).fill(HIGH)]) {
          offer(priority)
          const taken = model.take()
          if (taken) waiting.delete(taken)
          model.finish(0)
        }
        expect([...waiting]).toEqual([])
      },
    ),
  )
})

it('takes each of a hundred thousand calls out without looking at the others, in whatever order', () => {
  const count = 100_000
  const { queue } = new QueueModel({
    maxInFlight: 1,
    maxQueueDepth: count / 2,
    policy: 'block',
    maxBlocked: count,
  })
  const waiting = Array.from({ length: count }, (_, index) => makeCall(index + 1))
  let looks = 0
  // One in a hundred counts how often it is looked at: by those before and behind it, and when it goes itself.
  const watched = waiting.filter((_, index) => index % 100 === 0).map((call) => counted(call, () => looks++))
  for (const call of waiting) queue.offer(call)
  // The newest, the oldest, and then what is left, here and there: the step has no divisor in common with the length.
  for (let left = count / 4; left > 0; left--) queue.settle(waiting.pop() as Call)
  for (const call of waiting.splice(0, count / 4)) queue.settle(call)
  for (let index = 0; index < waiting.length; index++)
    queue.settle(waiting[(index * 30_011) % waiting.length] as Call)
  expect([queue.pending, queue.blocked]).toEqual([0, 0])
  expect(looks / watched.length).toBeLessThan(50)
})

function run(bounds: QueueLimits, program: readonly Op[]): 'in order' {
  const model = new QueueModel(bounds)
  for (const [index, step] of program.entries()) {
    if (step.op === 'offer') model.offer(makeCall(index + 1, step.priority), step.canStart, step.waitsForKey)
    else if (step.op === 'prioritize') model.prioritize(step.which, step.priority)
    else if ('which' in step) model[step.op](step.which)
    else model[step.op]()
    model.check()
  }
  return 'in order'
}

/** Tells of each look at the call's place in a list. */
function counted(call: Call, touch: () => void): Call {
  for (const field of ['list', 'previous', 'next'] as const) {
    let value: unknown = call[field]
    Object.defineProperty(call, field, {
      get: () => {
        touch()
        return value
      },
      set: (next: unknown) => {
        touch()
        value = next
      },
    })
  }
  return call
}
