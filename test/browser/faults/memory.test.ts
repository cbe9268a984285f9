/** Values for whose copy there is no memory; apart, because they use up their process's address space for buffers. */
import { afterEach, beforeEach, vi } from 'vitest'
import { testGroup } from './fault-tests.ts'
import { releaseBuffers } from './last-buffer.ts'

/** What the test before has left, and its worker, is there until it is collected. */
beforeEach(() => vi.waitFor(findRoom, { timeout: 5_000 }))
afterEach(releaseBuffers)

const collect = (): void => (globalThis as { gc?: () => void }).gc?.()
const allocate = (bytes: number): ArrayBuffer => new ArrayBuffer(bytes)

/** Throws while there is no room. */
function findRoom(): void {
  collect()
  allocate(10 * 2 ** 30)
  // What it was tried with goes, too.
  collect()
}

await testGroup('memory')
