/** pools: calls that move buffers, and a page that works on each result, as a decoder of images has them. */
import { openAtelier } from '../contestants/atelier.ts'
import { casesOf, countdown } from '../tools.ts'
import type { Contestant, Session, Workload } from '../workload.ts'

const CALLS = 120
const SIZES = { large: 2 ** 20, small: 2 ** 16 }
const RUN_MS = 6
const PAGE_MS = 2

/** Default options, but for what busy workers are handed. */
const variants: readonly Contestant[] = (['off', 'always'] as const).map((ahead) => ({
  id: `atelier-${ahead}`,
  label: `Atelier, default options, ahead: '${ahead}'`,
  open: (settings) => openAtelier({}, settings, { ahead }),
}))

export const pools: Workload = {
  id: 'pools',
  title: `${CALLS} calls of ${RUN_MS} ms that move a buffer, the page working ${PAGE_MS} ms on each result`,
  what:
    `${CALLS} calls in one turn, a pool of 2, each with an ArrayBuffer of 1 MiB, or of 64 KiB, that moves there and back, ${RUN_MS} ms of work on the worker, and ` +
    `${PAGE_MS} ms of the page for each result. Raw posts everything at once.`,
  metrics: {
    large: { label: '1 MiB: wall', unit: 'ms', ratioTo: 'raw' },
    small: { label: '64 KiB: wall', unit: 'ms', ratioTo: 'raw' },
  },
  warmups: 2,
  cases: (contestants) =>
    casesOf(
      [...contestants.filter(({ id }) => /^(raw$|atelier)/.test(id)), ...variants],
      { workers: 2 },
      async (session) => ({
        large: await wall(session, SIZES.large),
        small: await wall(session, SIZES.small),
      }),
    ),
}

async function wall(session: Session, size: number): Promise<number> {
  const { done, settled } = countdown(CALLS)
  const buffers = Array.from({ length: CALLS }, () => new Uint8Array(size).fill(1).buffer)
  const started = performance.now()
  for (const buffer of buffers) {
    session.work?.(RUN_MS, buffer).then((back) => {
      if (back.byteLength !== size) throw new Error('a buffer did not come back')
      const end = performance.now() + PAGE_MS
      while (performance.now() < end);
      settled()
    })
  }
  await done
  return performance.now() - started
}
