/**
 * Which values may share a message. Structured clone keeps identity within a message: an object that two calls
 * of one batch share would arrive as one object that two handlers share, and one value that cannot be cloned would
 * fail the whole batch. So only primitives, and small flat objects and arrays of primitives, travel together.
 */

const LONGEST_STRING = 512
const MOST_FIELDS = 8

/** The flat objects that a batch holds already; one per message. */
export type BatchObjects = Set<object>

/** Whether a value may travel with others; notes the objects it lets in. */
export function fitsBatch(value: unknown, objects: BatchObjects): boolean {
  if (isSmallPrimitive(value)) return true
  if (typeof value !== 'object' || value === null || objects.has(value)) return false
  if (!(Array.isArray(value) ? isFlatArray(value) : isFlatObject(value))) return false
  objects.add(value)
  return true
}

function isSmallPrimitive(value: unknown): boolean {
  switch (typeof value) {
    case 'number':
    case 'boolean':
    case 'undefined':
      return true
    case 'string':
      return value.length <= LONGEST_STRING
    case 'bigint':
      // A bigint may be of any length; those of a double's size are the usual ones.
      return value >= -0xffff_ffff_ffff_ffffn && value <= 0xffff_ffff_ffff_ffffn
    default:
      return value === null
  }
}

function isFlatArray(value: readonly unknown[]): boolean {
  if (value.length > MOST_FIELDS || Object.getPrototypeOf(value) !== Array.prototype) return false
  // By index: an array with further own properties is cloned with them.
  return Object.keys(value).length === value.length && value.every(isSmallPrimitive)
}

function isFlatObject(value: object): boolean {
  if (Object.getPrototypeOf(value) !== Object.prototype) return false
  let fields = 0
  for (const name in value) {
    if (++fields > MOST_FIELDS) return false
    const descriptor = Object.getOwnPropertyDescriptor(value, name)
    if (!descriptor || !('value' in descriptor) || !isSmallPrimitive(descriptor.value)) return false
  }
  return true
}
