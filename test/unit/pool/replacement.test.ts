/** Which workers are replaced though no call asks for one: those of an eager task that died. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { makeLab, shown, watch } from '../support/lab.ts'

const handlers = () => ({ echo: (value: unknown) => value, wait: () => new Promise<void>(() => {}) })

beforeEach(() => {
  vi.spyOn(Math, 'random').mockReturnValue(1)
})
afterEach(() => {
  vi.restoreAllMocks()
})

it.each([
  { init: 'eager' as const, alive: 1 },
  { init: 'lazy' as const, alive: 0 },
])(
  'a worker that died is replaced after its pause where the task is $init: $alive',
  async ({ init, alive }) => {
    const lab = makeLab(handlers, { init })
    await Promise.all([lab.task.echo(1), lab.settle()])
    lab.workers[0]?.asWorker.terminate()
    const living = () => lab.workers.filter(({ isAlive }) => isAlive).length
    await lab.settle()
    lab.clock.advance(99)
    await lab.settle()
    expect(living()).toBe(0)
    lab.clock.advance(1)
    await lab.settle()
    expect(living()).toBe(alive)
  },
)

it('a success of another worker does not lose the replacement', async () => {
  const lab = makeLab(handlers, { init: 'eager', maxWorkers: 2 })
  await lab.settle()
  expect(lab.workers.length).toBe(2)
  lab.workers[0]?.asWorker.terminate()
  await Promise.all([lab.task.echo(1), lab.settle()])
  lab.clock.advance(60_000)
  await lab.settle()
  expect(lab.workers.filter(({ isAlive }) => isAlive).length).toBe(2)
})

it.each([
  { how: 'hang', config: { heartbeatMs: 100 } },
  { how: 'abort grace', config: { abortGraceMs: 100 } },
])('a worker that was ended for $how is replaced in an eager task', async ({ config }) => {
  const lab = makeLab(handlers, { init: 'eager', ...config })
  await lab.settle()
  const call = lab.task.wait()
  const fate = watch(call)
  await lab.settle()
  if ('abortGraceMs' in config) call.abort()
  lab.clock.advance(200)
  await lab.settle()
  lab.clock.advance(2_000)
  await lab.settle()
  expect(['hang', 'aborted']).toContain(shown(fate()))
  expect(lab.workers.map(({ isAlive }) => isAlive)).toEqual([false, true])
})

it('a worker that was stopped because it was idle is not replaced', async () => {
  const lab = makeLab(handlers, { init: 'eager', idleTimeoutMs: 100 })
  await lab.settle()
  lab.clock.advance(10_000)
  await lab.settle()
  expect(lab.workers.map(({ isAlive }) => isAlive)).toEqual([false])
  await Promise.all([lab.task.echo(1), lab.settle()])
  expect(lab.workers.length).toBe(2)
})

it.each(['stop', 'dispose'] as const)('nothing is replaced after %s', async (end) => {
  const lab = makeLab(handlers, { init: 'eager' })
  await lab.settle()
  lab.workers[0]?.asWorker.terminate()
  lab.task.control[end]()
  lab.clock.advance(60_000)
  await lab.settle()
  expect([lab.workers.length, lab.clock.pending]).toEqual([1, 0])
})
