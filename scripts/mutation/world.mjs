/** What a failed test leaves behind in its process, and how it goes. */
import { vi } from 'vitest'

const FAKED = { loopLimit: 10_000, shouldClearNativeTimers: true }

// Vitest's helpers read the configuration of Vitest's threads.
Object.defineProperty(globalThis, '__vitest_worker__', {
  value: {
    config: { fakeTimers: FAKED, expect: {}, snapshotOptions: {} },
    metaEnv: process.env,
    environment: {},
  },
})
const globals = new Set(Reflect.ownKeys(globalThis))
const { setImmediate: soon } = globalThis

/** Lets what is under way happen, so that an error of it belongs to the mutant that made it. */
export async function letPass() {
  vi.useRealTimers()
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => soon(resolve))
}

export async function cleanUp() {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
  vi.unstubAllEnvs()
  performance.clearMeasures()
  performance.clearMarks()
  for (const name of Reflect.ownKeys(globalThis)) {
    if (!globals.has(name)) Reflect.deleteProperty(globalThis, name)
  }
}
