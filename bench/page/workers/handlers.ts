/** What the workers of all contestants do; only how they are asked differs. */

/** Now, in ms since the epoch, on the fine clock. */
const now = () => performance.timeOrigin + performance.now()

export const echo = <T>(value: T): T => value

export function spin(ms: number): number {
  const end = now() + ms
  while (now() < end);
  return now()
}

const never = new Int32Array(new SharedArrayBuffer(4))

export function sleep(ms: number): number {
  Atomics.wait(never, 0, 0, ms)
  return now()
}

export function hold(flag: Int32Array): number {
  Atomics.wait(flag, 0, 0)
  return now()
}

/** By name, for contestants that call by name. */
export const handlers = { echo, spin, sleep, hold }
export type HandlerName = keyof typeof handlers | 'swap' | 'work'
