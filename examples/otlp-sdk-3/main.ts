import { flushTelemetry } from './telemetry.ts'
import { createTaskRuntime } from 'atelier-react/core'
import type { DoubleApi } from './double.worker.ts'

const runtime = createTaskRuntime({ name: 'example' })
const task = runtime.defineTask<DoubleApi>({
  type: 'parallel',
  taskId: 'double',
  worker: () => new Worker(new URL('./double.worker.ts', import.meta.url), { type: 'module' }),
})
const output = document.querySelector('output') as HTMLOutputElement
const doubled = await task.double(21)

/** Telemetry loads as a separate chunk. When its measures are there, the span has been recorded, too. */
new PerformanceObserver(async (_, observer) => {
  observer.disconnect()
  try {
    runtime.flush()
    await flushTelemetry()
    output.textContent = `done: ${doubled}`
  } catch (error) {
    output.textContent = `failed: ${error}`
  }
}).observe({ type: 'measure', buffered: true })
