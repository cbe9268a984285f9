/** One string for equal arguments: it identifies calls for the same work. */
import { messageOf } from './words.ts'
import { oneInstance } from './one-instance.ts'

/** Deeper values are compared by identity: comparing them would take too long, or never end. */
const DEEPEST = 200

/**
 * The key of a list of arguments. Plain data (primitives, arrays, plain objects, dates) is compared by its contents,
 * whatever the order of its properties; everything else (blobs, buffers, maps, instances) by identity.
 */
export function keyOfArgs(args: readonly unknown[]): string {
  return joinKeys(args.map(keyOfArg))
}

/** The key of one argument. Never throws: a value that cannot be read is compared by identity. */
export function keyOfArg(value: unknown): string {
  try {
    return keyOf(value, [])
  } catch (error) {
    return isReference(value) ? identityKey(value) : JSON.stringify(messageOf(error))
  }
}

/** The key of arguments that the user has named. */
export function explicitKey(name: string): string {
  return `=${name}`
}

/** The key of a list whose arguments have these keys. */
export function joinKeys(keys: readonly string[]): string {
  return `[${keys.join()}]`
}

function keyOf(value: unknown, within: object[]): string {
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

function keyOfObject(value: object, within: object[]): string {
  // Structure is compared up to a circle.
  if (within.length > DEEPEST || within.includes(value)) return identityKey(value)
  const isList = Array.isArray(value)
  if (!isList && value instanceof Date) return `Date(${value.getTime()})`
  if (!isList && !isPlain(value)) return identityKey(value)
  within.push(value)
  const key = (isList && keyOfList(value, within)) || keyOfProperties(value, within)
  within.pop()
  // Such a list is described by its length and its contents: `new Array(1)` is neither `[]` nor `[undefined]`.
  return isList && key.startsWith('{') ? `[${value.length}]${key}` : key
}

/** Undefined for a list with holes, or with named fields, which are cloned with it. */
function keyOfList(list: readonly unknown[], within: object[]): string | undefined {
  if (Object.keys(list).length !== list.length) return undefined
  let key = '['
  for (let index = 0; index < list.length; index++) {
    const item = list[index]
    if (item === undefined && !(index in list)) return undefined
    key += index === 0 ? keyOf(item, within) : `,${keyOf(item, within)}`
  }
  return `${key}]`
}

function keyOfProperties(value: object, within: object[]): string {
  let key = '{'
  for (const name of Object.keys(value).sort()) {
    const item = keyOf((value as Record<string, unknown>)[name], within)
    key += `${key.length > 1 ? ',' : ''}${JSON.stringify(name)}:${item}`
  }
  return `${key}}`
}

/** True also for objects of another realm, whose `Object` is a different one. */
function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value) as object | null
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

function isReference(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function'
}

const identities: { readonly names: WeakMap<object, string>; count: number } = /* @__PURE__ */ oneInstance(
  'identities',
  () => ({
    names: new WeakMap(),
    count: 0,
  }),
)

/** A unique name for an object. */
export function identityKey(value: object): string {
  let identity = identities.names.get(value)
  if (identity === undefined) {
    identity = `#${++identities.count}`
    identities.names.set(value, identity)
  }
  return identity
}

/** Whether two lists contain identical values. Then no key is needed to compare them. */
export function sameArgs(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((value, index) => Object.is(value, b[index]))
}
