import { AtelierProvider, taskOptions, taskQuery, useTaskQuery } from 'atelier-react'
import { createElement, useEffect, useState } from 'react'
import { createRoot } from 'react-dom/client'

const doubleTask = taskOptions({
  type: 'parallel',
  taskId: 'double',
  worker: () => new Worker(new URL('./double.worker.js', import.meta.url), { type: 'module' }),
})

/** Telemetry loads as a separate chunk. Its measures show that it has loaded. */
function useMeasured() {
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
  const text = error ? String(error) : `${data ?? 'waits'}${isMeasured ? ', measured' : ''}`
  return createElement('output', null, text)
}

createRoot(document.getElementById('root')).render(createElement(AtelierProvider, null, createElement(App)))
