/** What kind of object a value is, of whatever realm, without running any code of the user's: not even a toStringTag getter. */

/** The name of a built-in kind, e.g. `Map` or `MessagePort`; `Object` for plain objects and instances of users' classes. */
export function brandOf(value: object): string {
  if (Array.isArray(value)) return 'Array'
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === Object.prototype && !Object.hasOwn(value, Symbol.toStringTag)) return 'Object'
  let hasForeignTag = false
  for (let at: object | null = value; at !== null; at = Object.getPrototypeOf(at) as object | null) {
    const tag = Object.getOwnPropertyDescriptor(at, Symbol.toStringTag)
    if (tag === undefined) continue
    if (typeof tag.value === 'string' && isBuiltIn(at, tag.value)) return tag.value
    hasForeignTag = true
  }
  if (hasForeignTag) return value instanceof Error ? 'Error' : 'Object'
  // Date, RegExp, Error and the like have no tag that can be read, and none that runs.
  return Object.prototype.toString.call(value).slice(8, -1)
}

/** Any object may claim a tag: this one is the platform's. */
function isBuiltIn(prototype: object, tag: string): boolean {
  const type: unknown = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value
  if (typeof type !== 'function') return false
  return (
    type === (globalThis as Record<string, unknown>)[tag] ||
    // Of another realm.
    /\{\s*\[native code\]\s*\}$/.test(Function.prototype.toString.call(type))
  )
}

/** An object literal, of any realm: its prototype has none. */
export function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null
}

/** An ArrayBuffer, also of another realm; shared memory is none. */
export function isBuffer(value: object): value is ArrayBuffer {
  return value instanceof ArrayBuffer || brandOf(value) === 'ArrayBuffer'
}

/** Whether a buffer was transferred. */
export function isDetached(buffer: ArrayBufferLike): boolean {
  if ('detached' in buffer) return buffer.detached === true
  if (buffer.byteLength > 0) return false
  try {
    return new Uint8Array(buffer).length < 0
  } catch {
    // A view of a detached buffer cannot be created.
    return true
  }
}

/** The brand; nothing for a value that throws when it is looked at: a proxy that was revoked, or whose traps throw. */
export function safeBrandOf(value: object): string | undefined {
  try {
    return brandOf(value)
  } catch {
    return undefined
  }
}
