/** Copies of values in which data replaces the objects of some classes, and the places of these objects. */
import { messageOf } from '../lib/words.ts'
import type { CodecClass, CodecConfig } from '../types/codec.ts'
import { isPlain } from './brands.ts'
import { Refusal } from './refusal.ts'

/** What was passed to `codec()`. */
export interface KnownCodec extends CodecConfig<object> {
  readonly type: CodecClass<object>
}

/**
 * The codec, and the way to the object: a name or index, the key in a map, the member itself of a set. What is within another's data
 * comes before it.
 */
export type CodecEntry = readonly [codec: string, ...steps: unknown[]]

export class CodecCopy {
  private readonly found: [codec: string, ...steps: unknown[]][] = []
  readonly transfer: Transferable[] = []
  private readonly codecs: readonly KnownCodec[]
  private readonly path: string
  /** By object, its copy or its data. */
  private readonly copies = new Map<object, unknown>()

  constructor(codecs: readonly KnownCodec[], path: string) {
    this.codecs = codecs
    this.path = path
  }

  get entries(): readonly CodecEntry[] {
    return this.found
  }

  /** The value itself, where no object of these classes is in it. @throws Refusal, and what a getter throws */
  of(value: unknown): unknown {
    return this.holdsAny(value) ? this.copy(value, []) : value
  }

  private codecOf(value: object): KnownCodec | undefined {
    const { codecs } = this
    const prototype: unknown = Object.getPrototypeOf(value)
    // Of a class and its subclass, each has its own.
    return (
      codecs.find(({ type }) => type.prototype === prototype) ??
      codecs.find(({ type }) => value instanceof type)
    )
  }

  /** Most values hold none, and travel as they are. */
  private holdsAny(root: unknown): boolean {
    const seen = new Set<unknown>([root])
    for (const value of seen) {
      if (typeof value !== 'object' || value === null) {
        seen.delete(value)
        continue
      }
      const codec = this.codecOf(value)
      if (codec !== undefined) return true
      for (const part of partsOf(value)) if (typeof part === 'object' && part !== null) seen.add(part)
    }
    return false
  }

  private copy(value: unknown, steps: readonly unknown[]): unknown {
    if (typeof value !== 'object' || value === null) return value
    const codec = this.codecOf(value)
    if (codec !== undefined) return this.encode(codec, value, steps)
    const known = this.copies.get(value)
    if (known !== undefined) return known
    const copy = emptyLike(value)
    if (copy === undefined) return value
    this.copies.set(value, copy)
    if (copy instanceof Map)
      for (const [key, part] of value as Map<unknown, unknown>)
        copy.set(key, this.copy(part, [...steps, key]))
    else if (copy instanceof Set) for (const part of value as Set<unknown>) this.addTo(copy, part, steps)
    else
      for (const name of Object.keys(value))
        (copy as Record<string, unknown>)[name] = this.copy((value as Record<string, unknown>)[name], [
          ...steps,
          name,
        ])
    return copy
  }

  /** The way to a member of a set is the member, which is known only when it is copied. */
  private addTo(copy: Set<unknown>, part: unknown, steps: readonly unknown[]): void {
    const from = this.found.length
    const member = this.copy(part, [...steps, undefined])
    copy.add(member)
    for (let index = from; index < this.found.length; index++)
      (this.found[index] as unknown[])[steps.length + 1] = member
  }

  private encode(codec: KnownCodec, value: object, steps: readonly unknown[]): unknown {
    const { copies, path } = this
    if (!copies.has(value)) {
      let data: unknown
      try {
        data = codec.encode(value)
        if (codec.transfer !== undefined) this.transfer.push(...codec.transfer(data))
      } catch (error) {
        throw new Refusal(
          `${path + pathText(steps)}\ncould not be encoded by codec "${codec.name}": ${messageOf(error)}`,
          error,
        )
      }
      copies.set(value, this.copy(data, steps))
    }
    this.found.push([codec.name, ...steps])
    return copies.get(value)
  }
}

/** An empty container of its kind; nothing for a value that is none. */
function emptyLike(value: object): object | undefined {
  // The list may end with a hole.
  if (Array.isArray(value)) return Object.assign([], { length: value.length })
  if (value instanceof Map) return new Map()
  if (value instanceof Set) return new Set()
  // Without a prototype: "__proto__" is a name like any other.
  return isPlain(value) ? (Object.create(null) as object) : undefined
}

function partsOf(value: object): Iterable<unknown> {
  if (value instanceof Map || value instanceof Set) return value.values()
  // For a list: also its named fields, and no holes.
  return Array.isArray(value) || isPlain(value) ? Object.values(value) : []
}

/** The steps as a path in a message. */
export function pathText(steps: readonly unknown[]): string {
  return steps
    .map((step) =>
      typeof step === 'string' && /^[a-z_$][\w$]*$/i.test(step)
        ? `.${step}`
        : `[${typeof step === 'object' ? '…' : String(step)}]`,
    )
    .join('')
}

/** The value at a step. */
export function readAt(holder: unknown, step: unknown): unknown {
  if (holder instanceof Map) return holder.get(step)
  if (holder instanceof Set) return step
  // Its own alone: a forged message reaches nothing else.
  return Object.getOwnPropertyDescriptor(Object(holder), step as string)?.value
}

/** Puts an object in the place of its data. */
export function writeAt(holder: unknown, step: unknown, object: object): void {
  if (holder instanceof Map) holder.set(step, object)
  else if (holder instanceof Set) {
    if (holder.delete(step)) holder.add(object)
  } else if (Object.hasOwn(Object(holder) as object, step as string))
    (holder as Record<string, unknown>)[step as string] = object
}
