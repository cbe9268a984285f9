/** Counts the messages of in-process workers that were sent and have not arrived, so that a test can wait for them. */
import { createChannel } from './create-channel.ts'
import { oneInstance } from '../src/lib/one-instance.ts'

/** One worker's count. */
export interface MessageCount {
  underWay: number
}

const counts: Set<MessageCount> = /* @__PURE__ */ oneInstance('messages', () => new Set())

/** A count that {@link settled} waits for, until it is released. */
export function openMessageCount(): MessageCount {
  const count = { underWay: 0 }
  counts.add(count)
  return count
}

/** The worker has ended: what was under way will not arrive. */
export function closeMessageCount(count: MessageCount): void {
  counts.delete(count)
}

/** So many turns without a message: handlers that await a few promises have answered by then. */
const QUIET_TURNS = 3
/** A worker that has sent for so many turns will not stop by itself. */
const MOST_TURNS = 10_000

/** Resolves when no message is under way and every promise reaction has run. */
export async function settled(): Promise<void> {
  let quiet = 0
  for (let turn = 0; quiet < QUIET_TURNS; turn++) {
    if (turn === MOST_TURNS) {
      throw new Error(
        `settle() has waited for ${MOST_TURNS} turns, and messages are still under way: something never ends. ` +
          'Wait for the state that the test is about instead',
      )
    }
    await macrotask()
    quiet = isQuiet() ? quiet + 1 : 0
  }
}

function isQuiet(): boolean {
  for (const { underWay } of counts) if (underWay > 0) return false
  return true
}

/** By a message, which no library of fake timers replaces. */
function macrotask(): Promise<void> {
  const { port1, port2 } = createChannel()
  return new Promise((resolve) => {
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(0)
  })
}
