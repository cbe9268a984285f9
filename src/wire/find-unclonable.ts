/**
 * Names the value that could not be cloned. Looked for only after a clone has failed, by descriptors, so that no getter
 * of the user's runs; within a bound of values and of time, past which the answer is a path above the culprit.
 *
 * Most culprits show what they are. A proxy does not: it looks like the plain data that it stands for. So what is left is
 * cloned piece by piece, from the innermost outward, where that is cheap: never a buffer, never what holds a getter.
 */
import { messageOf } from '../lib/words.ts'
import { isDetached, safeBrandOf } from './brands.ts'
import { isExhausted } from './clone-failure.ts'
import { isClosed, isTransferOnly, WAS_CLOSED, WAS_TRANSFERRED } from './transferables.ts'
import { labelText, type PartLabel, visitParts, WalkBudget } from './value-parts.ts'

const MOST_VALUES = 10_000
const MOST_MS = 12
/** How many values may be cloned to find a proxy; a value counts once for each object that is tried around it. */
const MOST_CLONED = 20_000
/** This many are cloned whatever the clock says: a busy page learns as much about small values. */
const ALWAYS_CLONED = 256
/** Levels that a path shows. */
const LONGEST_PATH = 32
/** Without a better answer, a buffer of this many bytes is what there was no memory for. */
const HUGE_BYTES = 2 ** 28
/** Bytes, or characters, that cost as much as one more value. */
const BYTES_PER_VALUE = 256

/** An object that was found, and where. */
interface Node {
  readonly value: object
  readonly parent: number
  readonly label: PartLabel
  /** Objects that it holds, by their index here. */
  readonly parts: number[]
  /** What a clone would cost, in values, its parts apart; Infinity where none is tried. */
  cost: number
}

type Place = Pick<Node, 'parent' | 'label'>

/**
 * The culprit inside `root`, whose own path is `path`: its path, e.g. `args[0].onClick`, or one above it, and on a second
 * line what is wrong with it, where that is more than that it cannot be cloned. `cause`: what the clone has thrown.
 */
export function findUnclonable(root: unknown, path: string, cause?: unknown): string {
  try {
    return new Search(root, path, cause).run()
  } catch {
    return path
  }
}

class Search {
  private readonly path: string
  private readonly cause: unknown
  private readonly budget = new WalkBudget(MOST_VALUES, MOST_MS)
  private readonly nodes: Node[] = []
  private readonly indexes = new Map<object, number>()
  private culprit: string | undefined
  private huge: Place | undefined
  /** The innermost object that holds everything in which the culprit may be, though nothing shows it. */
  private doubtful: number | undefined

  constructor(root: unknown, path: string, cause: unknown) {
    this.path = path
    this.cause = cause
    this.look(root, -1, 'property', '')
  }

  run(): string {
    for (let index = 0; index < this.nodes.length && this.culprit === undefined; index++) this.open(index)
    if (this.culprit === undefined && !isExhausted(this.cause)) this.tryFromInside()
    return this.culprit ?? this.guess()
  }

  /** A part: a culprit that shows, or an object to be opened later. */
  private look(value: unknown, parent: number, kind: PartLabel['kind'], name: PartLabel['name']): void {
    if (typeof value === 'function' || typeof value === 'symbol')
      this.blame({ parent, label: { kind, name } })
    else if (typeof value === 'string') this.weigh(parent, value.length)
    if (typeof value !== 'object' || value === null) return
    const known = this.indexes.get(value)
    this.nodes[parent]?.parts.push(known ?? this.nodes.length)
    if (known !== undefined) return
    this.indexes.set(value, this.nodes.length)
    this.nodes.push({ value, parent, label: { kind, name }, parts: [], cost: 1 })
  }

  private open(index: number): void {
    const node = this.nodes[index] as Node
    const { value } = node
    const brand = safeBrandOf(value)
    // A proxy that was revoked, or whose traps throw.
    if (brand === undefined) this.blame(node)
    else if (ArrayBuffer.isView(value)) this.openBuffer(index, value.buffer)
    else if (brand === 'ArrayBuffer' || brand === 'SharedArrayBuffer')
      this.openBuffer(index, value as ArrayBuffer)
    else if (this.budget.isSpent) this.doubt(index)
    else if (!this.openParts(index, brand)) this.openWhole(index, brand)
  }

  private openParts(index: number, brand: string): boolean {
    const node = this.nodes[index] as Node
    try {
      const isContainer = visitParts(node.value, brand, this.budget, (part, kind, name, isGetter) => {
        // Of an error's own fields, a clone has but the cause.
        if (brand === 'Error' && name !== 'cause') return
        node.cost++
        if (isGetter) this.doubt(index)
        else this.look(part, index, kind, name)
      })
      // The clone of an error reads its name and message, which may be getters.
      if (this.budget.isSpent || brand === 'Error') this.doubt(index)
      return isContainer
    } catch {
      // A proxy of a map, or one whose traps throw: refused before anything in it is read.
      return false
    }
  }

