'use client'

import { taskOptions, taskQuery, useTaskQuery } from 'atelier-react'
import { useEffect, useState } from 'react'

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

export function Double({ value }) {
  const { data, error } = useTaskQuery(taskQuery(doubleTask, 'double', value))
  const isMeasured = useMeasured()
  return <output>{error ? String(error) : `${data ?? 'waits'}${isMeasured ? ', measured' : ''}`}</output>
}
