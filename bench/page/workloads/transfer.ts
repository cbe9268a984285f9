/** C: a megabyte there and back. */
import { DEEP, openAtelier } from '../contestants/atelier.ts'
import { atOnce, casesOf } from '../tools.ts'
import type { Contestant, Workload } from '../workload.ts'

const CALLS = 200
const SIZE = 2 ** 20

/** They come back, or their clones do, and serve the next contestant. */
const buffers: ArrayBuffer[] = []

const ahead: Contestant = {
  id: 'atelier-ahead',
  label: "Atelier, telemetry off, ahead: 'always'",
  open: (settings) =>
    openAtelier({ otel: false, performance: false }, settings, { maxQueueDepth: DEEP, ahead: 'always' }),
}

export const transfers: Workload = {
  id: 'C',
  title: '1 MiB there and back',
  what: `${CALLS} calls in one turn, a pool of 2, each with an ArrayBuffer of 1 MiB that is transferred there and back; poolifier clones it on the way back.`,
  metrics: { call: { label: 'per call', unit: 'us', ratioTo: 'raw' } },
  warmups: 8,
  cases: (contestants) =>
    casesOf([...contestants, ahead], { workers: 2 }, async (session) => {
      while (buffers.length < CALLS) buffers.push(new Uint8Array(SIZE).fill(1).buffer)
      const ms = await atOnce(CALLS, (index) =>
        session.swap(buffers[index] as ArrayBuffer).then((buffer) => {
          buffers[index] = buffer
        }),
      )
      const lost = buffers.findIndex((buffer) => buffer.byteLength !== SIZE)
      if (lost >= 0) throw new Error(`buffer ${lost} did not come back`)
      return { call: (ms / CALLS) * 1_000 }
    }),
}
