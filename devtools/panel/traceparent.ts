/** The id of a call for other systems, and the words and signs for its status. */
import type { CallRow, CallStatus } from '../model/types.ts'

/** The `traceparent` header of W3C Trace Context. */
export function traceparentOf({ traceId, spanId }: CallRow): string {
  return `00-${traceId}-${spanId}-01`
}

/** The shape carries the meaning. Colour only repeats it. */
export const GLYPHS: Readonly<Record<CallStatus, string>> = {
  blocked: '▥',
  pending: '▨',
  starting: '◔',
  running: '▶',
  succeeded: '✓',
  failed: '✕',
  canceled: '⊘',
  rejected: '⊗',
}

export function isOpen({ settledTime }: CallRow): boolean {
  return settledTime === undefined
}

export function nameOf({ taskName, taskId, method }: CallRow): string {
  return `${taskName ?? taskId}.${method}`
}
