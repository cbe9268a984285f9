/** What an error event says of a worker that starts, and what it leaves open. */
import type { StartFailure } from '../errors/failures.ts'
import { PROTOCOL } from '../wire/protocol.ts'

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

/** What is wrong with a worker whose messages are of this version, if anything is. Before there was a version, the methods came in its place. */
export function versionMismatch(version: unknown): SeenFailure | undefined {
  const theirs = typeof version === 'number' ? version : Array.isArray(version) ? 'none' : PROTOCOL
  if (theirs === PROTOCOL) return undefined
  return { code: 'version-mismatch', seen: `its protocol version is ${theirs}, the page has ${PROTOCOL}` }
}
