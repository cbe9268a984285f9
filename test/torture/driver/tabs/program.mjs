/** What happens to several pages in one round: made from a seed, so that the same seed makes the same round. */

/** @typedef {'quick' | 'throws' | 'slow' | 'hang' | 'stream' | 'asks' | 'size'} Kind */
/** @typedef {{ kind: Kind, size: number, retry: number, key?: string }} Order */
/** @typedef {'open' | 'calls' | 'abort' | 'close' | 'crash' | 'kill' | 'stall' | 'freeze' | 'leave' | 'back' | 'reload' | 'again' | 'checkpoint' | 'wait'} OpName */
/** @typedef {{ op: OpName, who: 'host' | number, orders?: Order[], nth?: number, ms?: number }} Op */
/** @typedef {{ seed: number, hasBroker: boolean, heartbeatMs: number | undefined, pages: number, ops: Op[] }} Round */

/** @type {[OpName, number][]} */
const OPS = [
  ['calls', 10],
  ['wait', 4],
  ['open', 2],
  ['close', 2],
  ['crash', 2],
  ['kill', 1],
  ['stall', 1],
  ['freeze', 1],
  ['leave', 2],
  ['back', 2],
  ['reload', 1.5],
  ['again', 1],
  ['abort', 3],
  ['checkpoint', 1],
]
/** @type {[Kind, number][]} */
const KINDS = [
  ['quick', 8],
  ['slow', 5],
  ['stream', 2],
  ['asks', 2],
  ['size', 2],
  ['throws', 1],
  ['hang', 0.7],
]

/** @param {number} seed @returns {Round} */
export function roundOf(seed) {
  const next = chance(seed)
  const int = (/** @type {number} */ least, /** @type {number} */ most) =>
    least + Math.floor(next() * (most - least + 1))
  /** @returns {Order} */
  const order = () => {
    const kind = weighted(KINDS, next())
    const size = kind === 'size' ? int(1, 100_000) : kind === 'stream' ? int(0, 60) : int(1, 8)
    return { kind, size, retry: next() < 0.3 ? 2 : 0, ...(next() < 0.15 && { key: `k${int(1, 2)}` }) }
  }
  const op = () => {
    const name = weighted(OPS, next())
    /** @type {Op} */
    const made = { op: name, who: next() < 0.5 ? 'host' : int(0, 9) }
    if (name === 'calls') made.orders = Array.from({ length: int(1, 24) }, order)
    if (name === 'abort') made.nth = int(0, 20)
    if (name === 'wait') made.ms = int(1, 150)
    return made
  }
  const hasBroker = next() < 0.6
  const heartbeatMs = next() < 0.7 ? 1_200 : undefined
  const pages = int(2, 4)
  const everyone = Array.from({ length: pages }, (_, who) => ({
    op: /** @type {const} */ ('calls'),
    who,
    orders: Array.from({ length: int(1, 12) }, order),
  }))
  return {
    seed,
    hasBroker,
    heartbeatMs,
    pages,
    ops: [...everyone, ...Array.from({ length: int(6, 16) }, op)],
  }
}

/** The seed of the nth round of a run: neighbours have nothing in common. @param {number} seed @param {number} index */
export function seedOfRound(seed, index) {
  return Math.floor(
    chance((Math.imul(seed, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b)) >>> 0)() * 2 ** 31,
  )
}

/** 0 to 1, without 1 (mulberry32). @param {number} seed @returns {() => number} */
function chance(seed) {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** @template Name @param {[Name, number][]} entries @param {number} at 0 to 1 @returns {Name} */
function weighted(entries, at) {
  let left = at * entries.reduce((sum, [, weight]) => sum + weight, 0)
  for (const [name, weight] of entries) {
    left -= weight
    if (left < 0) return name
  }
  throw new RangeError('nothing to pick from')
}
