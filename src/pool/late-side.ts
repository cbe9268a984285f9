/**
 * What a task needs once it has workers, and nobody needs before: its code is a chunk. It begins to load when a runtime is made, and
 * workers are made when it is there; what the page is called with meanwhile waits for them, as it waits for a worker that starts.
 */
import { oneInstance } from '../lib/one-instance.ts'
import type { WorkerSide } from './pool-parts.ts'

/** Makes the side of one task; `parts` are what its executor has. */
type Make<Parts> = (parts: Parts) => WorkerSide

const code: { make?: Make<never>; loading?: Promise<void> | undefined } = /* @__PURE__ */ oneInstance(
  'worker-side',
  () => ({}),
)

/** From now on workers are made without delay. */
export function installSide<Parts>(make: Make<Parts>): void {
  code.make = make
}

/** Null while the code is not there: see {@link loadSide}. */
export function makeSide<Parts>(parts: Parts): WorkerSide | null {
  return (code.make as Make<Parts> | undefined)?.(parts) ?? null
}

/** Loads the code. Rejects when it does not come; who asks again tries again. */
export function loadSide(): Promise<void> {
  return (code.loading ??= load())
}

/** Where there will be workers: so that the first call need not wait for it. */
export function preloadSide(): void {
  if (code.make === undefined && typeof Worker === 'function') loadSide().catch(() => {})
}

/** Async also where a tool has put something that throws in the place of `import()`. */
async function load(): Promise<void> {
  try {
    const { createSide } = await import('./worker-side.ts')
    installSide(createSide)
  } catch (error) {
    code.loading = undefined
    throw error
  }
}
