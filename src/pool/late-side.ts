/**
 * Loads the code that talks to workers. It is a separate chunk, because nothing needs it before the first worker. Loading
 * begins when a runtime is created. Until it is done, no worker is created, and calls wait as they do for a starting worker.
 */
import { oneInstance } from '../lib/one-instance.ts'
import type { WorkerSide } from './pool-parts.ts'

/** Creates the worker side of one task from the parts of its executor. */
type Make<Parts> = (parts: Parts) => WorkerSide

const code: { make?: Make<never>; loading?: Promise<void> | undefined } = /* @__PURE__ */ oneInstance(
  'worker-side',
  () => ({}),
)

/** From now on, workers are created without delay. */
export function installSide<Parts>(make: Make<Parts>): void {
  code.make = make
}

/** Null until the code has loaded; see {@link loadSide}. */
export function makeSide<Parts>(parts: Parts): WorkerSide | null {
  return (code.make as Make<Parts> | undefined)?.(parts) ?? null
}

/** Loads the code. Rejects if loading fails; the next call then tries again. */
export function loadSide(): Promise<void> {
  return (code.loading ??= load())
}

/** Starts loading early where workers exist, so that the first call need not wait. */
export function preloadSide(): void {
  if (code.make === undefined && typeof Worker === 'function') loadSide().catch(() => {})
}

/** Rejects even if a tool has replaced `import()` with something that throws. */
async function load(): Promise<void> {
  try {
    const { createSide } = await import('./worker-side.ts')
    installSide(createSide)
  } catch (error) {
    code.loading = undefined
    throw error
  }
}
