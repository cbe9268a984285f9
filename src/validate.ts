/** Checks of option values; each error says which option, what was received, and what is allowed. */

/** @throws TypeError, always. */
export function fail(option: string, received: unknown, allowed: string): never {
  throw new TypeError(message(option, received, allowed))
}

function message(option: string, received: unknown, allowed: string): string {
  const kind = received === null ? '' : ` (${typeof received})`
  const shown = show(received)
  return `Invalid option "${option}": expected ${allowed}, got ${shown}${kind}`
}

function show(received: unknown): string {
  if (typeof received === 'string') return JSON.stringify(received)
  try {
    return String(received)
  } catch {
    // An object without a usable toString.
    return 'an object'
  }
}

/** An option that does not exist is a slip of the pen, and must not be silent. */
export function refuseUnknown(options: object, known: ReadonlySet<string>): void {
  for (const name of Object.keys(options)) {
    if (!known.has(name)) fail(name, 'unknown option', `one of ${[...known].join(', ')}`)
  }
}

export function object<T extends object>(option: string, value: T): T {
  if (typeof value !== 'object' || value === null) fail(option, value, 'an object')
  return value
}

/** `fallback` for undefined, else what `check` makes of the value. */
export function optional<T, F>(value: T | undefined, fallback: F, check: (value: T) => F): F {
  return value === undefined ? fallback : check(value)
}

export function oneOf<T extends string>(option: string, value: unknown, allowed: readonly T[]): T {
  if (!allowed.includes(value as T)) fail(option, value, allowed.map((each) => `'${each}'`).join(' | '))
  return value as T
}

/** A whole number, or Infinity, not below `least`. */
export function atLeast(option: string, value: unknown, least: number): number {
  return value === Number.POSITIVE_INFINITY ? value : wholeNumber(option, value, least)
}

export function wholeNumber(option: string, value: unknown, least: number): number {
  const allowed = `a whole number, at least ${least}`
  if (typeof value !== 'number' || Number.isNaN(value)) fail(option, value, allowed)
  if (!Number.isInteger(value) || value < least) throw new RangeError(message(option, value, allowed))
  return value
}

/** Milliseconds, not negative; Infinity is never. */
export function milliseconds(option: string, value: unknown): number {
  const allowed = 'milliseconds, 0 or more'
  if (typeof value !== 'number' || Number.isNaN(value)) fail(option, value, allowed)
  if (value < 0) throw new RangeError(message(option, value, allowed))
  return value
}

export function text(option: string, value: unknown, mayBeEmpty = false): string {
  if (typeof value !== 'string' || (!mayBeEmpty && value === ''))
    fail(option, value, mayBeEmpty ? 'a string' : 'a non-empty string')
  return value
}
