/** Values for whose copy there is no memory; apart, because they use up their process's address space for buffers. */
import { beforeEach, expect } from 'vitest'
import { testGroup } from './fault-tests.ts'

/** What the test before has left, and its worker, is there until it is collected. */
beforeEach(async () => {
  await expect.poll(hasRoom, { timeout: 5_000 }).toBe(true)
})

const collect = (): void => (globalThis as { gc?: () => void }).gc?.()

function hasRoom(): boolean {
  collect()
  const fits = canHold(10 * 2 ** 30)
  // The buffer that it was tried with goes, too.
  collect()
  return fits
}

function canHold(bytes: number): boolean {
  try {
    return new ArrayBuffer(bytes).byteLength === bytes
  } catch {
    return false
  }
}

testGroup('memory')
