/** Names that no worker knows leave nothing behind, however many are asked for. */
import { expect, it } from 'vitest'
import { AheadWindow } from '../../../src/pool/ahead-window.ts'
import type { TaskOwner } from '../../../src/runtime/task-control.ts'
import { createTask } from '../../../src/runtime/task-proxy.ts'
import { resolveCalls } from '../../../src/options/task-options.ts'
import { makeLab } from '../support/lab.ts'

const NAMES = 5_000
const handlers = () => ({ echo: (value: number) => value })
type Names = Record<string, () => Promise<unknown>>

it('a task forgets them, and keeps the methods of its worker', async () => {
  const { task, settle } = makeLab(handlers, { maxQueueDepth: NAMES })
  const { echo } = task
  void echo(1)
  await settle()
  const names = task as unknown as Names
  const first = names['name 0']
  expect(names['name 0']).toBe(first)
  for (let n = 1; n < NAMES; n++) void names[`name ${n}`]
  expect(names['name 0']).not.toBe(first)
  expect(task.echo).toBe(echo)
})

it('a task without a worker forgets them, too, and its methods go on', async () => {
  const task = createTask<{ echo(): void }>(
    {
      pool: { parts: { task: {} }, call: (name: string) => Promise.resolve(name) },
    } as unknown as TaskOwner,
    resolveCalls({}),
  ) as unknown as Names
  const first = task['name 0']
  for (let n = 1; n < NAMES; n++) void task[`name ${n}`]
  expect(task['name 0']).not.toBe(first)
  expect(await first?.()).toBe('name 0')
})

it('only what has run is estimated', async () => {
  const window = new AheadWindow()
  for (let n = 0; n < NAMES; n++) {
    window.expectedMs(`name ${n}`)
    window.mostCalls(`name ${n}`)
  }
  expect((window as unknown as { methods: Map<string, unknown> }).methods.size).toBe(0)
})
