/** What an error event says about a starting worker, what it leaves open, and how development finds out more. */
import type { StartFailure } from '../errors/start-advice.ts'
import { toText } from '../lib/words.ts'
import { isDevelopment } from '../lib/warn.ts'
import { PROTOCOL } from '../wire/protocol.ts'
import { addressOf, askForScript } from './script-report.ts'

declare const process: { readonly env: { readonly NODE_ENV?: string } }

/** A start failure before the channel adds what it knows. */
export type SeenFailure = Omit<StartFailure, 'script' | 'isSettingUp'> & { readonly script?: string }

/** What is visible in an event without a message. */
const SILENT =
  'an error event without a message: the browser does not tell whether the script, or one that it imports, ' +
  'was not found, is not allowed, or does not parse'

/** Reads an error event, and reports what it means for the start: at once, or when the server of a silent script has answered. */
export function readStartError(
  event: ErrorEvent,
  worker: Worker | null,
  tell: (failure: SeenFailure) => void,
): void {
  // The call's error contains it, so the page's console need not.
  event.preventDefault()
  const { message, filename, lineno, error } = event
  const where = filename ? ` at ${filename}:${lineno}` : ''
  const isTold = message || error
  const failure: SeenFailure = {
    code: 'start-failed',
    seen: `${message || SILENT}${where}`,
    stage: isTold ? (/SyntaxError/.test(message) ? 'syntax' : 'script') : undefined,
    cause: error ?? undefined,
    script: filename,
  }
  if (/* @__PURE__ */ isDevelopment() && process.env.NODE_ENV !== 'production') {
    const address = isTold ? undefined : addressOf(worker)
    if (address !== undefined) {
      void askForScript(address).then(({ text, stage }) =>
        tell({ ...failure, script: address, stage, seen: `${failure.seen}. Asked for: ${text}` }),
      )
      return
    }
  }
  tell(failure)
}

/** An uncaught error in the worker, once it is ready. */
export function uncaughtOf(event: ErrorEvent): unknown {
  return event.error ?? new Error(event.message || 'an error event without a message')
}

/**
 * What is wrong with a worker whose messages have this version, if anything. Before there was a version, the methods were in its
 * place. Anything else is not ours.
 */
export function versionMismatch(version: unknown): SeenFailure | undefined {
  if (version === PROTOCOL) return undefined
  const theirs = typeof version === 'number' ? version : 'none'
  return { code: 'version-mismatch', seen: `its protocol version is ${theirs}, the page has ${PROTOCOL}` }
}

/** A codec that only one side has: the other side would take an envelope for the value. */
export function codecMismatch(ours: readonly string[], given: unknown): SeenFailure | undefined {
  const theirs = Array.isArray(given) ? (given as unknown[]) : []
  const [name] = [
    ...ours.filter((each) => !theirs.includes(each)),
    ...theirs.filter((each) => !ours.includes(each as string)),
  ]
  if (name === undefined) return undefined
  const has = ours.includes(name as string)
    ? 'the page has and the worker has not'
    : 'the worker has and the page has not'
  return { code: 'start-failed', seen: `there is a codec "${toText(name)}" that ${has}`, stage: 'codecs' }
}
