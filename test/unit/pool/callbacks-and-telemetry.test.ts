/** Telemetry of what has happened is written before a callback of the user's can be its end. */
import { expect, it } from 'vitest'
import { makeLab, shown, watch } from '../support/lab.ts'

it('calls that have started are counted alike, though the first onStart disposes the runtime', async () => {
  const { task, runtime, settle } = makeLab(() => ({ wait: () => new Promise(() => {}) }), {
    maxWorkers: 2,
    init: 'eager',
  })
  await settle()
  const starts: string[] = []
  let dispatched = 0
  let terminated = 0
  runtime.subscribeEvents((event) => {
    if (event.kind === 'counter' && event.name === 'task.dispatch.total') dispatched += event.value
    if (event.kind === 'worker' && event.action === 'terminate') terminated++
  })
  const onStart = () => {
    starts.push('heard')
    runtime.dispose()
  }
  const fates = [task.with({ onStart }).wait(), task.with({ onStart }).wait()].map(watch)
  await settle()
  expect(fates.map((fate) => shown(fate()))).toEqual(['disposed', 'disposed'])
  expect(starts).not.toHaveLength(0)
  expect(task.control.getSnapshot().counts.dispatched).toBe(2)
  expect(dispatched).toBe(2)
  expect(terminated).toBe(2)
})
