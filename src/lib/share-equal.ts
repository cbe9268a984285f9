/** Structural sharing: where new plain data equals the old data, the old object is kept. */

/** Deeper values are not compared. */
const DEEPEST = 200

/**
 * The old value if the new one equals it; else a copy of the new one in which each equal part is the old part. Arrays, plain objects
 * and dates are compared by their contents, everything else by identity. Data with a circle is returned unchanged.
 */
export function shareEqual<T>(old: T, value: T): T {
  try {
    return share(old, value, new Map(), 0) as T
  } catch {
    // A circle, or a getter that throws.
    return value
  }
}

/** `known`: the result for an object. While the result is missing, the object is part of a circle. */
function share(old: unknown, value: unknown, known: Map<object, unknown>, depth: number): unknown {
  if (Object.is(old, value)) return old
  if (!isObject(value)) return value
  if (known.has(value)) return known.get(value) ?? circle()
  if (value instanceof Date) return old instanceof Date && old.getTime() === value.getTime() ? old : value
  const isList = Array.isArray(value)
  if (!isObject(old) || Array.isArray(old) !== isList || !(isList || (isPlain(value) && isPlain(old))))
    return value
  if (depth > DEEPEST) return value
  known.set(value, undefined)
  const names = Object.keys(value)
  const copy: Record<string, unknown> = isList ? ([] as unknown as Record<string, unknown>) : {}
  let isEqual = names.length === Object.keys(old).length
  for (const name of names) {
    const isKnown = Object.hasOwn(old, name)
    // What the old one only inherits, such as its prototype by the name of `__proto__`, is no data.
    const part = isKnown ? share(old[name], value[name], known, depth + 1) : value[name]
    isEqual &&= isKnown && Object.is(part, old[name])
    Object.defineProperty(copy, name, { value: part, enumerable: true, configurable: true, writable: true })
  }
  if (isList) {
    isEqual &&= old['length'] === value['length']
    copy['length'] = value['length']
  }
  const result = isEqual ? old : copy
  known.set(value, result)
  return result
}

function circle(): never {
  throw new TypeError('a circle')
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
