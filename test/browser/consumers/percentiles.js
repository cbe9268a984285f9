/** The aggregation of the Performance design, as it stands there. */
import { quantile } from 'd3-array'

export function percentiles() {
  // Example: Compute p50/p95 for a task
  const durations = performance
    .getEntriesByType('measure')
    .filter((e) => e.name.startsWith('atelier:span:') && e.detail?.taskId === 'resize')
    .map((e) => e.duration)
    .sort((a, b) => a - b)

  const p50 = durations[Math.floor(durations.length * 0.5)]
  const p95 = durations[Math.floor(durations.length * 0.95)]

  return { durations, p50, p95, p95ByD3: p95OfD3(durations) }
}

function p95OfD3(durations) {
  // Or use a library like d3-array
  const p95 = quantile(durations, 0.95)
  return p95
}
