/** What the codemod makes of code on the surface of 0.1. */
import { expect, it, vi } from 'vitest'
import { edits as abortByKey } from '../../../scripts/codemod/transforms/abort-by-key.mjs'
import { edits as manyInputs } from '../../../scripts/codemod/transforms/many-inputs.mjs'
import { edits as taskOptions } from '../../../scripts/codemod/transforms/task-options.mjs'
import { edits as taskControl } from '../../../scripts/codemod/transforms/task-control.mjs'
import { edits as words } from '../../../scripts/codemod/transforms/words.mjs'
import { rewritten } from './support.ts'

// Each makes a program of the compiler's.
vi.setConfig({ testTimeout: 60_000 })

const head = `import { createTaskRuntime, parallelLimit, type Task } from 'atelier-react/core'
interface Api { resize(size: number): number }
const runtime = createTaskRuntime()
declare const task: Task<Api>
`

it('operations of a task are under control, methods of other things stay', () => {
  const before = `${head}task.startWorkers()
const { counts } = task.with({ key: 'a' }).getState()
for await (const size of task.map('resize', [1, 2].map((n) => n))) console.log(size, counts)
task.stopWorkers()
task.dispose()
runtime.dispose()
declare const ownNames: Task<{ dispose(): void }>
void ownNames.dispose()
`
  expect(rewritten(before, [taskControl])).toBe(`${head}task.control.start()
const { counts } = task.with({ key: 'a' }).control.getSnapshot()
for await (const size of task.control.map('resize', [1, 2].map((n) => n))) console.log(size, counts)
task.control.stop()
task.control.dispose()
runtime.dispose()
declare const ownNames: Task<{ dispose(): void }>
void ownNames.dispose()
`)
})

it('aborts by key are aborts of the runtime', () => {
  const before = `${head}const sticky = true
const key = 'a'
runtime.abortTaskController.abort('a')
runtime.abortTaskController.abort(key, new Error('gone'), { sticky })
runtime.abortTaskController.abortMany(['a', 'b'], 'gone', { sticky: true })
runtime.abortTaskController.abort('a', undefined, { sticky: true })
runtime.abortTaskController.signalFor('a').throwIfAborted()
runtime.abortTaskController.clear('a')
runtime.abortTaskController.clearAll()
const keys = runtime.abortTaskController
new AbortController().abort('a')
`
  expect(rewritten(before, [abortByKey])).toBe(`${head}const sticky = true
const key = 'a'
runtime.abort({ key: 'a' })
runtime.abort({ key, sticky }, new Error('gone'))
runtime.abort({ keys: ['a', 'b'], sticky: true }, 'gone')
runtime.abort({ key: 'a', sticky: true })
runtime.keys.signal('a').throwIfAborted()
runtime.keys.clear('a')
runtime.keys.clear()
const keys = runtime.keys
new AbortController().abort('a')
`)
})

it('many inputs have one word for what becomes of failures', () => {
  const before = `${head}void task.control.map('resize', [1], { ordered: true, onError: 'skip' })
void parallelLimit([1], 2, String, { errorPolicy: 'continue', onError: console.warn, abortTaskController: runtime.keys })
void parallelLimit([1], 2, String, { returnSettled: true })
`
  expect(
    rewritten(before, [manyInputs]),
  ).toBe(`${head}void task.control.map('resize', [1], { ordered: true, failures: 'skip' })
void parallelLimit([1], 2, String, { failures: 'skip', onError: console.warn, keys: runtime.keys })
void parallelLimit([1], 2, String, { failures: 'settle' })
`)
})

it('the code blocks of a page are code, the rest is not', () => {
  const page = (call: string) => `# Stop

\`\`\`ts
${head}${call}
\`\`\`

Call task.stopWorkers() and see:

\`\`\`ts
import type { Task } from 'atelier-react/core'
export const stop = (each: Task<{ run(): void }>) => each.${call.slice(5)}
\`\`\`
`
  expect(rewritten(page('task.stopWorkers()'), [taskControl], '.md')).toBe(page('task.control.stop()'))
})

it('options of a task: new names, and what a call may override in defaults and methods', () => {
  const make = (options: string) => `${head}export const defined = runtime.defineTask<Api>({
${options}
})
`
  const before = make(`  type: 'parallel',
  worker: () => new Worker('x'),
  poolSize: 2,
  keyMode: 'latest',
  keyOf: (size) => String(size),
  payloadAttributes: (size) => ({ size }),
  crashPolicy: 'restart-requeue-in-flight',
  crashMaxRetries: 1,
  timeoutMs: { run: 5 },`)
  const squeezed = (text: string) => text.replace(/\s+/g, ' ')
  expect(squeezed(rewritten(before, [taskOptions]))).toBe(
    squeezed(
      make(`{ type: 'parallel', worker: () => new Worker('x'), maxWorkers: 2, retry: { crash: 1 }, maxCrashes: 1,
defaults: { keyMode: 'latest', timeoutMs: { run: 5 } },
methods: { resize: { keyOf: (size) => String(size), attributes: (size) => ({ size }) } } }`)
        .replace('({\n{', '({')
        .replace('}\n})', '})'),
    ),
  )
})

it('members that have another name', () => {
  const imports = `import { createTaskRuntime, type WorkerEvent } from 'atelier-react/core'
import { createFakeWorker } from 'atelier-react/testing'
import { taskContext } from 'atelier-react/worker'
`
  const before = `${imports}createTaskRuntime({ performance: { retain: 5 } }).retain()
const retain = 6
createTaskRuntime({ performance: { retain } })
createFakeWorker({ handlers: {}, latency: 5 })
export const actionOf = (event: WorkerEvent) => event.event
export async function work() {
  const { yield: breathe, span } = taskContext()
  await breathe()
  const context = taskContext()
  await context.yield()
  span('a', () => 1, { b: 2 })
  context.span('a', () => 1)
}
`
  expect(
    rewritten(before, [words]),
  ).toBe(`${imports}createTaskRuntime({ performance: { keepMeasures: 5 } }).retain()
const retain = 6
createTaskRuntime({ performance: { keepMeasures: retain } })
createFakeWorker({ handlers: {}, latencyMs: 5 })
export const actionOf = (event: WorkerEvent) => event.action
export async function work() {
  const { pause: breathe, span } = taskContext()
  await breathe()
  const context = taskContext()
  await context.pause()
  span('a', { attributes: { b: 2 } }, () => 1)
  context.span('a', () => 1)
}
`)
})
