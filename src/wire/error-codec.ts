/** Errors as data, for the way across the worker boundary: class name, message, stack, own fields, cause, AggregateError. */

/** An error as it travels; everything in it can be cloned. */
export interface EncodedError {
  readonly name: string
  readonly message: string
  readonly stack: string | undefined
  /** The constructor's name where it is not the name: `class NotFound extends Error` keeps the name "Error". */
  readonly className: string
  readonly dom: boolean
  readonly fields: Record<string, unknown> | undefined
  readonly cause: Encoded | undefined
  readonly errors: readonly Encoded[] | undefined
}

/** A thrown value: an error, or any other value that can be cloned. */
export type Encoded = { readonly error: EncodedError } | { readonly value: unknown }

/** A class that {@link registerErrorClass} knows. */
export type ErrorClass = new (...args: never[]) => Error

const MAX_DEPTH = 8
const OWN = new Set(['name', 'message', 'stack', 'cause'])
const registry = new Map<string, ErrorClass>(
  [EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError].map((type) => [type.name, type]),
)

/**
 * Lets errors of a class of yours keep that class across the worker boundary: `instanceof` works again on the
 * page. Register it on the page; the constructor is not run. Two classes of one name: the last one wins.
 */
export function registerErrorClass(errorClass: ErrorClass, name: string = errorClass.name): void {
  if (typeof errorClass !== 'function' || typeof errorClass.prototype !== 'object') {
    throw new TypeError(
      `registerErrorClass(errorClass): expected a class of errors, got ${typeof errorClass}`,
    )
  }
  registry.set(name, errorClass)
}

/** Turns a thrown value into data. Never throws itself, however hostile the value's getters and traps are. */
export function encodeThrown(thrown: unknown): Encoded {
  return encode(thrown, [])
}

/** `path`: the errors that this one is a cause or a part of; an error that holds itself is not taken apart again. */
function encode(thrown: unknown, path: readonly unknown[]): Encoded {
  if (!attempt(() => isError(thrown), false)) return { value: encodeValue(thrown) }
  const error = thrown as Error & { errors?: unknown }
  const isDom = typeof DOMException !== 'undefined' && error instanceof DOMException
  const isAggregate = error instanceof AggregateError
  const isNested = path.length >= MAX_DEPTH || path.includes(error)
  const inside = [...path, error]
  const className: unknown = attempt(() => error.constructor.name, 'Error')
  return {
    error: {
      name: attempt(() => String(error.name), 'Error'),
      message: attempt(() => String(error.message), ''),
      stack: attempt(() => (typeof error.stack === 'string' ? error.stack : undefined), undefined),
      className: typeof className === 'string' ? className : 'Error',
      dom: isDom,
      fields: isDom || isNested ? undefined : attempt(() => ownFields(error, isAggregate), undefined),
      cause: isNested
        ? undefined
        : attempt(() => ('cause' in error ? encode(error.cause, inside) : undefined), undefined),
      errors:
        isNested || !isAggregate
          ? undefined
          : attempt(() => Array.from(error.errors, (each: unknown) => encode(each, inside)), undefined),
    },
  }
}

function encodeValue(thrown: unknown): unknown {
  if (typeof thrown === 'function' || typeof thrown === 'symbol') return String(thrown)
  if (typeof thrown !== 'object' || thrown === null) return thrown
  return attempt(
    () => structuredClone(thrown),
    attempt(() => String(thrown), 'a thrown value that cannot be read'),
  )
}

/** What `read` gives, or the fallback when it throws. */
function attempt<T, F>(read: () => T, fallback: F): T | F {
  try {
    return read()
  } catch {
    return fallback
  }
}

/** Rebuilds what {@link encodeThrown} took apart; `callSite` is added below the worker's stack. */
export function decodeThrown(encoded: Encoded, callSite?: string): unknown {
  // A forged message may hold anything.
  if (!isEncoded(encoded)) return new Error('the worker sent an error that cannot be read')
  if (!('error' in encoded)) return encoded.value
  const { error } = encoded
  const rebuilt = construct(error)
  const stack = error.stack ?? `${error.name}: ${error.message}`
  define(rebuilt, 'stack', callSite ? `${stack}\n    at (page) ${callSite}` : stack)
  if (error.cause) define(rebuilt, 'cause', decodeThrown(error.cause))
  for (const [name, value] of Object.entries(error.fields ?? {})) {
    Object.defineProperty(rebuilt, name, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    })
  }
  return rebuilt
}

function isEncoded(value: unknown): value is Encoded {
  if (typeof value !== 'object' || value === null) return false
  return 'value' in value || ('error' in value && typeof value.error === 'object' && value.error !== null)
}

function construct(error: EncodedError): Error {
  if (error.dom && typeof DOMException !== 'undefined') return new DOMException(error.message, error.name)
  if (error.errors) {
    const rebuilt = new AggregateError(
      error.errors.map((each) => decodeThrown(each)),
      error.message,
    )
    if (error.name !== 'AggregateError') define(rebuilt, 'name', error.name)
    return rebuilt
  }
  // The prototype alone: a user's constructor may want arguments that did not travel.
  const known = registry.get(error.className) ?? registry.get(error.name)
  const rebuilt = new Error(error.message)
  if (known) Object.setPrototypeOf(rebuilt, known.prototype as object)
  const name = error.name === 'Error' && error.className !== 'Error' && !known ? error.className : error.name
  if (rebuilt.name !== name) define(rebuilt, 'name', name)
  return rebuilt
}

function ownFields(error: Error, isAggregate: boolean): Record<string, unknown> | undefined {
  let fields: Record<string, unknown> | undefined
  for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(error))) {
    // By descriptor, so that no getter of the user's runs.
    if (OWN.has(name) || name === '__proto__' || !('value' in descriptor)) continue
    if (name === 'errors' && isAggregate) continue
    const value: unknown = descriptor.value
    if (typeof value === 'function' || typeof value === 'symbol') continue
    // The copy is what travels: a second reading could give something else.
    const copy = attempt(() => ({ value: structuredClone(value) }), undefined)
    if (!copy) continue
    fields ??= {}
    fields[name] = copy.value
  }
  return fields
}

function isError(value: unknown): value is Error {
  return value instanceof Error || Object.prototype.toString.call(value) === '[object Error]'
}

function define(target: object, name: string, value: unknown): void {
  Object.defineProperty(target, name, {
    value,
    configurable: true,
    writable: true,
  })
}
