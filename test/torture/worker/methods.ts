/** The methods of the torture worker and what each must give: shared by the page, which checks, and the worker. */

/** Answers at once. */
const QUICK = ['echo', 'tick', 'grow', 'tickLater', 'pack', 'buffer'] as const
/** Take their time, and end when they are aborted. */
const OBEDIENT = ['wait', 'poll', 'breathe', 'report'] as const
/** Do not hear an abort. */
const DEAF = ['spin', 'deaf', 'loop'] as const
/** Fail, or give what is hard to carry. */
const ODD = ['fail', 'evil', 'span', 'timerThrows', 'detached'] as const
/** Talk to the page while they run, throw at first, or tell on which life of their worker they run. */
const TALKING = ['emits', 'asks', 'flaky', 'life'] as const
/** End their worker, or lie to the page. */
const FATAL = ['close', 'lie'] as const

export const methodNames = [...QUICK, ...OBEDIENT, ...DEAF, ...ODD, ...TALKING, ...FATAL] as const
export type TortureMethod = (typeof methodNames)[number]

/** Places in shared memory for each call: epoch ms of start, end and last sign of life; 1 while a stream waits for its reader. A handler that throws at first counts its tries in the third. */
export const SLOT_SIZE = 4
export const START = 0
export const END = 1
export const ALIVE = 2
export const PARKED = 3
export const TRIES = 2
/** Calls that a program may make. */
export const MOST_CALLS = 4_096

/** What the page gives each worker that it makes, past the library. */
export interface Equipment {
  readonly torture: {
    readonly slots: Float64Array
    /** 1 when the program is over: whatever loops or waits ends. */
    readonly isOver: Int32Array
    /** The lock that says that the worker lives. */
    readonly lock: string
    /** When its script has run: epoch ms, in the first place. */
    readonly upAt: Float64Array
  }
}

export const epochNow = (): number => performance.timeOrigin + performance.now()

/** What `echo(slot, n)` gives. */
export const echoOf = (slot: number, n: number): number => slot * 1_000 + n

/** What `asks` gives when the page answers each question with its double. */
export const answersOf = (count: number): number => count * (count + 1)

/** An argument by a word for its shape, and its size. */
export function loadOf(shape: string, size: number): unknown {
  const list = Array.from({ length: size }, (_, n) => n * 7)
  switch (shape) {
    case 'list':
      return list
    case 'records':
      return list.map((n) => ({ n, text: `item ${n}` }))
    case 'map':
      return new Map(list.map((n) => [n, { n }]))
    case 'wasm': {
      // Memory that can be copied, and never moved.
      const { buffer } = new WebAssembly.Memory({ initial: 1 })
      const view = new Uint8Array(buffer, 0, 64)
      view.fill(size % 251)
      return { first: new Uint8Array(8).fill(7).buffer, view }
    }
    case 'bytes':
      return Uint8Array.from(list, (n) => n % 251)
    case 'shared': {
      const one = { n: size }
      return [one, one, { one }]
    }
    default:
      return { size, text: 'x'.repeat(size) }
  }
}

/** A number that changes with each value and each place. */
export function sumOf(value: unknown, depth = 0): number {
  if (typeof value === 'number') return value + 1
  if (typeof value === 'string') return value.length * 3 + (value.charCodeAt(0) || 0)
  if (depth > 6 || typeof value !== 'object' || value === null) return 1
  let sum = 17
  if (value instanceof Map)
    for (const [key, each] of value) sum = mix(sum, sumOf(key), sumOf(each, depth + 1))
  else if (value instanceof ArrayBuffer) return sumOf(new Uint8Array(value), depth)
  else if (ArrayBuffer.isView(value)) for (const each of value as Uint8Array) sum = mix(sum, each, 1)
  else for (const [key, each] of Object.entries(value)) sum = mix(sum, sumOf(key), sumOf(each, depth + 1))
  return sum
}

function mix(sum: number, a: number, b: number): number {
  return (Math.imul(sum, 31) + a * 5 + b * 3) | 0
}
