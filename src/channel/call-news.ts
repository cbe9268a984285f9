/** Reads what a worker reports about a running call: progress, items of a stream, signs of life. */
import type { Call } from '../call/call.ts'
import { ITEMS, PROGRESS } from '../wire/protocol.ts'

/** The receiver of these reports. */
interface NewsOwner {
  progressed(call: Call, value: unknown): void
  streamed(call: Call, items: readonly unknown[]): void
}

export function readNews(
  message: readonly unknown[],
  held: ReadonlyMap<number, Call>,
  now: number,
  owner: NewsOwner,
): void {
  const call = held.get(message[1] as number)
  if (!call) return
  call.beatAt = now
  if (message[0] === PROGRESS) owner.progressed(call, message[2])
  else if (message[0] === ITEMS) {
    call.isStream = true
    call.itemsReceived += message.length - 2
    owner.streamed(call, message.slice(2))
  }
}
