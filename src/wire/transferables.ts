/** Finds what can be transferred inside a value, without running its getters, and what is wrong with a transfer list. */
import { messageOf } from '../lib/words.ts'
import { brandOf, isBuffer, isDetached, isPlain } from './brands.ts'
import { visitParts, WalkBudget } from './value-parts.ts'

const MOST_OBJECTS = 10_000
/** Numbers and strings count less: a long list of them must not hide the buffer beside it. */
const VALUES_PER_OBJECT = 10

/** These have no clone: they are transferred or not sent at all. */
const TRANSFER_ONLY = kinds(
  'MessagePort',
  'OffscreenCanvas',
  'ReadableStream',
  'WritableStream',
  'TransformStream',
  'RTCDataChannel',
  'MediaSourceHandle',
  'MediaStreamTrack',
)
/** These can be cloned, or transferred at no cost and with the sender losing them. */
const TRANSFER_TOO = kinds('ImageBitmap', 'VideoFrame', 'AudioData')

interface Kinds {
  readonly types: readonly (abstract new (...args: never[]) => object)[]
  readonly brands: ReadonlySet<string>
}

function kinds(...brands: string[]): Kinds {
  const types = brands.map((name) => (globalThis as Record<string, unknown>)[name])
  return {
    types: types.filter((type): type is Kinds['types'][number] => typeof type === 'function'),
    brands: new Set(brands),
  }
}

/** By its class, or by its brand when it is of another realm. */
function isOneOf({ types, brands }: Kinds, value: object, brand: string): boolean {
  return types.some((type) => value instanceof type) || brands.has(brand)
}

/** Whether a value of this brand can be transferred, and has no clone. */
export function isTransferOnly(value: object, brand: string): boolean {
  return isOneOf(TRANSFER_ONLY, value, brand)
}

/**
 * Whether an engine's refusal may be of something that is transferred or not sent at all: Chromium says "not transferred",
 * Firefox begins with the brand, WebKit has a TypeError for a port.
 */
export function mayBeOfTransferOnly(error: unknown): boolean {
  return (
    error instanceof TypeError || /not transferred|^(MessagePort|Offsc|RTC|\w+Stream)/.test(messageOf(error))
  )
}

/** Whether a bitmap, a frame or a piece of sound was closed or transferred: it has no extent any more. */
export function isClosed(value: object, brand: string): boolean {
  if (!TRANSFER_TOO.brands.has(brand)) return false
  const { width, codedWidth = width, numberOfFrames = codedWidth } = value as Record<string, unknown>
  return numberOfFrames === 0
}

/** Whether `transfer` can take anything out of `args`; true in doubt. */
export function mayTransfer(transfer: readonly Transferable[] | 'auto', args: readonly unknown[]): boolean {
  if (transfer !== 'auto') return transfer.length > 0
  return args.some((value) => typeof value === 'object' && value !== null)
}

/** The bytes of what is transferred, if it is nothing but buffers: those can be copied first. Infinity otherwise. */
export function bytesToMove(transfer: readonly Transferable[] | 'auto', args: readonly unknown[]): number {
  const list: readonly unknown[] = transfer === 'auto' ? findTransferables(args) : transfer
  let bytes = 0
  for (const item of list) bytes += item instanceof ArrayBuffer ? item.byteLength : Number.POSITIVE_INFINITY
  return bytes
}

/**
 * Everything in `value` that cannot be cloned but can be transferred, as far as it is found in so many milliseconds. Also
 * in instances of classes, which are cloned by their fields.
 */
export function findTransferOnly(value: unknown, mostMs: number): Transferable[] {
  return find(value, true, Number.POSITIVE_INFINITY, mostMs)
}

/**
 * Everything in `value` that can be transferred. A buffer is taken only where its view covers it whole, so that
 * no other view of the same memory is detached by surprise.
 */
export function findTransferables(value: unknown, mostObjects: number = MOST_OBJECTS): Transferable[] {
  return find(value, false, mostObjects, Number.POSITIVE_INFINITY)
}

function find(root: unknown, onlyWithoutClone: boolean, mostObjects: number, mostMs: number): Transferable[] {
  const budget = new WalkBudget(mostObjects * VALUES_PER_OBJECT, mostMs)
  const found = new Set<object>()
  const seen = new Set<object>()
  const queue: object[] = []
  const add = (part: unknown): void => {
    if (typeof part !== 'object' || part === null || seen.has(part)) return
    seen.add(part)
    queue.push(part)
  }
  add(root)
  for (let index = 0; index < Math.min(queue.length, mostObjects) && !budget.isSpent; index++) {
    try {
      look(queue[index] as object, onlyWithoutClone, budget, found, add)
    } catch {
      // The trap of a proxy, which cannot be sent anyway.
    }
  }
  return [...found] as Transferable[]
}

function look(
  node: object,
  onlyWithoutClone: boolean,
  budget: WalkBudget,
  found: Set<object>,
  add: (part: unknown) => void,
): void {
  if (ArrayBuffer.isView(node)) {
    const { buffer } = node
    if (
      !onlyWithoutClone &&
      node.byteOffset === 0 &&
      node.byteLength === buffer.byteLength &&
      isMovable(buffer)
    )
      found.add(buffer)
    return
  }
  const brand = brandOf(node)
  if (brand === 'Array' || (brand === 'Object' && (onlyWithoutClone || isPlain(node))))
    visitParts(node, brand, budget, add)
  else if (isOneOf(TRANSFER_ONLY, node, brand)) found.add(node)
  else if (!onlyWithoutClone && (isOneOf(TRANSFER_TOO, node, brand) || isMovable(node))) found.add(node)
  else if (brand !== 'Object') visitParts(node, brand, budget, add)
}