  private openBuffer(index: number, buffer: ArrayBufferLike): void {
    const node = this.nodes[index] as Node
    if (isDetached(buffer)) this.blame(node, WAS_TRANSFERRED)
    this.weigh(index, buffer.byteLength)
    if (buffer.byteLength >= HUGE_BYTES) this.huge ??= node
  }

  /** What the platform clones as a whole, or not at all. */
  private openWhole(index: number, brand: string): void {
    const node = this.nodes[index] as Node
    if (isClosed(node.value, brand)) this.blame(node, WAS_CLOSED)
    else if (BULK.has(brand)) node.cost = Number.POSITIVE_INFINITY
    else if (!isTransferOnly(node.value, brand)) {
      if (!canClone(node.value)) this.blame(node)
    } else if ((node.value as Partial<ReadableStream>).locked === true) {
      this.blame(node, 'is locked, so that it cannot be transferred')
    } else if (cannotMove(brand)) {
      this.blame(node, `is a ${brand}, which this browser cannot transfer`)
    } else this.doubt(index)
  }

  private weigh(index: number, bytes: number): void {
    const node = this.nodes[index]
    if (node) node.cost += bytes / BYTES_PER_VALUE
  }

  /** Parts are listed after what contains them: the first object that cannot be cloned although its parts can is the culprit. */
  private tryFromInside(): void {
    let left = MOST_CLONED
    const costs: number[] = []
    for (let index = this.nodes.length - 1; index > 0; index--) {
      const node = this.nodes[index] as Node
      // An earlier part closes a ring, and has not been tried.
      const cost = node.parts.reduce(
        (sum, part) => sum + (costs[part] ?? Number.POSITIVE_INFINITY),
        node.cost,
      )
      const isTried = cost <= left && (left > MOST_CLONED - ALWAYS_CLONED || !this.budget.isLate())
      costs[index] = isTried ? cost : Number.POSITIVE_INFINITY
      if (!isTried) this.doubt(index)
      else if (canClone(node.value)) left -= cost
      else return this.blame(node)
    }
  }

  private blame(place: Place, what?: string): void {
    this.culprit ??= this.pathTo(place) + (what === undefined ? '' : `\n${what}`)
  }

  private doubt(index: number): void {
    ;(this.nodes[index] as Node).cost = Number.POSITIVE_INFINITY
    // Containers are listed before their parts.
    let [inner, outer] = [this.doubtful ?? index, index]
    while (inner !== outer) {
      if (inner < outer) [inner, outer] = [outer, inner]
      inner = (this.nodes[inner] as Node).parent
    }
    this.doubtful = inner
  }

  /** Nothing shows: a path above the culprit. */
  private guess(): string {
    if (this.huge) return `${this.pathTo(this.huge)}\nis too large to be cloned`
    if (isExhausted(this.cause)) return `${this.pathTo(this.deepest())}\nis nested too deeply to be cloned`
    const path = this.pathTo(this.nodes[this.doubtful ?? 0])
    if (!this.budget.isSpent || this.cause === undefined) return path
    return `${path}\ncannot be cloned. It is too large to find the culprit; the browser says: ${messageOf(this.cause).slice(0, 200)}`
  }

  /** Of several arguments, the one that goes deepest: its innermost part was found last. */
  private deepest(): Node | undefined {
    if (this.path !== 'args') return this.nodes[0]
    let node = this.nodes.at(-1)
    while (node && node.parent > 0) node = this.nodes[node.parent]
    return node
  }

  private pathTo(place: Place | undefined): string {
    const labels: PartLabel[] = []
    for (let at = place; at && at.parent >= 0; at = this.nodes[at.parent]) labels.push(at.label)
    return this.path + labels.slice(-LONGEST_PATH).map(labelText).toReversed().join('')
  }
}

/** Whether it is a kind of stream that another browser could transfer; found out with a fresh one. */
function cannotMove(brand: string): boolean {
  if (!brand.endsWith('Stream')) return false
  try {
    const fresh = new ((globalThis as Record<string, unknown>)[brand] as new () => Transferable)()
    structuredClone(fresh, { transfer: [fresh] })
    return false
  } catch {
    return true
  }
}

/** Large, and known to have clones: none is made to find out. */
const BULK = new Set(['Blob', 'File', 'FileList', 'ImageData', 'ImageBitmap', 'VideoFrame', 'AudioData'])
function canClone(value: object): boolean {
  try {
    structuredClone(value)
    return true
  } catch (error) {
    // Nested too deeply, or too large for the memory that is left: not refused as such. No getter runs here.
    return error instanceof RangeError
  }
}
