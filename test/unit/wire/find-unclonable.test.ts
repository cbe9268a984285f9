/** Names the part of a value that cannot be cloned, wherever it stands. */
import { types } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { findUnclonable } from '../../../src/wire/find-unclonable.ts'

const culprits: readonly unknown[] = [
  () => {},
  Symbol('s'),
  new WeakMap(),
  Promise.resolve(),
  new Proxy({}, {}),
]

interface Placed {
  readonly value: unknown
  readonly path: string
}

/** A culprit in the midst of harmless things, and where it stands. */
const { placed } = fc.letrec<{ placed: Placed }>((tie) => {
  const harmless = fc.oneof(
    fc.integer(),
    fc.string(),
    fc.constant(null),
    fc.constant(new Date(0)),
    fc.array(fc.integer()),
  )
  const inner = tie('placed')
  return {
    placed: fc.oneof(
      { maxDepth: 4, depthSize: 'small' },
      fc.constantFrom(...culprits).map((value) => ({ value, path: '' })),
      fc.tuple(fc.array(harmless, { maxLength: 3 }), inner).map(([before, { value, path }]) => ({
        value: [...before, value],
        path: `[${before.length}]${path}`,
      })),
      fc
        .tuple(fc.dictionary(fc.constantFrom('x', 'y'), harmless), inner)
        .map(([before, { value, path }]) => ({
          value: { ...before, onClick: value },
          path: `.onClick${path}`,
        })),
      inner.map(({ value, path }) => ({ value: { 'on click': value }, path: `["on click"]${path}` })),
      inner.map(({ value, path }) => ({ value: new Map([['k', value]]), path: `.get("k")${path}` })),
      inner.map(({ value, path }) => ({ value: new Map([[value, 1]]), path: `.keys()[0]${path}` })),
      inner.map(({ value, path }) => ({ value: new Set([1, value]), path: `.values()[1]${path}` })),
    ),
  }
})

describe('findUnclonable', () => {
  it('finds the culprit', () => {
    fc.assert(
      fc.property(placed, ({ value, path }) => {
        expect(canClone(value)).toBe(false)
        expect(findUnclonable(value, 'args[0]')).toBe(`args[0]${path}`)
      }),
      { numRuns: 300 },
    )
  })

  it('names a path that can be walked: JavaScript would find the culprit there', () => {
    const onClick = () => {}
    const path = findUnclonable({ items: [{ title: 'a' }, { 'on-click': onClick }] }, 'root')
    expect(path).toBe('root.items[1]["on-click"]')
  })

  it('finds the nearest of several', () => {
    expect(findUnclonable({ deep: { deeper: () => {} }, near: () => {} }, 'args[0]')).toBe('args[0].near')
  })

  it('gives the root where it finds nothing', () => {
    expect(findUnclonable({ a: [1, new Map([['k', new Date()]])] }, 'args[1]')).toBe('args[1]')
  })

  it('names a proxy, which looks like what it stands for', () => {
    const draft = new Proxy({ title: 'a' }, {})
    expect(findUnclonable({ plain: { title: 'b' }, draft }, 'args[0]')).toBe('args[0].draft')
  })

  it('walks a ring once', () => {
    const ring: Record<string, unknown> = {}
    ring['self'] = ring
    expect(findUnclonable(ring, 'args[0]')).toBe('args[0]')
  })

  it('runs no getter', () => {
    const value = Object.defineProperty({}, 'lazy', { enumerable: true, get: () => expect.unreachable() })
    expect(findUnclonable({ value, bad: () => {} }, 'args[0]')).toBe('args[0].bad')
  })

  it('passes over what is not cloned: inherited, hidden and symbol properties', () => {
    class Inherited {
      run() {}
    }
    const value = Object.defineProperty(new Inherited(), 'hidden', { value: () => {} })
    Object.assign(value, { [Symbol('s')]: () => {} })
    expect(() => structuredClone(value)).not.toThrow()
    expect(findUnclonable(value, 'args[0]')).toBe('args[0]')
  })

  it('gives up after ten thousand parts', () => {
    const many: unknown[] = Array.from({ length: 20_000 }, () => ({}))
    many.push(() => {})
    expect(findUnclonable(many, 'args[0]')).toBe('args[0]')
  })
})

