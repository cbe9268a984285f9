/**
 * Names the value that could not be cloned. Walked only after a clone has failed, by descriptors, so that no getter
 * of the user's runs, and bounded: past the bound the root's own path is the answer.
 */

const MOST_NODES = 10_000

/** The path of the first value inside `root` that cannot be cloned, e.g. `args[0].onClick`; `path` is the root's. */
export function findUnclonable(root: unknown, path: string): string {
  try {
    return walk(root, path)
  } catch {
    // The trap of a proxy.
    return path
  }
}

function walk(root: unknown, path: string): string {
  const seen = new Set<object>()
  const queue: [value: unknown, path: string][] = [[root, path]]
  for (let index = 0; index < queue.length && index < MOST_NODES; index++) {
    const [value, at] = queue[index] as [unknown, string]
    if (typeof value === 'function' || typeof value === 'symbol') return at
    if (typeof value !== 'object' || value === null || seen.has(value)) continue
    seen.add(value)
    const children = childrenOf(value, at)
    if (!children) {
      if (!canClone(value)) return at
      continue
    }
    for (const child of children) {
      if (queue.length >= MOST_NODES) break
      queue.push(child)
    }
  }
  return deepest(queue) ?? path
}

/** A proxy without traps looks like the plain data that it stands for: the deepest value that has no clone is the culprit. */
function deepest(queue: readonly [value: unknown, path: string][]): string | undefined {
  // Children stand behind their parents.
  for (let index = queue.length - 1; index > 0; index--) {
    const [value, at] = queue[index] as [unknown, string]
    if (typeof value === 'object' && value !== null && !hasAccessors(value) && isRefused(value)) return at
  }
  return undefined
}

/** Refused as such: what is nested too deeply fails as a whole. */
function isRefused(value: object): boolean {
  try {
    structuredClone(value)
    return false
  } catch (error) {
    return error instanceof DOMException
  }
}

function hasAccessors(value: object): boolean {
  return Object.values(Object.getOwnPropertyDescriptors(value)).some((descriptor) => !('value' in descriptor))
}

function canClone(value: object): boolean {
  try {
    structuredClone(value)
    return true
  } catch {
    return false
  }
}

/** The parts of a container; nothing for a value that is cloned as a whole. */
function childrenOf(value: object, path: string): [unknown, string][] | undefined {
  if (value instanceof Map) {
    return [...value].flatMap(([key, item], index): [unknown, string][] => [
      [key, `${path}.keys()[${index}]`],
      [item, `${path}.get(${typeof key === 'string' ? JSON.stringify(key) : index})`],
    ])
  }
  if (value instanceof Set) return [...value].map((item, index) => [item, `${path}.values()[${index}]`])
  const tag = Object.prototype.toString.call(value)
  if (tag !== '[object Object]' && tag !== '[object Array]') return undefined
  const children: [unknown, string][] = []
  for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(value))) {
    if (!descriptor.enumerable) continue
    if ('value' in descriptor) children.push([descriptor.value, join(path, name, Array.isArray(value))])
  }
  return children
}

function join(path: string, name: string, isArray: boolean): string {
  if (isArray && /^\d+$/.test(name)) return `${path}[${name}]`
  return /^[A-Za-z_$][\w$]*$/.test(name) ? `${path}.${name}` : `${path}[${JSON.stringify(name)}]`
}
