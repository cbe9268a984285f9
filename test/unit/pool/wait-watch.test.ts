/** A singleton whose handler waits for a later call: development says so, and names both. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { TaskConfig } from '../../../src/types/task.ts'
import { makeLab } from '../support/lab.ts'

beforeEach(() => {
  vi.spyOn(console, 'warn').mockImplementation(() => {})
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
})

/** What was said once is not said again: each test has a task of its own. */
function vault(taskId: string, config: Partial<TaskConfig<Handlers>> = {}) {
  const lab = makeLab(
    () => {
      let unlock = () => {}
      return {
        lock: () => new Promise<void>((resolve) => (unlock = resolve)),
        unlock: () => unlock(),
      }
    },
    { type: 'singleton', taskId, ...config },
  )
  const said = () => vi.mocked(console.warn).mock.calls.map(([text]) => String(text))
  const pass = async (ms: number) => {
    await lab.settle()
    lab.clock.advance(ms)
    await lab.settle()
  }
  return { ...lab, said, pass }
}

interface Handlers extends Record<string, (...args: never[]) => unknown> {
  lock(): Promise<void>
  unlock(): void
}

it('is told after five seconds, once', async () => {
  const { task, said, pass, runtime } = vault('vault')
  void task.lock().catch(() => {})
  await pass(2_000)
  void task.unlock().catch(() => {})
  await pass(4_000)
  expect(said()).toEqual([])
  await pass(6_000)
  expect(said()).toEqual([
    expect.stringMatching(
      /vault\.lock \(call-1\) has run for 5 s, and vault\.unlock \(call-2\) waits behind it.*set maxInFlight above 1/,
    ),
  ])
  await pass(60_000)
  expect(said()).toHaveLength(1)
  runtime.dispose()
})

it.each<[string, (lab: ReturnType<typeof vault>) => unknown, Partial<TaskConfig<Handlers>>]>([
  ['while nothing waits', ({ task }) => task.lock(), {}],
  ['of calls of one method', ({ task }) => Promise.all([task.lock(), task.lock()]), {}],
  ['where both run at once', ({ task }) => Promise.all([task.lock(), task.unlock()]), { maxInFlight: 2 }],
  ['of a pool', ({ task }) => Promise.all([task.lock(), task.unlock()]), { type: 'parallel' }],
])('is not told %s', async (what, call, config) => {
  const lab = vault(`vault ${what}`, config)
  void Promise.resolve(call(lab)).catch(() => {})
  await lab.pass(20_000)
  expect(lab.said()).toEqual([])
  lab.runtime.dispose()
})

it('is not told in production', async () => {
  vi.stubEnv('NODE_ENV', 'production')
  const { task, said, pass, runtime } = vault('vault in production')
  void Promise.all([task.lock(), task.unlock()]).catch(() => {})
  await pass(20_000)
  expect(said()).toEqual([])
  runtime.dispose()
})