/** Objects of all sorts that point at one another, rings included; the last one holds the culprit. */
const graph = fc
  .tuple(
    fc.array(
      fc.tuple(
        fc.constantFrom('object', 'array', 'map', 'set', 'getter', 'error'),
        fc.array(fc.nat(30), { maxLength: 3 }),
      ),
      { minLength: 1, maxLength: 30 },
    ),
    fc.constantFrom(...culprits),
    fc.nat(30),
  )
  .map(([plan, culprit, place]) => build(plan, culprit, place))

interface Built {
  readonly root: unknown
  readonly culprit: unknown
  getterRuns: number
}

function build(plan: [kind: string, edges: number[]][], culprit: unknown, place: number): Built {
  const built: Built = { root: undefined, culprit, getterRuns: 0 }
  const nodes = plan.map(([kind]) => {
    if (kind === 'array') return []
    if (kind === 'map') return new Map()
    if (kind === 'set') return new Set()
    if (kind === 'error') return new Error('x')
    const node = { label: kind }
    if (kind !== 'getter') return node
    return Object.defineProperty(node, 'lazy', { enumerable: true, get: () => built.getterRuns++ })
  })
  const link = (from: unknown, name: string, to: unknown): void => {
    if (Array.isArray(from)) from.push(to)
    else if (from instanceof Map) from.set(name, to)
    else if (from instanceof Set) from.add(to)
    else if (from instanceof Error) from.cause = to
    else (from as Record<string, unknown>)[name] = to
  }
  plan.forEach(([, edges], index) => {
    edges.forEach((to, at) => link(nodes[index], `edge${at}`, nodes[to % nodes.length]))
  })
  // Each can be reached.
  nodes.forEach((node, index) => index > 0 && link(nodes[index >> 1], `node${index}`, node))
  link(nodes[place % nodes.length], 'culprit', culprit)
  return Object.assign(built, { root: [nodes[0]] })
}

const STEP = /\.get\("(\w+)"\)|\.get\((\d+)\)|\.keys\(\)\[(\d+)\]|\.values\(\)\[(\d+)\]|\[(\d+)\]|\.(\w+)/y

/** The value at a path that the search gave. */
function follow(root: unknown, path: string): unknown {
  let at = root
  STEP.lastIndex = 'root'.length
  while (STEP.lastIndex < path.length) {
    const step = STEP.exec(path)
    if (!step) throw new Error(`no path: ${path}`)
    const [, key, entry, keyIndex, item, index, name] = step
    if (key !== undefined) at = (at as Map<unknown, unknown>).get(key)
    else if (entry !== undefined) at = [...(at as Map<unknown, unknown>).values()][Number(entry)]
    else if (keyIndex !== undefined) at = [...(at as Map<unknown, unknown>).keys()][Number(keyIndex)]
    else if (item !== undefined) at = [...(at as Set<unknown>)][Number(item)]
    else at = (at as Record<string, unknown>)[(index ?? name) as string]
  }
  return at
}

/** Whether `inner` is `outer` or stands somewhere inside. */
function holds(outer: unknown, inner: unknown, seen = new Set<unknown>()): boolean {
  if (outer === inner) return true
  if (typeof outer !== 'object' || outer === null || seen.has(outer)) return false
  seen.add(outer)
  if (types.isProxy(outer)) return false
  const parts: unknown[] =
    outer instanceof Map
      ? [...outer.keys(), ...outer.values()]
      : outer instanceof Set
        ? [...outer]
        : Object.values(Object.getOwnPropertyDescriptors(outer)).map((each) => each.value as unknown)
  return parts.some((part) => holds(part, inner, seen))
}

