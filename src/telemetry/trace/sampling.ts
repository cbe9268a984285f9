/** Which traces are written: the parent decides where there is one, else a hash of the trace id. */

/** 13 hex digits are 52 bits, which a double holds exactly. */
const DIGITS = 13
const RANGE = 2 ** (4 * DIGITS)

/** Whether a trace of this id falls within the rate; the same id always gives the same answer. */
export function isWithinRate(traceId: string, rate: number): boolean {
  if (rate >= 1) return true
  if (rate <= 0) return false
  // The right-most digits: they are the random ones, https://www.w3.org/TR/trace-context-2/#random-trace-id-flag
  return Number.parseInt(traceId.slice(-DIGITS), 16) < rate * RANGE
}
