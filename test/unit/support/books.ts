/** A dispatcher with a queue, without a pool: what it hands to which worker is only written down. */
import { type Call, type CallOptions, NORMAL, type PriorityIndex } from '../../../src/call/call.ts'
import { type Link, WorkerChannel } from '../../../src/channel/worker-channel.ts'
import { TimerWheel } from '../../../src/lib/timer-wheel.ts'
import { Dispatcher } from '../../../src/pool/dispatcher.ts'
import { HandAhead } from '../../../src/pool/hand-ahead.ts'
import type { PoolParts } from '../../../src/pool/pool-parts.ts'
import { AheadWindow } from '../../../src/pool/ahead-window.ts'
import { DispatchQueue } from '../../../src/queue/dispatch-queue.ts'
import type { QueueLimits } from '../../../src/queue/queue-events.ts'
import type { QueuePolicy } from '../../../src/types/task.ts'
import { makeCall } from './calls.ts'

/** A worker of which only the books are kept. */
export class Books extends WorkerChannel {
  readonly askedBack: number[][] = []
  constructor(index: number, slots: number, areClaimsSafe: boolean) {
    super(index, slots, false)
    this.state = 'ready'
    const takeBack = (calls: readonly Call[]): void => {
      this.askedBack.push(calls.map(({ id }) => id))
    }
    this.link = { areClaimsSafe, takeBack, closeClaim: () => {} } as unknown as Link
  }
  get aheadIds(): number[] {
    return [...this.ahead].map(({ id }) => id)
  }
}

export interface BooksOptions extends Partial<Omit<QueueLimits, 'policy'>> {
  readonly workers?: number
  readonly slots?: number
  readonly policy?: QueuePolicy
  readonly ahead?: 'auto' | 'off' | 'always'
  /** Whether what is ahead can be had back from a worker that is stuck. */
  readonly areSafe?: boolean
}

/** A dispatcher over workers of which only the books are kept; time moves when a test moves it. */
export function keepBooks({
  workers = 1,
  slots = 1,
  policy = 'block',
  ahead: wish = 'always',
  areSafe = true,
  ...limits
}: BooksOptions = {}) {
  const log: string[] = []
  const timers: { fn: () => void; ms: number }[] = []
  let now = 1_000
  const queue: DispatchQueue = new DispatchQueue(
    { maxInFlight: workers * slots, maxQueueDepth: 999, maxBlocked: 999, policy, ...limits },
    {
      admitted: (call) => queue.makeReady(call),
      mustWait: () => false,
      canStart: () => false,
      oldestHeld: () => null,
      evicted() {},
    },
  )
  const channels = Array.from({ length: workers }, (_, index) => {
    return new Books(index, slots, areSafe)
  })
  const fleet = {
    channels,
    pick: () => channels.find((channel) => !channel.isFull) ?? null,
    get canTake() {
      return channels.some((channel) => !channel.isFull)
    },
  }
  const clock = {
    now: () => now,
    setTimeout: (fn: () => void, ms: number) => timers.push({ fn, ms }),
    clearTimeout() {},
  }
  const note = (what: string) => (call: Call) => {
    log.push(`${what} ${call.id}`)
  }
  const leave = (call: Call): void => {
    const channel = call.place as Books
    const heldSlot = call.list !== channel.ahead
    if (heldSlot) channel.running--
    channel.release(call)
    queue.leave(call, heldSlot)
  }
  const window = new AheadWindow()
  const host = {
    clock,
    now: () => now,
    wheel: new TimerWheel(clock),
    tell: (fn: () => void) => fn(),
    record: (fn: () => void) => fn(),
    seam: { active: { callDispatched: note('told') } },
  }
  const settlement = { dispatched: note('dispatched'), unstarted: note('unstarted'), leave }
  const config = { policy, ahead: wish }
  const parts = {
    config,
    queue,
    fleet,
    host,
    settlement,
    share: null,
    sessions: { isUsed: false },
    affinities: { isUsed: false, homeOf: () => null },
  } as unknown as PoolParts
  const dispatcher = new Dispatcher(parts)
  const ahead = new HandAhead(parts, dispatcher, window)
  let ids = 0
  const call = (
    priority: PriorityIndex = NORMAL,
    options: Partial<CallOptions> = {},
    method = 'method',
  ): Call => {
    const made = Object.assign(makeCall(++ids, priority, options), { method })
    queue.offer(made)
    return made
  }
  const calls = (count: number, priority?: PriorityIndex): Call[] =>
    Array.from({ length: count }, () => call(priority))
  /** The method is known to be so long. */
  const know = (ms: number, runs = 60, method = 'method'): void => {
    for (let run = 0; run < runs; run++) window.observeRun(method, ms)
  }
  const post = (): void => {
    for (const channel of channels) for (const each of channel.held.values()) each.isPosted = true
  }
  const later = (ms: number): void => {
    now += ms
    for (const { fn } of timers.splice(0)) fn()
  }
  return {
    dispatcher,
    ahead,
    queue,
    channels,
    window,
    log,
    call,
    calls,
    know,
    post,
    later,
    leave,
    timers,
    move: (ms: number) => (now += ms),
  }
}

export const channelOf = (books: Books): WorkerChannel => books

const ids = (calls: readonly Call[]): number[] => calls.map(({ id }) => id)
export const heldBy = ({ held }: Books): number[] => ids([...held.values()])
