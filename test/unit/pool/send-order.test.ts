/** What a turn hands out is on its way before the turn's telemetry is written: workers do not wait for spans. */
import { expect, it } from 'vitest'
import { drain, makeLab } from '../support/lab.ts'

const handlers = () => ({ echo: (value: number) => value })

it('the next call is posted before the span of the one before is written', async () => {
  // Under a drop policy nothing waits on the worker: the second call is sent when the first has replied.
  const lab = makeLab(handlers, { queuePolicy: 'drop-latest', maxQueueDepth: 10 })
  await Promise.all([lab.task.echo(0), lab.settle()])
  const worker = lab.workers[0]
  const underWay: (number | undefined)[] = []
  lab.runtime.subscribeEvents((event) => {
    if (event.kind === 'span') underWay.push(worker?.toWorker.length)
  })
  const calls = [1, 2].map((value) => lab.task.echo(value))
  await drain()
  worker?.deliverToWorker()
  await drain()
  worker?.deliverToPage()
  expect(underWay).toEqual([1])
  await lab.settle()
  expect(await Promise.all(calls)).toEqual([1, 2])
})
