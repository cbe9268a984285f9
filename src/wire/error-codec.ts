/** Errors as data, for the way across the worker boundary: class name, message, stack, own fields, cause, AggregateError. */
import type { ErrorClass } from '../types/codec.ts'
import { errorClasses } from './error-classes.ts'
import { isError, messageOf, nameOf, stackOf, toText } from '../lib/words.ts'

/** An error as it travels; everything in it can be cloned. */
export interface EncodedError {
  /** Its number among the errors that were thrown as one: {@link Encoded} may point back to it. */
  readonly index: number
  readonly name: string
  readonly message: string
  readonly stack: string | undefined
  /** The constructor's name where it is not the name: `class NotFound extends Error` keeps the name "Error". */
  readonly className: string
  readonly dom: boolean
  /** Of a class of the platform that has more than a DOMException: the error itself, without its stack. */
  readonly clone?: unknown
  readonly fields: readonly EncodedField[]
  readonly cause: Encoded | undefined
  readonly errors: readonly Encoded[] | undefined
}

/** An own field; whether it shows. Errors in fields are taken apart, too. */
export type EncodedField = readonly [name: string, value: Encoded, isEnumerable: boolean]

/** A thrown value: an error, one that came before, or any other value that can be cloned. */
export type Encoded =
  | { readonly error: EncodedError }
  | { readonly same: number }
  | { readonly value: unknown }

const MAX_DEPTH = 8
const OWN = new Set(['name', 'message', 'stack', 'cause', '__proto__'])
/** Turns a thrown value into data. Never throws itself, however hostile the value's getters and traps are. */
export function encodeThrown(thrown: unknown): Encoded {
  return encode(thrown, new Map(), 0)
}

/** `known`: the errors that were taken apart, by number: one that holds itself is not taken apart again. */
function encode(thrown: unknown, known: Map<unknown, number>, depth: number): Encoded {
  if (!isError(thrown)) return { value: encodeValue(thrown) }
  const error: Error & { readonly errors?: unknown } = thrown
  const same = known.get(error)
  if (same !== undefined) return { same }
  const index = known.size
  known.set(error, index)
  const isNested = depth >= MAX_DEPTH
  const inner = (value: unknown): Encoded => encode(value, known, depth + 1)
  const isAggregate = isA(error, 'AggregateError')
  const className = attempt((): unknown => error.constructor.name, 'Error')
  return {
    error: {
      index,
      name: nameOf(error),
      message: messageOf(error),
      stack: stackOf(error),
      className: typeof className === 'string' ? className : 'Error',
      ...domParts(error, className),
      fields: isNested ? [] : attempt(() => ownFields(error, isAggregate, inner), []),
      cause: isNested
        ? undefined
        : attempt(() => ('cause' in error ? inner(error.cause) : undefined), undefined),
      errors:
        isNested || !isAggregate
          ? undefined
          : attempt(() => Array.from(error.errors as Iterable<unknown>, inner), undefined),
    },
  }
}

function domParts(error: Error, className: unknown): Pick<EncodedError, 'dom' | 'clone'> {
  const dom = isA(error, 'DOMException')
  return dom && className !== 'DOMException' ? { dom, clone: copyOf(error)?.value } : { dom }
}

/** Whether an error is of a built-in class, whose realm may be another. */
function isA(error: Error, type: 'AggregateError' | 'DOMException'): boolean {
  return attempt(() => {
    for (let at: object | null = error; at !== null; at = Object.getPrototypeOf(at) as object | null) {
      const made: unknown = Object.getOwnPropertyDescriptor(at, 'constructor')?.value
      if (typeof made === 'function' && made.name === type) return true
    }
    return false
  }, false)
}

function encodeValue(thrown: unknown): unknown {
  if (typeof thrown === 'function' || typeof thrown === 'symbol') return toText(thrown)
  if (typeof thrown !== 'object' || thrown === null) return thrown
  const copy = copyOf(thrown)
  if (copy) return copy.value
  // What looks like an error reads like one, though some of its fields cannot be cloned.
  const name = nameOf(thrown)
  return name === '' ? toText(thrown) : { name, message: messageOf(thrown) }
}

/** What `read` returns, or the fallback if it throws. */
function attempt<T, F>(read: () => T, fallback: F): T | F {
  try {
    return read()
  } catch {
    return fallback
  }
}

/** The copy is what travels: a second reading could give something else. */
function copyOf(value: unknown): { readonly value: unknown } | undefined {
  return attempt(() => ({ value: structuredClone(value) }), undefined)
}

