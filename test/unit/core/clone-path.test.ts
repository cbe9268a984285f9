/** Names the part of a value that cannot be cloned, wherever it stands. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findUnclonable } from '../../../src/wire/clone-path.ts'

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

function canClone(value: unknown): boolean {
  try {
    structuredClone(value)
    return true
  } catch {
    return false
  }
}
