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

const returning: (() => void)[] = []
addEventListener('pageshow', ({ persisted }) => {
  if (persisted) for (const resolve of returning.splice(0)) resolve()
})

/** Resolves when the page was left for another one, and is shown again as it was. */
export const nextReturn = (): Promise<void> => new Promise((resolve) => returning.push(resolve))

/** Waits until `test` gives no complaint; gives the last one when the time is up. */
export async function until(ms: number, test: () => string | undefined | Promise<string | undefined>) {
  const end = performance.now() + ms
  for (;;) {
    const complaint = await test()
    if (complaint === undefined || performance.now() > end) return complaint
    await pause(20)
  }
}