/** By descriptor, so that no getter of the user's runs. */
function ownFields(error: Error, isAggregate: boolean, inner: (value: unknown) => Encoded): EncodedField[] {
  const fields: EncodedField[] = []
  for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(error))) {
    if (OWN.has(name) || !('value' in descriptor) || (name === 'errors' && isAggregate)) continue
    const value: unknown = descriptor.value
    if (typeof value === 'function' || typeof value === 'symbol') continue
    const encoded = isError(value) ? inner(value) : copyOf(value)
    if (encoded) fields.push([name, encoded, descriptor.enumerable === true])
  }
  return fields
}

/**
 * Rebuilds what {@link encodeThrown} took apart; `callSite` is added below the worker's stack. Never throws: a forged
 * message may hold anything, and is an error that says so.
 */
export function decodeThrown(
  encoded: Encoded,
  callSite?: string,
  classes: ReadonlyMap<string, ErrorClass> = errorClasses,
): unknown {
  try {
    return decode(encoded, new Map(), classes, callSite)
  } catch {
    return unreadable()
  }
}

function unreadable(): Error {
  return new Error('the worker sent an error that cannot be read')
}

function decode(
  encoded: Encoded,
  known: Map<unknown, Error>,
  classes: ReadonlyMap<string, ErrorClass>,
  callSite?: string,
): unknown {
  if (typeof encoded !== 'object' || (encoded as unknown) === null) return unreadable()
  if ('value' in encoded) return encoded.value
  if ('same' in encoded) return known.get(encoded.same) ?? unreadable()
  const { error } = encoded
  if (typeof error !== 'object' || (error as unknown) === null) return unreadable()
  const name = toText(error.name ?? 'Error')
  const message = toText(error.message ?? '')
  const rebuilt = construct(error, name, message, classes)
  known.set(error.index, rebuilt)
  const stack = typeof error.stack === 'string' ? error.stack : `${name}: ${message}`
  define(rebuilt, 'stack', callSite ? withCallSite(stack, callSite) : stack)
  for (const [field, value, isEnumerable] of listOf(error.fields)) {
    if (!OWN.has(field)) define(rebuilt, field, decode(value, known, classes), isEnumerable)
  }
  if (error.cause) define(rebuilt, 'cause', decode(error.cause, known, classes))
  if (error.errors)
    define(
      rebuilt,
      'errors',
      listOf(error.errors).map((each) => decode(each, known, classes)),
    )
  return rebuilt
}

function listOf<T>(list: readonly T[] | undefined): readonly T[] {
  return Array.isArray(list) ? list : []
}

function construct(
  error: EncodedError,
  name: string,
  message: string,
  classes: ReadonlyMap<string, ErrorClass>,
): Error {
  const isDom = error.dom === true && typeof DOMException === 'function'
  // The prototype alone: a user's constructor may want arguments that did not travel. A DOMException is named as it likes.
  const known =
    classes.get(error.className) ??
    errorClasses.get(error.className) ??
    (isDom ? undefined : (classes.get(error.name) ?? errorClasses.get(error.name)))
  if (isDom) {
    const { clone } = error
    const rebuilt = clone instanceof DOMException ? clone : new DOMException(message, name)
    if (known) Object.setPrototypeOf(rebuilt, known.prototype as object)
    return rebuilt
  }
  const rebuilt = error.errors ? new AggregateError([], message) : new Error(message)
  if (known) Object.setPrototypeOf(rebuilt, known.prototype as object)
  const isNamedByClass = name === 'Error' && error.className !== 'Error' && !known
  const shown = isNamedByClass ? toText(error.className) : name
  if (rebuilt.name !== shown) define(rebuilt, 'name', shown)
  return rebuilt
}

/** In the form of the engine that made the stack: `at name (place)` in V8, `name@place` elsewhere. */
function withCallSite(stack: string, callSite: string): string {
  // Firefox ends each line, the last one, too.
  const trimmed = stack.trimEnd()
  const isV8 = /^\s+at /m.test(trimmed) || !/^\S*@(\S*:\d+|\[native code\])?$/m.test(trimmed)
  return `${trimmed}\n${isV8 ? `    at (page) ${callSite}` : `(page) ${callSite}@`}`
}

function define(target: object, name: string, value: unknown, enumerable = false): void {
  Object.defineProperty(target, name, { value, enumerable, configurable: true, writable: true })
}
