/** Values of another frame: its signals abort calls as those of the page do. */
import { createTaskRuntime } from 'atelier-react/core'
import { expect, it, onTestFinished } from 'vitest'
import { rejection } from './fixtures/lab.ts'
import type { LabApi } from './fixtures/lab.worker.ts'

it('a signal of a frame aborts calls, alone and joined with one of the page', async () => {
  const frame = document.createElement('iframe')
  document.body.append(frame)
  onTestFinished(() => frame.remove())
  const { AbortController: Foreign } = frame.contentWindow as unknown as typeof globalThis
  const runtime = createTaskRuntime({ otel: false, performance: false })
  onTestFinished(() => runtime.dispose())
  const task = runtime.defineTask<LabApi>({
    type: 'parallel',
    maxWorkers: 2,
    worker: () => new Worker(new URL('./fixtures/lab.worker.ts', import.meta.url), { type: 'module' }),
  })
  const controller = new Foreign()
  expect(controller.signal instanceof AbortSignal).toBe(false)
  const joined = task.with({ signal: new AbortController().signal }).with({ signal: controller.signal })
  const calls = [task.with({ signal: controller.signal }), joined].map((each) =>
    rejection(each.wait('never')),
  )
  const results = rejection(joined.control.map('wait', ['never']).next())
  controller.abort('why')
  expect(await Promise.all(calls)).toMatchObject([
    { code: 'aborted', cause: 'why' },
    { code: 'aborted', cause: 'why' },
  ])
  expect(await results).toBe('why')
})
