import { AtelierProvider, taskOptions, taskQuery, useTaskQuery } from 'atelier-react'
import { useEffect, useState } from 'react'
import { createRoot } from 'react-dom/client'
import type { DoubleApi } from './double.worker.ts'

const doubleTask = taskOptions<DoubleApi>({
  type: 'parallel',
  taskId: 'double',
  worker: () => new Worker(new URL('./double.worker.ts', import.meta.url), { type: 'module' }),
})

/** Telemetry loads as a separate chunk. Its measures show that it has loaded. */
function useMeasured(): boolean {
  const [isMeasured, setMeasured] = useState(false)
  useEffect(() => {
    const observer = new PerformanceObserver(() => setMeasured(true))
    observer.observe({ type: 'measure', buffered: true })
    return () => observer.disconnect()
  }, [])
  return isMeasured
}

function App() {
  const { data, error } = useTaskQuery(taskQuery(doubleTask, 'double', 21))
  const isMeasured = useMeasured()
  return <output>{error ? String(error) : `${data ?? 'waits'}${isMeasured ? ', measured' : ''}`}</output>
}

createRoot(document.getElementById('root') as HTMLElement).render(
  <AtelierProvider>
    <App />
  </AtelierProvider>,
)
