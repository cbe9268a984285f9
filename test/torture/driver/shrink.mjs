/** Cuts a failing program down, as long as it breaks the same law: operations first, then what they are made of. */

/** @typedef {import('../program/program.ts').Program} Program */
/** @typedef {Record<string, unknown>} Fields */

/**
 * @param {Program} program
 * @param {(candidate: Program) => Promise<boolean>} fails
 * @param {{ ms: number, onStep?: (left: number) => void }} limits
 */
export async function shrink(program, fails, { ms, onStep = () => {} }) {
  const end = Date.now() + ms
  let best = program
  /** @param {Program} candidate */
  const attempt = async (candidate) => {
    if (Date.now() > end || !(await fails(candidate))) return false
    best = candidate
    onStep(sizeOf(best))
    return true
  }
  for (let before = -1; before !== sizeOf(best) && Date.now() < end; ) {
    before = sizeOf(best)
    await cutList(
      () => best.ops,
      (ops) => attempt({ ...best, ops }),
      end,
    )
    await cutList(
      () => best.world.hooks,
      (hooks) => attempt({ ...best, world: { ...best.world, hooks } }),
      end,
    )
    await cutTasks(() => best, attempt)
    await cutFields(() => best, attempt, end)
  }
  return best
}

/** @param {Program} program */
export function sizeOf(program) {
  return JSON.stringify(program).length
}

/**
 * Delta debugging: halves, quarters, and so on down to single items.
 * @template T
 * @param {() => readonly T[]} get
 * @param {(list: T[]) => Promise<boolean>} attempt
 * @param {number} end
 */
async function cutList(get, attempt, end) {
  for (let size = Math.ceil(get().length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let start = 0; start < get().length && Date.now() < end; ) {
      const list = get()
      const rest = [...list.slice(0, start), ...list.slice(start + size)]
      if (!(await attempt(rest))) start += size
    }
  }
}

/** @param {() => Program} get @param {(program: Program) => Promise<boolean>} attempt */
async function cutTasks(get, attempt) {
  for (const { id } of get().world.tasks) {
    const program = get()
    const tasks = program.world.tasks.filter((task) => task.id !== id)
    if (tasks.length > 0) await attempt({ ...program, world: { ...program.world, tasks } })
  }
}

/** Fields without which a program means nothing. */
const NEEDED = new Set([
  'ops',
  'world',
  'op',
  'id',
  'task',
  'method',
  'args',
  'target',
  'type',
  'otel',
  'events',
  'performance',
  'tasks',
  'hooks',
])

/**
 * Leaves out each field that may be left out, anywhere in the program; waits and sizes become small.
 * @param {() => Program} get
 * @param {(program: Program) => Promise<boolean>} attempt
 * @param {number} end
 */
async function cutFields(get, attempt, end) {
  for (const path of pathsOf(get())) {
    if (Date.now() > end) return
    const name = path.at(-1)
    if (typeof name !== 'string' || NEEDED.has(name) || valueAt(get(), path) === undefined) continue
    await attempt(without(get(), path))
  }
}

/** @param {unknown} value @param {(string | number)[]} [path] @returns {(string | number)[][]} */
function pathsOf(value, path = []) {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, each]) => {
    const own = [...path, Array.isArray(value) ? Number(name) : name]
    return path.length === 0 && name !== 'ops' && name !== 'world' ? [] : [own, ...pathsOf(each, own)]
  })
}

/** @param {unknown} value @param {readonly (string | number)[]} path @returns {unknown} */
function valueAt(value, path) {
  return path.reduce((at, name) => /** @type {Fields} */ (at)?.[name], value)
}

/** @param {Program} program @param {readonly (string | number)[]} path @returns {Program} */
function without(program, path) {
  const copy = structuredClone(program)
  const holder = /** @type {Fields} */ (valueAt(copy, path.slice(0, -1)))
  delete holder[/** @type {string} */ (path.at(-1))]
  return copy
}
