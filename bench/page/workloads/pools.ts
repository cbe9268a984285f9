/** pools: calls that move buffers, and a page that works on each result, as a decoder of images has them. */
import { casesOf, countdown } from '../tools.ts'
import type { Workload } from '../workload.ts'

const CALLS = 120
const SIZE = 2 ** 20
const RUN_MS = 6
const PAGE_MS = 2

export const pools: Workload = {
  id: 'pools',
  title: `${CALLS} calls of ${RUN_MS} ms that move 1 MiB, the page working ${PAGE_MS} ms on each result`,
  what:
    `${CALLS} calls in one turn, a pool of 2, each with an ArrayBuffer of 1 MiB that moves there and back, ${RUN_MS} ms of work on the worker, and ` +
    `${PAGE_MS} ms of the page for each result. Raw posts everything at once.`,
  metrics: { wall: { label: 'wall', unit: 'ms', ratioTo: 'raw' } },
  warmups: 2,
  cases: (contestants) =>
    casesOf(
      contestants.filter(({ id }) => /^(raw$|atelier)/.test(id)),
      { workers: 2 },
      async (session) => {
        const { done, settled } = countdown(CALLS)
        const buffers = Array.from({ length: CALLS }, () => new Uint8Array(SIZE).fill(1).buffer)
        const started = performance.now()
        for (const buffer of buffers) {
          session.work?.(RUN_MS, buffer).then((back) => {
            if (back.byteLength !== SIZE) throw new Error('a buffer did not come back')
            const end = performance.now() + PAGE_MS
            while (performance.now() < end);
            settled()
          })
        }
        await done
        return { wall: performance.now() - started }
      },
    ),
}
