/** A: one call after another. */
import { casesOf } from '../tools.ts'
import type { Session, Workload } from '../workload.ts'

const CALLS = 2_000

export const latency: Workload = {
  id: 'A',
  title: 'one call after another',
  what: `${CALLS} echoes of a small number, each awaited before the next, one worker; the mean of the fastest 90 %, and the 99th percentile.`,
  metrics: {
    call: { label: 'per call', unit: 'us', ratioTo: 'raw' },
    p99: { label: '99th percentile', unit: 'us', ratioTo: 'raw' },
  },
  cases: (contestants) =>
    casesOf(contestants, { workers: 1 }, async (session) => {
      const times = (await timesOf(session)).sort()
      const fastest = times.subarray(0, Math.floor(CALLS * 0.9))
      return {
        call: (fastest.reduce((sum, time) => sum + time, 0) / fastest.length) * 1_000,
        p99: (times[Math.floor(CALLS * 0.99)] as number) * 1_000,
      }
    }),
}

async function timesOf(session: Session): Promise<Float64Array> {
  const times = new Float64Array(CALLS)
  let last = performance.now()
  for (let index = 0; index < CALLS; index++) {
    const value = await session.echo(index)
    const now = performance.now()
    if (value !== index) throw new Error(`echo(${index}) gave ${String(value)}`)
    times[index] = now - last
    last = now
  }
  return times
}
