/** One string for equal arguments: what calls of the same work are known by. */

/** Stands for arguments that are not known yet: nothing is called. */
export const skipToken: unique symbol = Symbol('atelier.skipToken')

/** The type of {@link skipToken}. */
export type SkipToken = typeof skipToken

/**
 * The key of a list of arguments. Plain data (primitives, arrays, plain objects, dates) is compared by what it holds,
 * whatever the order of its properties; everything else (blobs, buffers, maps, instances) by identity.
 */
export function keyOfArgs(args: readonly unknown[]): string {
  return keyOf(args, [])
}

function keyOf(value: unknown, within: readonly object[]): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value)
    case 'number':
      return Object.is(value, -0) ? '-0' : String(value)
    case 'bigint':
      return `${value}n`
    case 'object':
      return value === null ? 'null' : keyOfObject(value, within)
    case 'function':
      return identityKey(value)
    default:
      return String(value)
  }
}

function keyOfObject(value: object, within: readonly object[]): string {
  // A circle is as far as structure goes.
  if (within.includes(value)) return identityKey(value)
  const inside = [...within, value]
  if (Array.isArray(value)) return `[${value.map((item) => keyOf(item, inside)).join()}]`
  if (value instanceof Date) return `Date(${value.getTime()})`
  if (!isPlain(value)) return identityKey(value)
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([name, item]) => `${JSON.stringify(name)}:${keyOf(item, inside)}`).join()}}`
}

/** Also for objects of another realm, whose Object is not ours. */
function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value) as object | null
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

const identities = new WeakMap<object, string>()
let count = 0

/** A name for an object, which no other object has. */
export function identityKey(value: object): string {
  let identity = identities.get(value)
  if (identity === undefined) {
    identity = `#${++count}`
    identities.set(value, identity)
  }
  return identity
}

/** Whether two lists hold the very same values: then they need no key to be equal. */
export function sameArgs(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((value, index) => Object.is(value, b[index]))
}
