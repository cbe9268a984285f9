/** What an error event says of a worker that starts, and what it leaves open. */
import type { StartFailure } from '../errors/failures.ts'

/** A start failure before the channel adds what it knows. */
export type SeenFailure = Omit<StartFailure, 'script' | 'isSettingUp'> & { readonly script?: string }

/** What is seen of an event without a message. */
const SILENT =
  'an error event without a message: the browser does not tell whether the script, or one that it imports, ' +
  'was not found, is not allowed, or does not parse'

/** What an error event means for the start. */
export function readStartError(event: ErrorEvent): SeenFailure {
  // The call's error says it; the page's console need not.
  event.preventDefault()
  const { message, filename, lineno, error } = event
  const where = filename ? ` at ${filename}:${lineno}` : ''
  const isTold = message || error
  return {
    code: 'start-failed',
    seen: `${message || SILENT}${where}`,
    stage: isTold ? 'script' : undefined,
    cause: error ?? undefined,
    script: filename,
  }
}
