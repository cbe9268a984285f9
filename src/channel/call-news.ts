/** Reads what a worker tells of a call that goes on: progress, items of a stream, signs of life. */
import type { Call } from '../call/call.ts'
import type { ChannelOwner } from './channel-types.ts'
import type { Clock } from '../lib/clock.ts'
import { ITEMS, PROGRESS } from '../wire/protocol.ts'

export function readCallNews(
  message: readonly unknown[],
  held: ReadonlyMap<number, Call>,
  owner: Pick<ChannelOwner, 'progressed' | 'streamed'>,
  clock: Clock,
): void {
  const call = held.get(message[1] as number)
  if (!call) return
  call.beatAt = clock.now()
  if (message[0] === PROGRESS) owner.progressed(call, message[2])
  else if (message[0] === ITEMS) {
    call.itemsReceived += message.length - 2
    owner.streamed(call, message.slice(2))
  }
}
