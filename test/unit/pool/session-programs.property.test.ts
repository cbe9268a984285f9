/** Random programs over sessions, with callbacks, retries and workers that end: each call settles once, on one life of one worker. */
import fc from 'fast-check'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { callback } from '../../../src/channel/callback-mark.ts'
import type { Callback } from '../../../src/types/conversation.ts'
import type { TaskSession } from '../../../src/types/control.ts'
import type { QueuePolicy, TaskCall } from '../../../src/types/task.ts'
import { deliverAll, makeLab } from '../support/lab.ts'
import type { StepWorker } from '../support/step-worker.ts'

type Api = {
  echo(name: string): unknown
  gate(name: string): Promise<unknown>
  fail(name: string): never
  ask(name: string, fn: Callback<(name: string) => unknown>): Promise<unknown>
}

const METHODS = ['echo', 'gate', 'gate', 'fail', 'ask'] as const
const ACTS = [
  'open',
  'open',
  'open',
  'messages',
  'messages',
  'messages',
  'pass',
  'pass',
  'abort',
  'session',
  'session',
  'release',
  'restart',
  'terminate',
  'stop',
  'start',
  'start',
  'clearQueue',
  'prioritize',
  'broadcast',
  'broadcast',
  'resize',
] as const

/** What a callback does beside its answer. */
const INSIDE = [
  'nothing',
  'broadcast',
  'abort',
  'clearQueue',
  'restart',
  'release',
  'stop',
  'call',
  'throw',
  'never',
] as const

const nat = fc.nat({ max: 9 })
const step = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('call' as const),
      method: fc.constantFrom(...METHODS),
      inSession: fc.boolean(),
      which: nat,
      inside: fc.constantFrom(...INSIDE),
      priority: fc.constantFrom('normal' as const, 'high' as const, 'low' as const),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('messages' as const), which: nat }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom(...ACTS), which: nat }) },
)
const setup = fc.record({
  maxWorkers: fc.constantFrom(1, 2, 3, 3),
  slots: fc.integer({ min: 1, max: 2 }),
  maxQueueDepth: fc.constantFrom(8, 0, 1, 3),
  queuePolicy: fc.constantFrom<QueuePolicy[]>('block', 'reject', 'drop-oldest', 'drop-latest'),
  ahead: fc.constantFrom('auto' as const, 'off' as const),
  retry: fc.constantFrom({ error: 0 }, { error: 1, delayMs: 3 }, { error: 2, crash: 1 }),
  timeoutMs: fc.constantFrom(40, Number.POSITIVE_INFINITY),
  maxConcurrency: fc.constantFrom(undefined, 1, 2),
})

beforeEach(() => {
  vi.spyOn(Math, 'random').mockReturnValue(0.5)
  vi.spyOn(console, 'warn').mockReturnValue()
})
afterEach(() => {
  vi.restoreAllMocks()
})

