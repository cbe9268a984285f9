/** The browser's own timers and clock, taken before anything is watched: what the suite itself waits with. */

const { setTimeout } = globalThis
const { port1, port2 } = new MessageChannel()
const waiting: (() => void)[] = []
port1.onmessage = () => waiting.shift()?.()

export const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout.call(globalThis, resolve, ms))

/** Resolves in a later task, which no timer delays. */
export const nextTask = (): Promise<void> =>
  new Promise((resolve) => {
    waiting.push(resolve)
    port2.postMessage(0)
  })

/** Waits until `test` gives no complaint; gives the last one when the time is up. */
export async function until(ms: number, test: () => string | undefined | Promise<string | undefined>) {
  const end = performance.now() + ms
  for (;;) {
    const complaint = await test()
    if (complaint === undefined || performance.now() > end) return complaint
    await pause(20)
  }
}
