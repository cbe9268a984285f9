/** How a call ended, in the words that spans, measures, metrics and events share. Total: errors and reasons are the user's. */
import type { Call } from '../../call/call.ts'
import { AtelierError } from '../../errors/errors.ts'
import { messageOf as messageIn, nameOf, stackOf } from '../../lib/words.ts'
import { OTHER } from '../names.ts'
import type { EndedTrace } from '../trace/trace.ts'

export interface Ending {
  readonly status: 'ok' | 'error' | 'canceled'
  /** For `error`: a code of Atelier's own errors, else the name of the error that was thrown. */
  readonly errorType: string | undefined
  /** For `error`: its message. */
  readonly message: string | undefined
  /** For `canceled`: one of a few words, for metrics. */
  readonly reason: string | undefined
  /** For `canceled`: what the caller gave as the reason. */
  readonly reasonText: string | undefined
}

/** What OpenTelemetry's recordException receives: never the error itself, whose `code` it would use as the type. */
export interface ExceptionRecord {
  readonly name: string
  readonly message: string
  readonly stack?: string
}

const OK: Ending = {
  status: 'ok',
  errorType: undefined,
  message: undefined,
  reason: undefined,
  reasonText: undefined,
}

/** Of a trace that was ended as an error, without one. */
const FAILED: Ending = { ...OK, status: 'error', errorType: OTHER }

const LONGEST_TEXT = 500
/** Names of errors come from code, so they are few. This keeps out names that contain data. */
const PLAIN_NAME = /^[A-Za-z_$][\w$.-]{0,63}$/
/** Reasons that the runtime itself aborts with, beside the codes of its errors. */
const OWN_REASONS: ReadonlySet<unknown> = new Set(['stopped', 'parked', 'disposed'])

export function endingOf(call: Call): Ending {
  const { outcome, error } = call
  if (outcome === 'success') return OK
  return outcome === 'canceled' ? canceled(...cancelWords(error)) : failed(error)
}

function canceled(reason?: string, reasonText?: string): Ending {
  return { status: 'canceled', errorType: undefined, message: undefined, reason, reasonText }
}

function failed(error: unknown): Ending {
  return {
    status: 'error',
    errorType: errorTypeOf(error),
    message: messageOf(error),
    reason: undefined,
    reasonText: undefined,
  }
}

/** How a trace ended; no ending without a status. */
export function endingOfTrace({ status, error }: EndedTrace): Ending | undefined {
  if (status === undefined) return undefined
  if (status === 'ok') return OK
  if (status === 'canceled') return error === undefined ? canceled() : canceled(...cancelWords(error))
  return error === undefined ? FAILED : failed(error)
}

/** A name of bounded length and, as far as one can tell, bounded cardinality. */
export function errorTypeOf(error: unknown): string {
  const name = codeOf(error) ?? nameOf(error)
  return PLAIN_NAME.test(name) ? name : OTHER
}

/** The message of whatever was thrown, cut at 500 characters. */
export function messageOf(error: unknown): string {
  const text = messageIn(error)
  return text.length <= LONGEST_TEXT ? text : text.slice(0, LONGEST_TEXT)
}

export function exceptionOf(error: unknown): ExceptionRecord {
  const stack = stackOf(error)
  return {
    name: nameOf(error) || 'Error',
    message: messageIn(error),
    ...(stack !== undefined && { stack }),
  }
}

/** The word for metrics, and the text for a reader. */
function cancelWords(error: unknown): [reason: string, text: string] {
  const code = codeOf(error)
  if (code === undefined) return ['aborted', messageOf(error)]
  const cause = read(error, 'cause')
  if (code !== 'aborted' || cause === undefined) return [code, code]
  const reason = OWN_REASONS.has(cause) ? String(cause) : code
  return [reason, messageOf(cause) || nameOf(cause) || code]
}

/** The code of one of Atelier's own errors. */
function codeOf(error: unknown): string | undefined {
  try {
    const code: unknown = error instanceof AtelierError ? error.code : undefined
    return typeof code === 'string' ? code : undefined
  } catch {
    return undefined
  }
}

function read(value: unknown, name: string): unknown {
  try {
    return (value as Record<string, unknown> | null | undefined)?.[name]
  } catch {
    return undefined
  }
}
