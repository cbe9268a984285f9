import { createTaskRuntime } from 'atelier-react/core'
import Worker from 'web-worker'

const runtime = createTaskRuntime()
const task = runtime.defineTask({
  type: 'parallel',
  taskId: 'double',
  worker: () => new Worker(new URL('./double.worker.js', import.meta.url), { type: 'module' }),
})
const doubled = await task.double(21)
if (doubled !== 42) throw new Error(`expected 42, got ${doubled}`)
runtime.dispose()
