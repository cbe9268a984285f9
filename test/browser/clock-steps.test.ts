/** What the clock of a worker can tell apart, and what isolation buys: a handler that is shorter than a step has a `runMs` of 0. */
import { expect, it } from 'vitest'

/** The least step of so many, in ms. */
function leastStep(): number {
  let least = Number.POSITIVE_INFINITY
  let last = performance.now()
  for (let steps = 0; steps < 50; ) {
    const now = performance.now()
    if (now === last) continue
    least = Math.min(least, now - last)
    last = now
    steps++
  }
  return least
}

it('the clocks of a page and of its worker have steps of 1 ms at most, and far finer ones where the page is isolated', async () => {
  const script = URL.createObjectURL(new Blob([`${leastStep.toString()}; postMessage(leastStep())`]))
  const worker = new Worker(script)
  const inWorker = await new Promise<number>((resolve) => {
    worker.onmessage = ({ data }: MessageEvent<number>) => resolve(data)
  })
  worker.terminate()
  URL.revokeObjectURL(script)
  const most = crossOriginIsolated ? 0.05 : 1.01
  expect(Math.max(leastStep(), inWorker)).toBeLessThan(most)
})
