/** Aborting many calls that one starting worker holds: each goes by itself, and none looks at the others. */
import { expect, it, vi } from 'vitest'
import { makeLab, shown, watch } from '../support/lab.ts'

const COUNT = 20_000
const handlers = () => ({ echo: (value: unknown) => value })

/** Steps that iterators of Maps and Sets take while `fn` runs: a scan shows in them, whatever scans. */
function stepsOf(fn: () => void): number {
  let steps = 0
  const spies = [new Map<unknown, unknown>().values(), new Set<unknown>().values()].map((iterator) => {
    const prototype = Object.getPrototypeOf(iterator) as { next: () => unknown }
    const { next } = prototype
    return vi.spyOn(prototype, 'next').mockImplementation(function (this: unknown) {
      steps++
      return Reflect.apply(next, this, [])
    })
  })
  fn()
  for (const spy of spies) spy.mockRestore()
  return steps
}

it.each([
  { how: 'each by its call', by: 'call' },
  { how: 'all by one signal', by: 'signal' },
  { how: 'all by one key', by: 'key' },
])('$how, their cost grows with their number alone', async ({ by }) => {
  const lab = makeLab(handlers, { maxInFlight: COUNT })
  const controller = new AbortController()
  const task = lab.task.with({ signal: controller.signal, key: 'key' })
  const calls = Array.from({ length: COUNT }, (_, index) => task.echo(index))
  const fates = calls.map(watch)
  expect(lab.task.control.getSnapshot().queue).toMatchObject({ inFlight: COUNT, pending: 0 })
  const steps = stepsOf(() => {
    if (by === 'signal') controller.abort()
    else if (by === 'key') lab.runtime.abort({ key: 'key' })
    else for (const call of calls) call.abort()
  })
  expect(steps).toBeLessThan(10 * COUNT)
  expect(lab.task.control.getSnapshot().queue).toMatchObject({ inFlight: 0, pending: 0 })
  const next = watch(lab.task.echo('next'))
  await lab.settle()
  expect([new Set(fates.map((fate) => shown(fate()))), shown(next())]).toEqual([new Set(['aborted']), 'next'])
  lab.runtime.dispose()
  expect(lab.clock.pending).toBe(0)
})
