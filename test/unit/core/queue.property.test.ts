/** The queue against a small model of it: random programs under every policy, bound and priority. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BLOCKED, type Call, HIGH, IN_FLIGHT, LOW, NORMAL, PENDING, SETTLED } from '../../../src/call.ts'
import { DispatchQueue, type QueueLimits } from '../../../src/dispatch-queue.ts'
import { makeCall } from './support/calls.ts'

type Op =
  | { readonly op: 'offer'; readonly priority: typeof HIGH | typeof NORMAL | typeof LOW; readonly canStart: boolean }
  | { readonly op: 'take' | 'takeAhead' | 'admitNext' | 'release' }
  | { readonly op: 'startAhead' | 'returnAhead' | 'requeue' | 'finish' | 'remove'; readonly which: number }

const whole = (least: number, most: number) => fc.integer({ min: least, max: most })
const limits: fc.Arbitrary<QueueLimits> = fc.record<QueueLimits>({
  maxInFlight: whole(1, 3),
  maxQueueDepth: fc.oneof(whole(0, 4), fc.constant(Number.POSITIVE_INFINITY)),
  policy: fc.constantFrom('block', 'reject', 'drop-latest', 'drop-oldest'),
  maxBlocked: fc.constantFrom(0, 1, 4, Number.POSITIVE_INFINITY),
})
const op: fc.Arbitrary<Op> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      op: fc.constant('offer' as const),
      priority: fc.constantFrom(NORMAL, HIGH, LOW),
      canStart: fc.boolean(),
    }),
  },
  { weight: 4, arbitrary: fc.record({ op: fc.constantFrom('take' as const, 'takeAhead' as const, 'admitNext' as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      op: fc.constantFrom(
        ...(['startAhead', 'returnAhead', 'requeue', 'finish', 'finish', 'remove'] as const),
      ),
      which: fc.nat({ max: 20 }),
    }),
  },
)

/** How often a lower priority may be passed over. */
const PATIENCE = 8

/** Where every call is, as plain lists. */
class Model {
  ready: Call[] = []
  blocked: Call[] = []
  ahead: Call[] = []
  running: Call[] = []
  /** Calls of higher priority that went first, since a priority had its last turn. */
  readonly passed = new Map<number, number>([HIGH, NORMAL, LOW].map((priority) => [priority, 0]))
  readonly passedBlocked = new Map(this.passed)
  /** Pending calls that are beyond the bound by right. */
  excess = 0

  get pending(): number {
    return this.ready.length + this.ahead.length
  }
}
