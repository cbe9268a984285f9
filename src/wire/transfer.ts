/** Marks of what is transferred with a value, on either side of the wire. */
import { oneInstance } from '../lib/one-instance.ts'

/** `used`: whether anything was ever marked. Without marks, calls are not searched. */
export const marks: { used: boolean; readonly lists: WeakMap<object, Transferable[]> } =
  /* @__PURE__ */ oneInstance('transfers', () => ({ used: false, lists: new WeakMap() }))

/**
 * Marks what is transferred, not cloned, when `value` is sent: an argument of a call, a result or an item of a handler, the payload
 * of an event. It is the mark of this one value, so that a list may depend on the arguments.
 *
 * @throws TypeError for a list that is no array.
 * @example task.resize(transfer(pixels, [pixels.buffer]))
 * @example return transfer(pixels, [pixels.buffer])
 */
export function transfer<T>(value: T, list: Transferable[]): T {
  // Anything else would be taken for postMessage's options, and the value be cloned in silence.
  if (!Array.isArray(list))
    throw new TypeError(`transfer(value, list): list must be an array, got ${typeof list}`)
  if (typeof value === 'object' && value !== null) {
    marks.lists.set(value, list)
    marks.used = true
  }
  return value
}

/** What {@link transfer} has marked a value with. */
export function transferListOf(value: unknown): readonly Transferable[] | undefined {
  return typeof value === 'object' && value !== null ? marks.lists.get(value) : undefined
}

/** What is transferred with arguments: what their call says, and what they are marked with; `'auto'` looks at the marks itself. */
export function transferWith(
  given: readonly Transferable[] | 'auto' | undefined,
  args: readonly unknown[],
): readonly Transferable[] | 'auto' | undefined {
  if (given === 'auto') return given
  const marked = args.flatMap((arg) => transferListOf(arg) ?? [])
  return marked.length === 0 ? given : [...new Set([...(given ?? []), ...marked])]
}
