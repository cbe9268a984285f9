/** All calls have one class for the engine: whatever happens to them, they get no field that they had not from the start. */
import { expect, it, onTestFinished, vi } from 'vitest'
import { taskContext } from '../../../src/worker/index.ts'
import { makeLab } from '../support/lab.ts'

vi.mock(import('../../../src/call/call.ts'), async (importOriginal) => {
  const actual = await importOriginal()
  class Sealed extends actual.Call {
    constructor(...args: ConstructorParameters<typeof actual.Call>) {
      super(...args)
      // A field that is added later throws from here on.
      Object.preventExtensions(this)
    }
  }
  return { ...actual, Call: Sealed }
})

it('no call gets a field that others have not', async () => {
  const handlers = () => ({
    echo: (value: number) => value,
    fail: () => {
      throw new Error('as asked')
    },
    steps: () => {
      taskContext().progress(0.5)
      return 1
    },
    *items() {
      yield 1
      yield 2
    },
  })
  const { task, runtime, settle } = makeLab(handlers, {
    heartbeatMs: 500,
    defaults: { timeoutMs: { queue: 1_000, run: 1_000, total: 2_000 }, retry: { crash: 1 } },
  })
  onTestFinished(() => runtime.dispose())
  const { signal } = new AbortController()
  const progress: unknown[] = []
  const items: number[] = []
  const read = async () => {
    for await (const item of task.items()) items.push(item)
  }
  const shared = task.with({ key: 'a', keyMode: 'dedupe', signal, priority: 'high' })
  const all = Promise.allSettled([
    ...[1, 2, 3, 4, 5, 6].map((value) => task.echo(value)),
    shared.echo(7),
    shared.echo(7),
    task.with({ onProgress: (value) => progress.push(value) }).steps(),
    task.with({ signal: AbortSignal.abort() }).echo(8),
    task.fail(),
    read(),
  ])
  await settle()
  expect((await all).map((each) => (each.status === 'fulfilled' ? each.value : String(each.reason)))).toEqual(
    [...[1, 2, 3, 4, 5, 6, 7, 7, 1], expect.stringContaining('AbortError'), 'Error: as asked', undefined],
  )
  expect([progress, items]).toEqual([[0.5], [1, 2]])
})
