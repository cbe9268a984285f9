/** Calls that end in the turn in which they were made: none starts a worker, whatever else that turn does. */
import fc from 'fast-check'
import { expect, it, vi } from 'vitest'
import type { TaskConfig } from '../../../src/types/task.ts'
import { drain, makeLab } from '../support/lab.ts'

const handlers = () => ({ echo: (value: unknown) => value })
type Api = ReturnType<typeof handlers>

const setUp = (config: Partial<TaskConfig<Api>>) => {
  const kit = makeLab(handlers, config)
  const { task, runtime } = kit
  const stop = new AbortController()
  const calls: ReturnType<typeof task.echo>[] = []
  const make = (options: Parameters<typeof task.with>[0] = {}) => {
    const call = task.with({ key: 'a', signal: stop.signal, ...options }).echo(1)
    call.catch(() => {})
    calls.push(call)
  }
  /** What may come in between. */
  const steps: Record<string, () => void> = {
    low: () => make({ priority: 'low' }),
    high: () => make({ priority: 'high', keyMode: 'parallel' }),
    latest: () => make({ keyMode: 'latest' }),
    'abort the first': () => calls.shift()?.abort(),
    'abort the last': () => calls.pop()?.abort(),
    'clear the queue': () => void task.control.clearQueue(),
    'look at it': () => void runtime.getRuntimeSnapshot(),
    'abort another key': () => void runtime.abort({ key: 'b' }),
  }
  const ends = [
    () => stop.abort(),
    () => void runtime.abort({ key: 'a' }),
    () => void runtime.abort({ task }),
    () => {
      for (const call of calls) call.abort()
    },
  ]
  return { ...kit, steps, ends }
}

it.each<Partial<TaskConfig<Api>>>([
  { maxWorkers: 1 },
  { maxWorkers: 3, maxQueueDepth: 1 },
  { type: 'singleton', maxWorkers: 1 },
])('start none: %o', async (config) => {
  const names = Object.keys(setUp(config).steps)
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...names)), fc.nat({ max: 3 }), async (program, end) => {
      const { steps, ends, workers, runtime } = setUp(config)
      for (const name of program) steps[name]?.()
      ends[end]?.()
      await drain()
      expect(workers).toHaveLength(0)
      runtime.dispose()
    }),
  )
})

it('of which one is left start its worker when the turn is over, and not before', async () => {
  const { task, workers, settle } = makeLab(handlers, { maxWorkers: 1 })
  const [first, second, third] = [task.echo(1), task.echo(2), task.echo(3)]
  first.catch(() => {})
  second.catch(() => {})
  first.abort()
  second.abort()
  expect(workers).toHaveLength(0)
  await settle()
  expect([await third, workers.length]).toEqual([3, 1])
})

it('calls leave the page though the fake timers of a test library hold queueMicrotask back, as those of Jest do', async () => {
  const { task, settle, runtime } = makeLab(handlers)
  const held = vi.spyOn(globalThis, 'queueMicrotask').mockImplementation(() => {})
  try {
    const call = task.echo('x')
    await settle()
    await expect(call).resolves.toBe('x')
  } finally {
    held.mockRestore()
  }
  runtime.dispose()
})
