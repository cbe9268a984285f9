/** Tells, in development, of large clones that could have been transfers: once for each method and direction. */
import { isDevelopment, warnOnce } from '../lib/warn.ts'
import { findTransferables } from './transferables.ts'

declare const process: { readonly env: { readonly NODE_ENV?: string } }

/** 1 MiB. */
const LARGE_BYTES = 2 ** 20
/** Large buffers are mostly near the root: development must not walk every graph for its warnings. */
const MOST_NODES = 100

/** `what` was cloned; `label` names the method, `advice` how it would be transferred. */
export function warnOfLargeClone(
  what: 'arguments' | 'result',
  label: string,
  value: unknown,
  advice: string,
): void {
  if (!isDevelopment()) return
  // Written inline, so that bundlers remove the rest in production.
  if (process.env.NODE_ENV !== 'production') {
    let bytes = 0
    for (const item of findTransferables(value, MOST_NODES)) {
      if (item instanceof ArrayBuffer) bytes += item.byteLength
    }
    if (bytes <= LARGE_BYTES) return
    warnOnce(`large ${what} ${label}`, () => [
      `Atelier: the ${what} of ${label} held ${(bytes / LARGE_BYTES).toFixed(1)} MiB of buffers that were cloned. If the ` +
        `sender no longer needs them, transfer them: ${advice}. This appears once for each method.`,
    ])
  }
}