it('settles each call once, runs a session on one worker and one call after another, and leaves nothing behind', async () => {
  await fc.assert(
    fc.asyncProperty(
      setup,
      fc.array(step, { minLength: 8, maxLength: 40, size: 'max' }),
      async (given, steps) => {
        const { maxWorkers, slots, timeoutMs, maxConcurrency, ...config } = given
        const gates: (() => void)[] = []
        /** By session: its worker, and its call that runs. */
        const homes = new Map<string, { worker: StepWorker; running: Set<string> }>()
        const complaints: string[] = []
        const during = async (worker: StepWorker, name: string, fn: () => unknown) => {
          const [session] = name.split(':')
          if (session) {
            const home = homes.get(session) ?? { worker, running: new Set() }
            homes.set(session, home)
            if (home.worker !== worker) complaints.push(`${name} ran on another worker`)
            if (home.running.size > 0) complaints.push(`${name} ran beside ${[...home.running].join()}`)
            home.running.add(name)
          }
          try {
            return await fn()
          } finally {
            if (session) homes.get(session)?.running.delete(name)
          }
        }
        const { task, settle, clock, workers, runtime } = makeLab<Api>(
          (_scope, worker) => ({
            echo: (name) => during(worker, name, () => name),
            gate: (name) =>
              during(worker, name, () => new Promise((resolve) => gates.push(() => resolve(name)))),
            fail: ((name) =>
              during(worker, name, () => {
                throw new RangeError(name)
              })) as (name: string) => never,
            ask: (name, fn) => during(worker, name, () => fn(name)),
          }),
          { maxWorkers, maxInFlight: maxWorkers * slots, abortGraceMs: 20, ...config },
          { runtime: { ...(maxConcurrency && { maxConcurrency }) } },
        )
        const { control } = task
        const sessions: TaskSession<Api>[] = []
        const calls: TaskCall<unknown>[] = []
        const broadcasts = new Set<Promise<unknown>>()
        const settled = new Map<TaskCall<unknown>, number>()
        const pick = <T>(from: readonly T[], which: number): T | undefined => from[which % from.length]
        let names = 0
        const act = (what: (typeof ACTS)[number] | (typeof INSIDE)[number], which: number): void => {
          switch (what) {
            case 'open':
              return gates.splice(which % Math.max(1, gates.length), 1)[0]?.()
            case 'abort':
              return pick(calls, which)?.abort()
            case 'prioritize':
              return pick(calls, which)?.setPriority('high')
            case 'session':
              try {
                sessions.push(control.session({ timeoutMs }))
              } catch (error) {
                if (!(error instanceof RangeError)) throw error
              }
              return
            case 'release':
              return pick(sessions, which)?.control.release()
            case 'restart':
              return void control.restartWorker(which % 3)
            case 'terminate':
              return pick(workers, which)?.asWorker.terminate()
            case 'stop':
              return control.stop()
            case 'start':
              return control.start()
            case 'clearQueue':
              return void control.clearQueue()
            case 'broadcast': {
              const all = control.broadcastSettled(which % 2 === 0 ? 'gate' : 'echo', `:b${++names}`)
              broadcasts.add(all)
              return void all.then(() => broadcasts.delete(all))
            }
            case 'resize':
              return control.resize({ maxWorkers: 1 + (which % 3) })
            case 'call':
              return call('echo', false, which, 'nothing', 'normal')
            case 'throw':
              throw new RangeError('a callback')
            default:
          }
        }
        function call(
          method: (typeof METHODS)[number],
          inSession: boolean,
          which: number,
          inside: (typeof INSIDE)[number],
          priority: 'normal' | 'high' | 'low',
        ): void {
          const session = inSession ? pick(sessions, which) : undefined
          const at = session ? sessions.indexOf(session) + 1 : 0
          const name = `${at ? `s${at}` : ''}:${++names}`
          const target = (session ?? task).with({ priority })
          const made =
            method === 'ask'
              ? target.ask(
                  name,
                  callback((asked: string) => {
                    act(inside, which)
                    return inside === 'never' ? new Promise<never>(() => {}) : asked
                  }),
                )
              : target[method](name)
          const count = () => void settled.set(made, (settled.get(made) ?? 0) + 1)
          made.then(count, count)
          calls.push(made)
        }
        act('session', 0)
        for (const each of steps) {
          if (each.do === 'call') call(each.method, each.inSession, each.which, each.inside, each.priority)
          else if (each.do === 'messages') await settle()
          else if (each.do === 'pass') clock.advance([1, 5, 60, 3_000][each.which % 4] as number)
          else act(each.do, each.which)
          const { queue, workers: fleet } = control.getSnapshot()
          const running = fleet.list.reduce((sum, { inFlight }) => sum + inFlight, 0)
          if (running !== queue.inFlight)
            complaints.push(`${running} run, and ${queue.inFlight} are in flight`)
        }
        for (let round = 0; round < 30; round++) {
          control.start()
          for (const open of gates.splice(0)) open()
          await settle()
          clock.advance(3_000)
          // Those whose callback never answers.
          if (round === 15) for (const made of calls) made.abort()
          if (round === 16) for (const { control: own } of sessions) own.release()
        }
        await deliverAll(workers)
        const { queue, counts, sessions: left, workers: fleet } = control.getSnapshot()
        const { succeeded, failed, canceled, rejected } = counts
        expect({
          complaints,
          open: calls.filter((made) => settled.get(made) !== 1).length,
          queue: [queue.inFlight, queue.pending, queue.ahead, queue.blocked],
          broadcasts: broadcasts.size,
          isCounted: succeeded + failed + canceled + rejected >= calls.length,
          left,
          kept: fleet.list.filter(({ sessions: kept }) => kept !== undefined).length,
          inspected: runtime.inspect().calls.length,
        }).toEqual({
          complaints: [],
          open: 0,
          queue: [0, 0, 0, 0],
          broadcasts: 0,
          isCounted: true,
          left: undefined,
          kept: 0,
          inspected: 0,
        })
        runtime.dispose()
      },
    ),
    { numRuns: 250, interruptAfterTimeLimit: 30_000 },
  )
}, 60_000)
