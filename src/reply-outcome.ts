/** What a worker's reply means for the caller. */
import type { Call } from './call.ts'
import { decodeThrown, type Encoded } from './error-codec.ts'
import * as failures from './failures.ts'
import type { CallOutcome } from './observability/telemetry-types.ts'
import { NO_METHOD, RESULT, STREAM_END, UNCLONABLE } from './protocol.ts'
import type { Reply } from './channel-types.ts'

/** The outcome of a call, and its result or error. */
export function replyOutcome(
  call: Call,
  reply: Pick<Reply, 'status' | 'value'>,
  methods: readonly string[],
): { outcome: CallOutcome; value: unknown } {
  switch (reply.status) {
    case RESULT:
    case STREAM_END:
      return { outcome: 'success', value: reply.value }
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
