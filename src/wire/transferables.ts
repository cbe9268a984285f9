/** Finds what can be transferred inside a value, without running its getters. */

const MOST_NODES = 10_000

type Constructor = abstract new (...args: never[]) => object

function classes(...names: string[]): Constructor[] {
  const found: Constructor[] = []
  for (const name of names) {
    const type = (globalThis as Record<string, unknown>)[name]
    if (typeof type === 'function') found.push(type as Constructor)
  }
  return found
}

/** These have no clone: they are transferred or not sent at all. */
const transferOnly = classes(
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
const transferToo = classes('ImageBitmap', 'VideoFrame', 'AudioData')

const isOneOf = (value: object, types: readonly Constructor[]) => types.some((type) => value instanceof type)

/** Whether `transfer` can take anything out of `args`; true in doubt. */
export function mayTransfer(
  transfer: readonly Transferable[] | 'auto' | undefined,
  args: readonly unknown[],
): boolean {
  if (transfer === undefined) return false
  if (transfer !== 'auto') return transfer.length > 0
  return args.some((value) => typeof value === 'object' && value !== null)
}

/** Everything in `value` that cannot be cloned but can be transferred. */
export function findTransferOnly(value: unknown): Transferable[] {
  return find(value, (node) => isOneOf(node, transferOnly))
}

/**
 * Everything in `value` that can be transferred. A buffer is taken only where its view covers it whole, so that
 * no other view of the same memory is detached by surprise.
 */
export function findTransferables(value: unknown, mostNodes: number = MOST_NODES): Transferable[] {
  return find(
    value,
    (node) => isOneOf(node, transferOnly) || isOneOf(node, transferToo) || node instanceof ArrayBuffer,
    mostNodes,
  )
}

function find(root: unknown, wanted: (node: object) => boolean, mostNodes = MOST_NODES): Transferable[] {
  const found = new Set<object>()
  try {
    walk(root, wanted, found, mostNodes)
  } catch {
    // The trap of a proxy, which cannot be sent anyway.
  }
  return [...found] as Transferable[]
}

function walk(root: unknown, wanted: (node: object) => boolean, found: Set<object>, mostNodes: number): void {
  const seen = new Set<object>()
  const stack: unknown[] = [root]
  while (stack.length > 0 && seen.size < mostNodes) {
    const node = stack.pop()
    if (typeof node !== 'object' || node === null || seen.has(node)) continue
    seen.add(node)
    if (ArrayBuffer.isView(node)) {
      const whole = node.byteOffset === 0 && node.byteLength === node.buffer.byteLength
      if (whole && wanted(node.buffer) && isDetachable(node.buffer)) found.add(node.buffer)
    } else if (wanted(node)) {
      if (!(node instanceof ArrayBuffer) || isDetachable(node)) found.add(node)
    } else {
      // In a loop: as arguments, a great many would overflow the stack.
      for (const child of childrenOf(node)) stack.push(child)
    }
  }
}

function isDetachable(buffer: ArrayBufferLike): boolean {
  return buffer instanceof ArrayBuffer && (buffer as ArrayBuffer & { detached?: boolean }).detached !== true
}

/**
 * The list without the buffers that may be WebAssembly memory, for the second try after a post was refused: such
 * memory cannot be detached and carries no mark, but its size is a multiple of a page.
 */
export function withoutWasmMemory(list: readonly Transferable[]): Transferable[] {
  return list.filter((item) => !(item instanceof ArrayBuffer) || item.byteLength % 65_536 !== 0)
}

function childrenOf(node: object): unknown[] {
  if (node instanceof Map) return [...node.keys(), ...node.values()]
  if (node instanceof Set) return [...node]
  const prototype: unknown = Object.getPrototypeOf(node)
  if (
    !Array.isArray(node) &&
    prototype !== Object.prototype &&
    prototype !== null &&
    !(node instanceof Error)
  )
    return []
  const children: unknown[] = []
  for (const descriptor of Object.values(Object.getOwnPropertyDescriptors(node))) {
    if ('value' in descriptor && typeof descriptor.value === 'object') children.push(descriptor.value)
  }
  return children
}
