/**
 * Any value as text. These functions never throw, whatever they receive: revoked proxies, symbols, objects without a
 * prototype, getters that throw. Where an unknown value becomes text, it becomes text here.
 */

/** For values that are not strings: more of an array or of a function's source would not be read. */
const LONGEST_TEXT = 1_000
/** Joining an array of many elements only to cut the text would be slow. */
const MOST_ELEMENTS = 100

/** Whether a value is an error, of whatever realm it comes from. */
export function isError(value: unknown): value is Error {
  return attempt(
    () => value instanceof Error || /^\[object (Error|DOMException)\]$/.test(tagOf(value)),
    false,
  )
}

/** The whole value as text; errors and what looks like one read `name: message`. */
export function toText(value: unknown): string {
  if (typeof value === 'string') return value
  if ((typeof value === 'object' && value !== null) || typeof value === 'function') return describe(value)
  return String(value)
}

/** The message of an error, or of what looks like one; else the value as text. */
export function messageOf(value: unknown): string {
  const message = read(value, 'message')
  if (typeof message === 'string') return message
  if (!isError(value)) return toText(value)
  return message === undefined ? '' : toText(message)
}

/** The name of an error, or of what looks like one; else an empty string. */
export function nameOf(value: unknown): string {
  const name = read(value, 'name')
  if (isError(value)) return typeof name === 'string' ? name : 'Error'
  return typeof name === 'string' && typeof read(value, 'message') === 'string' ? name : ''
}

/** The stack of an error, or of what looks like one, where it is a string. */
export function stackOf(value: unknown): string | undefined {
  const stack = read(value, 'stack')
  return typeof stack === 'string' ? stack : undefined
}

function describe(value: object): string {
  const own = attempt(() => {
    const isLong = ArrayBuffer.isView(value) || (Array.isArray(value) && value.length > MOST_ELEMENTS)
    return isLong ? tagOf(value) : String(value).slice(0, LONGEST_TEXT)
  }, undefined)
  // Its class decides how it reads.
  if (own !== undefined && !own.startsWith('[object ') && !isError(value)) return own
  if (!isError(value) && typeof read(value, 'message') !== 'string')
    return own ?? attempt(() => tagOf(value), 'a value that cannot be read')
  const name = nameOf(value)
  const message = messageOf(value)
  return name && message ? `${name}: ${message}` : name || message
}

function tagOf(value: unknown): string {
  return Object.prototype.toString.call(value)
}

/** A property of an object; undefined if its getter throws. */
function read(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined
  return attempt(() => (value as Record<string, unknown>)[name], undefined)
}

function attempt<T, F>(make: () => T, fallback: F): T | F {
  try {
    return make()
  } catch {
    return fallback
  }
}