describe('a search in any graph', () => {
  it('names the culprit, or what holds it, and runs no getter', () => {
    fc.assert(
      fc.property(graph, (built) => {
        fc.pre(holds(built.root, built.culprit))
        const path = findUnclonable(built.root, 'root').split('\n')[0] as string
        expect(built.getterRuns).toBe(0)
        expect(holds(follow(built.root, path), built.culprit)).toBe(true)
      }),
      { numRuns: 500 },
    )
  })
})

describe('a search has a bound', () => {
  it.each([5_000, 10_000, 100_000])('in a list of %d levels', (levels) => {
    let list: unknown = { end: () => {} }
    for (let level = 0; level < levels; level++) list = { list }
    const clones = vi.spyOn(globalThis, 'structuredClone')
    const began = performance.now()
    const path = findUnclonable([list], 'args', new RangeError('Maximum call stack size exceeded'))
    // Twenty are promised; a busy machine may take a breath.
    expect(performance.now() - began).toBeLessThan(100)
    expect(clones).not.toHaveBeenCalled()
    expect(path).toMatch(/^args\[0\]((\.list){31}|\nis nested too deeply to be cloned)$/)
    clones.mockRestore()
  })

  it('in many objects, none of which shows anything', () => {
    const root = Array.from({ length: 9_000 }, () => ({ a: { b: 1 } }))
    const began = performance.now()
    findUnclonable(root, 'args[0]')
    expect(performance.now() - began).toBeLessThan(100)
  })

  it('and clones nothing that is large on the way', () => {
    const clones = vi.spyOn(globalThis, 'structuredClone')
    const large = new ArrayBuffer(2 ** 24)
    const value = {
      large,
      view: new Uint8Array(large),
      blob: new Blob(['x']),
      text: 'x'.repeat(2 ** 22),
      bad: () => {},
    }
    expect(findUnclonable([value], 'args')).toBe('args[0].bad')
    const draft = new Proxy({ a: 1 }, {})
    expect(findUnclonable([{ ...value, bad: { draft } }], 'args')).toBe('args[0].bad.draft')
    for (const [cloned] of clones.mock.calls) expect(holds(cloned, large)).toBe(false)
    clones.mockRestore()
  })
})

describe('a value that was fit once is named for what it is', () => {
  it('a detached buffer, and a view of one', () => {
    const buffer = new ArrayBuffer(8)
    const view = new Uint8Array(buffer)
    structuredClone(buffer, { transfer: [buffer] })
    expect(findUnclonable([1, { buffer }], 'args')).toMatch(/^args\[1\]\.buffer\nwas transferred before/)
    expect(findUnclonable([view], 'args')).toMatch(/^args\[0\]\nwas transferred before/)
  })

  it('a locked stream', () => {
    const stream = new ReadableStream()
    stream.getReader()
    expect(findUnclonable([stream], 'args')).toMatch(/^args\[0\]\nis locked/)
  })

  it('what is nested too deeply', () => {
    expect(findUnclonable([{}], 'args', new RangeError('Maximum call stack size exceeded'))).toBe(
      'args[0]\nis nested too deeply to be cloned',
    )
    expect(findUnclonable([{}], 'result', new RangeError('Maximum call stack size exceeded'))).toBe(
      'result\nis nested too deeply to be cloned',
    )
  })
})

it('a tag that is a getter does not run, and a tag that is claimed is not believed', () => {
  class Tagged {
    bad = () => {}
    get [Symbol.toStringTag](): string {
      return expect.unreachable()
    }
  }
  expect(findUnclonable([new Tagged()], 'args')).toBe('args[0].bad')
  expect(findUnclonable([{ [Symbol.toStringTag]: 'Blob', bad: () => {} }], 'args')).toBe('args[0].bad')
})

function canClone(value: unknown): boolean {
  try {
    structuredClone(value)
    return true
  } catch {
    return false
  }
}
