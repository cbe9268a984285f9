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
const OWN = new Set(['name', 'message', 'stack', 'cause', 'errors'])
const registry = new Map<string, ErrorClass>(
  [EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError].map((type) => [type.name, type]),
)

/**
 * Lets errors of a class of yours keep that class across the worker boundary: `instanceof` works again on the
 * page. Register it on the page; the constructor is not run. Two classes of one name: the last one wins.
 */
export function registerErrorClass(errorClass: ErrorClass, name: string = errorClass.name): void {
  registry.set(name, errorClass)
}

/** Turns a thrown value into data; never throws itself. */
export function encodeThrown(thrown: unknown, depth = 0): Encoded {
  if (!isError(thrown)) return { value: clonable(thrown) ? thrown : String(thrown) }
  const dom = typeof DOMException !== 'undefined' && thrown instanceof DOMException
  const deeper = depth < MAX_DEPTH
  const errors = (thrown as { errors?: unknown }).errors
  return {
    error: {
      name: String(thrown.name),
      message: String(thrown.message),
      stack: typeof thrown.stack === 'string' ? thrown.stack : undefined,
      className: thrown.constructor?.name ?? 'Error',
      dom,
      fields: dom ? undefined : ownFields(thrown),
      cause: deeper && 'cause' in thrown ? encodeThrown(thrown.cause, depth + 1) : undefined,
      errors:
        deeper && Array.isArray(errors)
          ? errors.map((error: unknown) => encodeThrown(error, depth + 1))
          : undefined,
    },
  }
}

/** Rebuilds what {@link encodeThrown} took apart; `callSite` is added below the worker's stack. */
export function decodeThrown(encoded: Encoded, callSite?: string): unknown {
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

function ownFields(error: Error): Record<string, unknown> | undefined {
  let fields: Record<string, unknown> | undefined
  for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(error))) {
    // By descriptor, so that no getter of the user's runs.
    if (OWN.has(name) || name === '__proto__' || !('value' in descriptor) || !clonable(descriptor.value))
      continue
    fields ??= {}
    fields[name] = descriptor.value
  }
  return fields
}

function isError(value: unknown): value is Error & { cause?: unknown } {
  return value instanceof Error || Object.prototype.toString.call(value) === '[object Error]'
}

function clonable(value: unknown): boolean {
  if (typeof value !== 'object' || value === null)
    return typeof value !== 'function' && typeof value !== 'symbol'
  try {
    structuredClone(value)
    return true
  } catch {
    return false
  }
}

function define(target: object, name: string, value: unknown): void {
  Object.defineProperty(target, name, {
    value,
    configurable: true,
    writable: true,
  })
}
