/** The observer of the Performance design, as it stands there. */
export function createObserver() {
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      if (entry.name.startsWith('atelier:')) {
        console.log({
          name: entry.name, // 'atelier:span:xyz' or 'atelier:trace:abc'
          duration: entry.duration, // ms (high-resolution)
          startTime: entry.startTime, // relative to navigationStart
          detail: entry.detail, // { traceId?, spanId, taskId, taskName?, ... }
        })
      }
    }
  })
  return observer
}
