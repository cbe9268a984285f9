/** How a call ended, in the words that spans, measures, metrics and events share. */
import type { Call } from '../../call/call.ts'
import { AtelierError } from '../../errors/errors.ts'
import { ERROR_TYPE_OTHER } from '../names.ts'
import type { TraceEnd } from '../../types/telemetry.ts'

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

/** What OpenTelemetry's recordException is given: never the error itself, whose `code` it would take for the type. */
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
const FAILED: Ending = { ...OK, status: 'error', errorType: ERROR_TYPE_OTHER }

const LONGEST_TEXT = 500
/** Names of errors are code, so they are few; this keeps out what somebody has put data into. */
const PLAIN_NAME = /^[A-Za-z_$][\w$.-]{0,63}$/
/** Reasons that the runtime itself aborts with, beside the codes of its errors. */
const OWN_REASONS: ReadonlySet<unknown> = new Set(['stopped', 'parked', 'disposed'])

export function endingOf(call: Call): Ending {
  const { outcome, error } = call
  if (outcome === 'success') return OK
  return outcome === 'canceled' ? canceled(cancelReason(error), cancelText(error)) : failed(error)
}

function canceled(reason: string | undefined, reasonText: string | undefined): Ending {
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

/** How a trace ended; `undefined` without a status. An error alone means that it failed. */
export function endingOfTrace(end: TraceEnd | undefined): Ending | undefined {
  const error = end?.error
  const status = end?.status ?? (error === undefined ? undefined : 'error')
  if (status === undefined) return undefined
  if (status === 'ok') return OK
  if (status === 'error') return error === undefined ? FAILED : failed(error)
  return canceled(
    error === undefined ? undefined : cancelReason(error),
    error === undefined ? undefined : cancelText(error),
  )
}

/** A name of bounded length and, as far as one can tell, bounded cardinality. */
export function errorTypeOf(error: unknown): string {
  if (error instanceof AtelierError) return error.code
  const name = nameOf(error)
  return PLAIN_NAME.test(name) ? name : ERROR_TYPE_OTHER
}

/** The message of whatever was thrown, cut at 500 characters. */
export function messageOf(error: unknown): string {
  return cut(isErrorLike(error) ? error.message : textOf(error))
}

export function exceptionOf(error: unknown): ExceptionRecord {
  if (!isErrorLike(error)) return { name: 'Error', message: textOf(error) }
  const { message, stack } = error
  return { name: nameOf(error) || 'Error', message, ...(typeof stack === 'string' && { stack }) }
}

function cancelReason(error: unknown): string {
  if (!(error instanceof AtelierError)) return 'aborted'
  const { code, cause } = error
  return code === 'aborted' && OWN_REASONS.has(cause) ? String(cause) : code
}

function cancelText(error: unknown): string {
  if (!(error instanceof AtelierError)) return messageOf(error)
  if (error.code !== 'aborted' || error.cause === undefined) return error.code
  return messageOf(error.cause) || nameOf(error.cause) || error.code
}

interface ErrorLike {
  readonly name?: unknown
  readonly message: string
  readonly stack?: unknown
}

/** Errors of other realms, and DOMExceptions of old engines, are no `instanceof Error`. */
function isErrorLike(error: unknown): error is ErrorLike {
  return (
    typeof error === 'object' && error !== null && 'message' in error && typeof error.message === 'string'
  )
}

function nameOf(error: unknown): string {
  return isErrorLike(error) && typeof error.name === 'string' ? error.name : ''
}

function textOf(value: unknown): string {
  try {
    return String(value)
  } catch {
    // An object without a usable toString.
    return typeof value
  }
}

function cut(text: string): string {
  return text.length <= LONGEST_TEXT ? text : text.slice(0, LONGEST_TEXT)
}
