/** Uses up a process's address space for buffers, without its memory: no byte of them is ever written. */

const MIB = 2 ** 20
/** From large to small: thousands of small ones would take long. */
const sizes = [1024 * MIB, 256 * MIB, 64 * MIB, 16 * MIB]
const held: ArrayBuffer[] = []

/** A buffer for whose copy there is no room, until {@link releaseBuffers}. */
export function lastBuffer(): ArrayBuffer {
  for (const size of sizes) while (hold(size));
  return held.at(-1) as ArrayBuffer
}

export function releaseBuffers(): void {
  held.length = 0
}

function hold(bytes: number): boolean {
  try {
    return held.push(new ArrayBuffer(bytes)) > 0
  } catch {
    return false
  }
}
