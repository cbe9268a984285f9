/** What a worker's reply means for the caller. */
import type { Call } from '../call/call.ts'
import { decodeThrown, type Encoded } from '../wire/error-codec.ts'
import * as failures from '../errors/failures.ts'
import type { CallOutcome } from '../types/telemetry.ts'
import { NO_METHOD, RESULT, STREAM_END, UNCLONABLE } from '../wire/protocol.ts'
import type { Reply } from '../channel/reply-reader.ts'

/** The outcome of a call, and its result or error. */
export function replyOutcome(
  call: Call,
  reply: Pick<Reply, 'status' | 'value'>,
  methods: readonly string[],
): { outcome: CallOutcome; value: unknown } {
  switch (reply.status) {
    case RESULT:
      return { outcome: 'success', value: reply.value }
    case STREAM_END:
      return streamOutcome(call, reply.value)
    case NO_METHOD:
      return { outcome: 'failure', value: failures.noMethod(call, methods) }
    case UNCLONABLE:
      return { outcome: 'failure', value: failures.unclonable(call, 'clone-result', String(reply.value)) }
    default:
      return {
        outcome: 'failure',
        value: decodeThrown(reply.value as Encoded, `${call.taskId}.${call.method} (${call.callId})`),
      }
  }
}

/** `[items sent, what the generator returned]`: an item that never arrived was lost on the way. */
function streamOutcome(call: Call, value: unknown): { outcome: CallOutcome; value: unknown } {
  const [sent, result] = Array.isArray(value) ? (value as unknown[]) : [0, undefined]
  if (typeof sent === 'number' && sent > call.itemsReceived) {
    return { outcome: 'failure', value: failures.unclonable(call, 'clone-result', 'result') }
  }
  return { outcome: 'success', value: result }
}
