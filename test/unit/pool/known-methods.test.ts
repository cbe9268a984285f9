/** Options of a method that the worker does not have: development says so, once, and what may have been meant. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { makeLab } from '../support/lab.ts'

beforeEach(() => {
  vi.spyOn(console, 'warn').mockImplementation(() => {})
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
})

async function said(taskId: string, methods: object): Promise<string[]> {
  const lab = makeLab(
    () => ({ add: (a: number, b: number) => a + b, sum: (...all: number[]) => all.length }),
    {
      type: 'parallel',
      maxWorkers: 2,
      taskId,
      methods,
    },
  )
  const calls = [lab.task.add(1, 2), lab.task.sum(1)]
  await lab.settle()
  await Promise.all(calls)
  lab.runtime.dispose()
  return vi.mocked(console.warn).mock.calls.map(([text]) => String(text))
}

it('is told once a task, however many workers there are', async () => {
  expect(await said('calculator', { add: { priority: 'high' }, ad: { keyMode: 'latest' } })).toEqual([
    'Atelier: task "calculator" has options for "methods.ad", but its worker has no method "ad" (did you mean "add"?); it has: add, sum.',
  ])
})

it('is not told where all are known', async () => {
  expect(await said('known', { add: { priority: 'high' } })).toEqual([])
})

it('is not told in production', async () => {
  vi.stubEnv('NODE_ENV', 'production')
  expect(await said('silent', { adding: { priority: 'high' } })).toEqual([])
})
