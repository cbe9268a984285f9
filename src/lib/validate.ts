/** Checks of option values; each error says which option, what was received, and what is allowed. */
import { didYouMean } from './nearest.ts'
import { advice } from './warn.ts'
import { toText } from './words.ts'

/** @throws TypeError, always. */
export function fail(option: string, received: unknown, allowed: string): never {
  throw new TypeError(message(option, received, allowed))
}

function message(option: string, received: unknown, allowed: string): string {
  const kind = received === null ? '' : ` (${typeof received})`
  const shown = show(received)
  // The build leaves the allowed values out in production.
  return `Invalid option "${option}": ${allowed && `expected ${allowed}, `}got ${shown}${kind}`
}

function show(received: unknown): string {
  return typeof received === 'string' ? JSON.stringify(received) : toText(received)
}

/** Checks the value of one option. The name is for the error. */
export type Check = (option: string, value: never) => unknown

/**
 * Checks an object of options. Each is left out or passes its check, and an unknown one is a typo.
 * Returns a copy without those that are left out. Each is read once, so the value that is used is the value that was checked.
 */
export function checkOptions<T extends object>(
  label: string,
  options: T,
  checks: { readonly [Name in keyof T & string]-?: Check },
  allowed?: string,
  prefix = '',
): T {
  object(label, options, allowed)
  const copy: Partial<T> = {}
  for (const name of reading(label, () => Object.keys(options))) {
    if (!Object.hasOwn(checks, name))
      throw new TypeError(
        `Unknown option "${prefix}${name}"${prefix ? '' : ` of ${label}`}${advice(otherNames(name, namesOf(checks)))}`,
      )
  }
  for (const name of Object.keys(checks) as (keyof T & string)[]) {
    const value = reading(prefix + name, () => options[name])
    if (value === undefined) continue
    checks[name](prefix + name, value as never)
    copy[name] = value
  }
  return copy as T
}

/** The check for an option that only this package passes: no error names it. */
export const internal: Check = (option, value) => object(option, value)

function otherNames(name: string, names: readonly string[]): string {
  return `${didYouMean(name, names)}: expected one of ${names.join(', ')}`
}

function namesOf(checks: object): string[] {
  return Object.entries(checks).flatMap(([name, check]) => (check === internal ? [] : [name]))
}

/** Reads a property that a getter or a proxy may refuse to return. */
export function reading<T>(option: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw new TypeError(`Invalid option "${option}": it cannot be read: ${toText(error)}`, { cause: error })
  }
}

export function object<T extends object>(option: string, value: T, allowed: string = advice('an object')): T {
  if (typeof value !== 'object' || value === null) fail(option, value, allowed)
  return value
}

export function flag(option: string, value: boolean): boolean {
  if (typeof value !== 'boolean') fail(option, value, 'true or false')
  return value
}

export function callable<T>(option: string, value: T, allowed: string = advice('a function')): T {
  if (typeof value !== 'function') fail(option, value, allowed)
  return value
}

/** What `for await` accepts. */
export function iterable<T extends object>(option: string, value: T): T {
  const boxed = Object(value) as object
  if (!(Symbol.asyncIterator in boxed || Symbol.iterator in boxed))
    fail(option, value, 'an iterable or async iterable')
  return value
}

export function oneOf<T extends string>(option: string, value: unknown, allowed: readonly T[]): T {
  if (!allowed.includes(value as T)) fail(option, value, allowed.map((each) => `'${each}'`).join(' | '))
  return value as T
}

/** The check for one of a few words. */
export function among(...allowed: string[]): (option: string, value: string) => string {
  return (option, value) => oneOf(option, value, allowed)
}

/** The check for a whole number, or Infinity, not below `least`. */
export function bound(least: number): (option: string, value: number) => number {
  return (option, value) => (value === Number.POSITIVE_INFINITY ? value : wholeNumber(option, value, least))
}

export function wholeNumber(option: string, value: unknown, least: number): number {
  const allowed = advice(`a whole number, at least ${least}`)
  if (typeof value !== 'number' || Number.isNaN(value)) fail(option, value, allowed)
  if (!Number.isInteger(value) || value < least) throw new RangeError(message(option, value, allowed))
  return value
}

/** Milliseconds, not negative; Infinity is never. */
export function milliseconds(option: string, value: unknown): number {
  return time(option, value, advice('milliseconds, 0 or more'), (ms) => ms >= 0)
}

/** Milliseconds, above 0 because 0 would leave no time for anything; Infinity is never. */
export function someMilliseconds(option: string, value: unknown): number {
  return time(option, value, advice('milliseconds, more than 0'), (ms) => ms > 0)
}

function time(option: string, value: unknown, allowed: string, isAllowed: (ms: number) => boolean): number {
  if (typeof value !== 'number' || Number.isNaN(value)) fail(option, value, allowed)
  if (!isAllowed(value)) throw new RangeError(message(option, value, allowed))
  return value
}

export function text(option: string, value: unknown, mayBeEmpty?: boolean): string {
  if (typeof value !== 'string' || (!mayBeEmpty && value === ''))
    fail(option, value, advice(mayBeEmpty ? 'a string' : 'a non-empty string'))
  return value
}
