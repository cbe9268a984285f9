import { createTaskRuntime } from 'atelier-react/core'
import type { DoubleApi } from './double.worker.ts'

const runtime = createTaskRuntime()
const task = runtime.defineTask<DoubleApi>({
  type: 'parallel',
  taskId: 'double',
  worker: () => new Worker(new URL('./double.worker.ts', import.meta.url), { type: 'module' }),
})
const output = document.querySelector('output') as HTMLOutputElement
const doubled = await task.double(21)

/** Telemetry loads as a separate chunk. Its measures show that it has loaded. */
new PerformanceObserver(() => {
  output.textContent = `${doubled}, measured`
}).observe({ type: 'measure', buffered: true })
