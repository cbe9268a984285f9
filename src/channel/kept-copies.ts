/**
 * Copies of what is transferred to a busy worker, in memory that is reused. Most of the cost of a copy is new memory (1 MiB:
 * 1.2 ms, and 0.1 in memory that exists). The arguments are made from them only if a call is sent a second time.
 */
import { type Call, SETTLED } from '../call/call.ts'
import { brandOf, isPlain } from '../wire/brands.ts'
import { findTransferables } from '../wire/transferables.ts'

/** Deeper or larger arguments are cloned whole. */
const MOST_LEVELS = 4
const MOST_PARTS = 1_000
/** In addition to those that calls hold: a worker has one call that runs and one ahead. */
const MOST_SPARE = 2
/** Smaller arguments are cloned. */
const LEAST_BYTES = 2 ** 14

/** Returns a buffer for each one that moves. */
type BufferOf = (moved: ArrayBuffer) => ArrayBuffer

/** How arguments are rebuilt whose buffers are gone. */
export interface Plan {
  readonly buffers: readonly ArrayBuffer[]
  make(bufferOf: BufferOf): readonly unknown[]
}

interface Copy {
  readonly memory: ArrayBuffer
  readonly bytes: number
}

interface Kept {
  readonly plan: Plan
  readonly copies: ReadonlyMap<ArrayBuffer, Copy>
}

type Make = (bufferOf: BufferOf) => unknown

/** Null for arguments that move little, or contain more than plain data, buffers and views: they are cloned. No getter runs. */
export function planOf(transfer: readonly Transferable[] | 'auto', args: readonly unknown[]): Plan | null {
  const buffers: readonly unknown[] = transfer === 'auto' ? findTransferables(args) : transfer
  if (!buffers.every(isFixed)) return null
  let bytes = 0
  for (const { byteLength } of buffers) bytes += byteLength
  if (bytes <= LEAST_BYTES) return null
  try {
    const make = makerOf(args, { moved: new Set(buffers), seen: new Map(), level: 0 })
    return make && { buffers, make: make as (bufferOf: BufferOf) => readonly unknown[] }
  } catch {
    // The trap of a proxy, which cannot be sent anyway.
    return null
  }
}

interface Walk {
  readonly moved: ReadonlySet<ArrayBuffer>
  /** A part that appears in two places does so again. */
  readonly seen: Map<object, Make>
  readonly level: number
}

function makerOf(value: unknown, walk: Walk): Make | null {
  if (typeof value !== 'object' || value === null) return typeof value === 'function' ? null : () => value
  const known = walk.seen.get(value)
  if (known) return known
  const make = once(ArrayBuffer.isView(value) ? viewMaker(value, walk) : partMaker(value, walk))
  if (make) walk.seen.set(value, make)
  return make
}

function partMaker(value: object, walk: Walk): Make | null {
  if (walk.moved.has(value as ArrayBuffer)) return (bufferOf) => bufferOf(value as ArrayBuffer)
  const isArray = Array.isArray(value)
  const isTooMuch = walk.level >= MOST_LEVELS || walk.seen.size >= MOST_PARTS
  if (isTooMuch || !(isArray || (brandOf(value) === 'Object' && isPlain(value)))) return null
  const parts: [name: string, make: Make][] = []
  for (const [name, field] of Object.entries(Object.getOwnPropertyDescriptors(value))) {
    if (!field.enumerable) continue
    const isData = 'value' in field && name !== '__proto__'
    const make = isData ? makerOf(field.value, { ...walk, level: walk.level + 1 }) : null
    if (make === null) return null
    parts.push([name, make])
  }
  return (bufferOf) => {
    const copy: Record<string, unknown> = isArray ? ([] as never) : {}
    for (const [name, make] of parts) copy[name] = make(bufferOf)
    // It may end with a hole.
    if (isArray) copy['length'] = value.length
    return copy
  }
}

type ViewClass = new (buffer: ArrayBufferLike, offset: number, length: number) => ArrayBufferView
const TypedArray: unknown = Object.getPrototypeOf(Uint8Array)

function viewMaker(view: ArrayBufferView, { moved }: Walk): Make | null {
  const { buffer, byteOffset } = view
  const { constructor } = Object.getPrototypeOf(view) as { readonly constructor: ViewClass }
  // A subclass is cloned as its base class.
  const isPlatforms = constructor === DataView || Object.getPrototypeOf(constructor) === TypedArray
  if (!isPlatforms || !moved.has(buffer as ArrayBuffer)) return null
  const length = (view as Uint8Array).length ?? view.byteLength
  return (bufferOf) => new constructor(bufferOf(buffer as ArrayBuffer), byteOffset, length)
}

/** Arguments are rebuilt once, and so is each part of them. */
function once(make: Make | null): Make | null {
  let made: { readonly value: unknown } | undefined
  return make && ((bufferOf) => (made ??= { value: make(bufferOf) }).value)
}

function isFixed(item: unknown): item is ArrayBuffer {
  return item instanceof ArrayBuffer && !('resizable' in item && item.resizable)
}

/** By call, as long as it may have to be sent again. */
const keptOf = new WeakMap<Call, Kept>()

/** Restores the arguments of a call that is sent again, if a copy was kept. */
export function restoreArgs(call: Call): void {
  const kept = keptOf.get(call)
  if (kept === undefined) return
  keptOf.delete(call)
  const made = new Map<ArrayBuffer, ArrayBuffer>()
  for (const [buffer, { memory, bytes }] of kept.copies) made.set(buffer, memory.slice(0, bytes))
  call.args = kept.plan.make((buffer) => made.get(buffer) as ArrayBuffer)
}

/** The memory of one worker's copies. */
export class KeptCopies {
  /** Calls with a kept copy. Held weakly, so that the memory goes when a pool is done. */
  private given: WeakRef<Call>[] = []
  private spare: WeakRef<ArrayBuffer>[] = []

  /** Copies what a call is about to lose. */
  keep(call: Call, plan: Plan): void {
    const free = this.takeFree()
    const copies = new Map<ArrayBuffer, Copy>()
    for (const buffer of plan.buffers) {
      const bytes = buffer.byteLength
      const at = free.findIndex(({ byteLength }) => byteLength >= bytes)
      const memory = at < 0 ? new ArrayBuffer(2 ** Math.ceil(Math.log2(bytes))) : free.splice(at, 1)[0]
      new Uint8Array(memory as ArrayBuffer).set(new Uint8Array(buffer))
      copies.set(buffer, { memory: memory as ArrayBuffer, bytes })
    }
    this.spare = free.slice(-MOST_SPARE).map((memory) => new WeakRef(memory))
    keptOf.set(call, { plan, copies })
    this.given.push(new WeakRef(call))
  }

  /** Spare memory, including that of calls that are over. */
  private takeFree(): ArrayBuffer[] {
    const free = this.spare.flatMap((ref) => ref.deref() ?? [])
    this.given = this.given.filter((ref) => {
      const call = ref.deref()
      const kept = call && keptOf.get(call)
      if (kept === undefined) return false
      if (call?.state !== SETTLED) return true
      keptOf.delete(call)
      for (const { memory } of kept.copies.values()) free.push(memory)
      return false
    })
    return free
  }
}
