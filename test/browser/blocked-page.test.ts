/** A page that was blocked: what workers have posted meanwhile is read before a timeout expires. */
import { expect, it, onTestFinished } from 'vitest'
import { noteMail, systemClock } from '../../src/lib/clock.ts'
import { TimerWheel } from '../../src/lib/timer-wheel.ts'

const TIMEOUT_MS = 20
const ANSWER_MS = 60

/** A worker that answers after so long. */
function slowWorker(): Worker {
  const source = `onmessage = ({ data }) => setTimeout(() => postMessage(data), ${ANSWER_MS})`
  const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }))
  const worker = new Worker(url)
  onTestFinished(() => {
    worker.terminate()
    URL.revokeObjectURL(url)
  })
  return worker
}

/** Blocks the page in a task that is queued now. */
function blockSoon(ms: number): void {
  const { port1, port2 } = new MessageChannel()
  port1.onmessage = () => {
    port1.close()
    const end = performance.now() + ms
    while (performance.now() < end);
  }
  port2.postMessage(null)
}

it('a timeout that was missed finds the answers that have arrived', async () => {
  const worker = slowWorker()
  // The browser holds what is posted to a worker on the page until the page has heard that its script ran.
  await new Promise((resolve) => {
    worker.onmessage = resolve
    worker.postMessage('first')
  })
  const wheel = new TimerWheel(systemClock)
  onTestFinished(() => wheel.dispose())
  for (let round = 0; round < 5; round++) {
    const seen: unknown[] = []
    await new Promise<void>((resolve) => {
      worker.onmessage = ({ data }) => {
        noteMail()
        seen.push(data)
      }
      for (let each = 0; each < 3; each++) worker.postMessage(each)
      wheel.set(TIMEOUT_MS, () => {
        seen.push('expired')
        resolve()
      })
      // The timer is due, and in line, when the first is over; the answers arrive during the second, behind it.
      blockSoon(TIMEOUT_MS + 10)
      blockSoon(ANSWER_MS * 3)
    })
    expect(seen).toEqual([0, 1, 2, 'expired'])
  }
})
