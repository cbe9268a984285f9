/** A harness without a worker: what it posts, and a clock that its handlers move. */
import { vi } from 'vitest'
import type { TaskHandlers } from '../../../src/types/task.ts'
import { Harness, type WorkerScope } from '../../../src/worker/harness.ts'
import type { TaskWorkerLifecycle } from '../../../src/worker/lifecycle.ts'
import { callsMessage, repliesIn, type Sent } from './wire-port.ts'

/** What `performance.now()` gives until the mocks are restored. */
export const time = { now: 1_000 }

/** Makes time stand still, at a thousand, until a handler takes some. */
export function stopTime(): void {
  time.now = 1_000
  vi.spyOn(performance, 'now').mockImplementation(() => time.now)
}

/** A harness, what it has posted, and gates that its handlers wait at. */
export function makeHarness(
  more: TaskHandlers = {},
  lifecycle: TaskWorkerLifecycle = {},
  navigator: NonNullable<WorkerScope['navigator']> = {},
) {
  const posted: unknown[][] = []
  const ran: unknown[] = []
  const gates: ((error?: unknown) => void)[] = []
  const handlers: TaskHandlers = {
    /** Takes so many ms. */
    work(ms: number, name?: unknown) {
      ran.push(name ?? ms)
      time.now += ms
      return name
    },
    wait(name: unknown) {
      ran.push(name)
      return new Promise((resolve, reject) => {
        gates.push((error) => (error === undefined ? resolve(name) : reject(error)))
      })
    },
    ...more,
  }
  let closed = 0
  const postMessage = (message: unknown): number => posted.push(structuredClone(message) as unknown[])
  const scope = { postMessage, addEventListener() {}, navigator }
  const names = Object.keys(handlers)
  const harness = new Harness(scope, handlers, names, lifecycle, () => closed++)
  return {
    harness,
    posted,
    ran,
    gates,
    closed: () => closed,
    replies: () => posted.flatMap(repliesIn),
    answers: () => posted.flatMap(repliesIn).map(({ id, status, value }) => [id, status, value]),
    send: (...calls: readonly (Sent & { readonly to?: string })[]) =>
      harness.receive(
        callsMessage(
          ...calls.map((call) => ({
            method: names.indexOf(call.to ?? 'work'),
            ...call,
          })),
        ),
      ),
  }
}
