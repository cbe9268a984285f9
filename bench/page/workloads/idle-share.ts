/** How long workers stood idle while work for them waited. */

/** When a call was made, and when its handler ran, on one clock. */
export interface Job {
  readonly made: number
  readonly start: number
  readonly end: number
}

/**
 * From the first start to the last end: the time for which workers were idle and a call waited for each of them, over the time
 * of all workers.
 */
export function idleWhileWaiting(jobs: readonly Job[], workers: number): number {
  const edges = jobs
    .flatMap(({ made, start, end }) => [
      { at: made, waiting: 1, running: 0 },
      { at: start, waiting: -1, running: 1 },
      { at: end, waiting: 0, running: -1 },
    ])
    .sort((a, b) => a.at - b.at)
  const from = Math.min(...jobs.map(({ start }) => start))
  const to = Math.max(...jobs.map(({ end }) => end))
  let waiting = 0
  let running = 0
  let idle = 0
  let last = from
  for (const edge of edges) {
    const at = Math.max(edge.at, from)
    idle += Math.min(waiting, Math.max(0, workers - running)) * (at - last)
    last = at
    waiting += edge.waiting
    running += edge.running
  }
  return idle / (workers * (to - from))
}
