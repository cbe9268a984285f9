/** A task that has failed tries again by one start: also where no call may wait. */
import { expect, it } from 'vitest'
import type { QueuePolicy, TaskType } from '../../../src/types/task.ts'
import { makeLab, shown, watch } from '../support/lab.ts'
import { StepWorker } from '../support/step-worker.ts'

const PAUSE_MS = 5_000
const handlers = () => ({ echo: (value: number) => value })

function setUp(type: TaskType, queuePolicy: QueuePolicy) {
  let works = false
  const workers: StepWorker[] = []
  const lab = makeLab<ReturnType<typeof handlers>>(handlers, {
    type,
    maxWorkers: type === 'parallel' ? 2 : undefined,
    maxQueueDepth: 0,
    maxCrashes: 0,
    queuePolicy,
    worker: () => {
      if (!works) throw new Error('no worker')
      const worker = new StepWorker(handlers)
      workers.push(worker)
      lab.workers.push(worker)
      return worker.asWorker
    },
  })
  const call = (...values: number[]) => values.map((value) => watch(lab.task.echo(value)))
  const heal = () => {
    works = true
  }
  return { ...lab, made: workers, call, heal }
}

const cases = (['parallel', 'singleton'] as const).flatMap((type) =>
  (
    [
      ['block', 2],
      ['reject', 'queue-full'],
      ['drop-latest', 'dropped-latest'],
      ['drop-oldest', 'dropped-latest'],
    ] as const
  ).map(([policy, second]) => [type, policy, second] as const),
)

it.each(cases)('%s, %s: the first call gets through, the second is %s', async (type, policy, second) => {
  const { call, clock, settle, heal, made, task } = setUp(type, policy)
  const [first] = call(0)
  await settle()
  clock.advance(PAUSE_MS)
  const [tried, again] = call(1, 2)
  await settle()
  // Still without a worker: out of service again, for twice as long, and nothing waits forever.
  expect([first, tried].map((fate) => fate && shown(fate()))).toEqual(['start-failed', 'start-failed'])
  expect(again && shown(again())).toBe(second === 2 ? 'start-failed' : second)
  expect(task.control.getSnapshot()).toMatchObject({
    status: 'failed',
    queue: { inFlight: 0, pending: 0, blocked: 0 },
  })
  heal()
  clock.advance(2 * PAUSE_MS)
  const fates = call(1, 2)
  expect(made).toHaveLength(0)
  await settle()
  expect(fates.map((fate) => shown(fate()))).toEqual([1, second])
  const [last] = call(3)
  await settle()
  expect(last && shown(last())).toBe(3)
})
