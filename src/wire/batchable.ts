/**
 * Which values may share a message. Structured clone keeps identity within a message: an object that two calls
 * of one batch share would arrive as one object that two handlers share, and one value that cannot be cloned would
 * fail the whole batch. So only primitives, and small flat objects and arrays of primitives, travel together.
 *
 * The numbers of a message with many calls or replies travel as one block of memory. An array is cloned number by number:
 * that took six times as long in WebKit and Firefox.
 */

const LONGEST_STRING = 512
const MOST_FIELDS = 8

/** The flat objects that a batch holds already; one per message. */
export type BatchObjects = Set<object>

/**
 * Whether a value may travel with others; notes the objects it lets in, unless each of them is copied. Never throws,
 * and runs no getter.
 */
export function fitsBatch(value: unknown, objects?: BatchObjects): boolean {
  if (isSmallPrimitive(value)) return true
  if (typeof value !== 'object' || value === null || objects?.has(value)) return false
  try {
    if (!isFlat(value)) return false
  } catch {
    // The trap of a proxy.
    return false
  }
  objects?.add(value)
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

function isFlat(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== (Array.isArray(value) ? Array.prototype : Object.prototype)) return false
  let fields = 0
  let last = ''
  for (const name in value) {
    last = name
    if (++fields > MOST_FIELDS) return false
    const descriptor = Object.getOwnPropertyDescriptor(value, name)
    if (!descriptor || !('value' in descriptor) || !isSmallPrimitive(descriptor.value)) return false
  }
  // A sparse array is long though it has few fields, and its names come after its elements.
  return !Array.isArray(value) || (value.length === fields && (fields === 0 || last === `${fields - 1}`))
}

/** So many numbers are worth a block of memory, which has a price by itself. */
const LEAST = 256

/** Numbers of calls or replies, one behind the other. */
export type Rows = readonly number[] | Int32Array

/** As they travel best; an array where they are few, or one of them does not fit. */
export function packRows(rows: number[]): Rows {
  return rows.length >= LEAST && rows.every(fits) ? new Int32Array(rows) : rows
}

/** Also of another realm, as behind an in-process worker in jsdom. */
export function isRows(value: unknown): value is Rows {
  return Array.isArray(value) || ArrayBuffer.isView(value)
}

function fits(value: number): boolean {
  return (value | 0) === value
}