function isMovable(buffer: object): boolean {
  return isBuffer(buffer) && !isDetached(buffer)
}

/** What is wrong with a transfer list, as a culprit; see `findUnclonable`. Never throws. */
export function mistakeIn(list: readonly unknown[]): string | undefined {
  try {
    return firstMistake(list)
  } catch {
    return 'transfer\ncannot be read: it is a proxy'
  }
}

function firstMistake(list: readonly unknown[]): string | undefined {
  const seen = new Map<unknown, number>()
  for (let index = 0; index < list.length; index++) {
    const item = list[index]
    const first = seen.get(item)
    const mistake = first === undefined ? mistakeOf(item) : `is the same as transfer[${first}]: name it once`
    if (mistake !== undefined) return `transfer[${index}]\n${mistake}`
    seen.set(item, index)
  }
  return undefined
}

function mistakeOf(item: unknown): string | undefined {
  if (typeof item !== 'object' || item === null)
    return `cannot be transferred: it is ${item === null ? 'null' : `of type ${typeof item}`}`
  if (ArrayBuffer.isView(item)) return 'is a view of a buffer: name the buffer itself, view.buffer'
  try {
    const brand = brandOf(item)
    if (brand === 'ArrayBuffer') return isDetached(item as ArrayBuffer) ? WAS_TRANSFERRED : undefined
    if (brand === 'SharedArrayBuffer')
      return 'is shared, which is never transferred: leave it out of the list'
    if (isClosed(item, brand)) return WAS_CLOSED
    return NEVER_TRANSFERRED.has(brand) ? `is of type ${brand}, which cannot be transferred` : undefined
  } catch {
    return 'cannot be transferred: it is a proxy'
  }
}

/** Of a buffer that is detached. */
export const WAS_TRANSFERRED = 'was transferred before: the buffer is detached'
/** Of a bitmap, a frame or a piece of sound. */
export const WAS_CLOSED = 'was transferred before, or closed'
/** Of others the browser decides: it may know kinds that are newer. */
const NEVER_TRANSFERRED = new Set([
  'Object',
  'Array',
  'Map',
  'Set',
  'Date',
  'RegExp',
  'Error',
  'Promise',
  'Blob',
  'File',
  'ImageData',
])

/** Memory of WebAssembly carries no mark, but its size is a multiple of a page. */
function mayBeWasmMemory(item: object): item is ArrayBuffer {
  return typeof WebAssembly === 'object' && isBuffer(item) && item.byteLength % 65_536 === 0
}

/**
 * The list in an order that loses nothing where an entry is refused.
 *
 * Memory of WebAssembly cannot be detached, and Chromium finds out only on the way: it detaches the entries one by one
 * and throws a TypeError at the first that refuses; those before it are gone. (All else that is wrong with a list or a
 * value it finds before it detaches anything; WebKit checks everything first.) So what might refuse goes first, alone:
 * of several only one may be left to chance, and the others are taken where they are known to be movable.
 */
export function inSafeOrder(list: readonly Transferable[]): readonly Transferable[] {
  const suspects = list.filter(mayBeWasmMemory)
  const [first, ...others] = suspects
  if (first === undefined || list.length === 1) return list
  const rest = list.filter((item) => !mayBeWasmMemory(item))
  return [first, ...others.filter((buffer) => refuses(buffer) === false), ...rest]
}

/** Without the first entry, where that is what a TypeError was about: memory of WebAssembly is cloned. */
export function withoutRefused(
  list: readonly Transferable[],
  error: unknown,
): readonly Transferable[] | undefined {
  const [first, ...rest] = list
  if (first === undefined || !mayBeWasmMemory(first) || isDetached(first)) return undefined
  return (refuses(first) ?? error instanceof TypeError) ? rest : undefined
}

/** How a buffer of each sort fails the probe; without a value where this engine shows no difference. */
let refusalOf: { readonly wasm: string } | null | undefined

/** Whether a buffer cannot be detached; nothing where the engine does not show it. The buffer stays as it is. */
function refuses(buffer: ArrayBuffer): boolean | undefined {
  if (refusalOf === undefined) {
    const plain = new ArrayBuffer(1)
    const wasm = probe(new WebAssembly.Memory({ initial: 0 }).buffer)
    refusalOf = probe(plain) !== wasm && !isDetached(plain) ? { wasm } : null
  }
  return refusalOf === null ? undefined : probe(buffer) === refusalOf.wasm
}

/**
 * Two operations that fail with any buffer, before they touch it, and say why: to move it into more memory than there is
 * (WebKit and the specification look at the buffer first, V8 at the size), and to transfer it twice to a media chunk
 * (V8 looks at each buffer before it looks for pairs).
 */
function probe(buffer: ArrayBuffer): string {
  return [
    () => (buffer as ArrayBuffer & { transfer(size: number): unknown }).transfer(Number.MAX_SAFE_INTEGER),
    () =>
      new EncodedAudioChunk({
        type: 'key',
        timestamp: 0,
        data: new ArrayBuffer(1),
        transfer: [buffer, buffer],
      }),
  ]
    .map((attempt) => {
      try {
        attempt()
        return ''
      } catch (error) {
        return String((error as Error).message)
      }
    })
    .join()
}
