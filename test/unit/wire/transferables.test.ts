/** What can be transferred inside a value: found wherever it stands, never by running the user's code. */
import vm from 'node:vm'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import {
  findTransferables,
  findTransferOnly,
  inSafeOrder,
  mistakeIn,
  withoutRefused,
} from '../../../src/wire/transferables.ts'

const ports: MessagePort[] = []
const port = (): MessagePort => {
  const { port1 } = new MessageChannel()
  ports.push(port1)
  return port1
}

afterEach(() => {
  for (const each of ports.splice(0)) each.close()
})

interface Nested {
  readonly value: unknown
  readonly parts: readonly Transferable[]
}

/** A value, and the transferable parts of it. */
const { nested } = fc.letrec<{ nested: Nested }>((tie) => {
  const buffer = fc.integer({ min: 0, max: 9 }).map((size): Nested => {
    const made = new ArrayBuffer(size)
    return { value: made, parts: [made] }
  })
  const view = fc.integer({ min: 0, max: 3 }).map((length): Nested => {
    const made = new Float64Array(length)
    return { value: made, parts: [made.buffer] }
  })
  const plain = fc
    .constantFrom<unknown[]>(1, 'x', null, undefined, new Date(0))
    .map((value): Nested => ({ value, parts: [] }))
  const several = fc.array(tie('nested'), { maxLength: 3 })
  const partsOf = (all: readonly Nested[]) => all.flatMap(({ parts }) => parts)
  const valuesOf = (all: readonly Nested[]) => all.map(({ value }) => value)
  return {
    nested: fc.oneof(
      { maxDepth: 4, depthSize: 'small' },
      buffer,
      view,
      plain,
      several.map((all) => ({ value: valuesOf(all), parts: partsOf(all) })),
      several.map((all) => ({ value: { ...valuesOf(all) }, parts: partsOf(all) })),
      several.map((all) => ({ value: new Set(valuesOf(all)), parts: partsOf(all) })),
      several.map((all) => ({
        value: new Map(all.map(({ value }, index) => [index, value])),
        parts: partsOf(all),
      })),
      several.map((all) => ({
        value: Object.assign(new Error('x'), { all: valuesOf(all) }),
        parts: partsOf(all),
      })),
    ),
  }
})

describe('findTransferables', () => {
  it('finds every buffer and port once, and the value can be sent with them', () => {
    fc.assert(
      fc.property(nested, ({ value, parts }) => {
        const found = findTransferables([value, value])
        expect(new Set(found)).toEqual(new Set(parts))
        expect(found.length).toBe(new Set(found).size)
        expect(() => structuredClone(value, { transfer: found })).not.toThrow()
        for (const buffer of parts) expect((buffer as ArrayBuffer).byteLength).toBe(0)
      }),
    )
  })

  it('leaves a buffer alone of which the view shows a part only', () => {
    const buffer = new ArrayBuffer(8)
    expect(findTransferables([new Uint8Array(buffer, 0, 4), new Uint8Array(buffer, 4)])).toEqual([])
    expect(findTransferables(new Uint8Array(buffer))).toEqual([buffer])
  })

  it('leaves shared memory and detached buffers alone', () => {
    const detached = new ArrayBuffer(8)
    structuredClone(detached, { transfer: [detached] })
    const shared = new SharedArrayBuffer(8)
    const isKnown = 'detached' in ArrayBuffer.prototype
    expect(findTransferables([shared, new Uint8Array(shared), isKnown ? detached : null])).toEqual([])
  })

  it('runs no getter, and survives the traps of a proxy', () => {
    const buffer = new ArrayBuffer(8)
    const lazy = Object.defineProperty({ buffer }, 'lazy', {
      enumerable: true,
      get: () => expect.unreachable(),
    })
    expect(findTransferables(lazy)).toEqual([buffer])
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    expect(() => findTransferables([buffer, proxy])).not.toThrow()
  })

  it('looks into no instance of a class', () => {
    class Holder {
      readonly buffer = new ArrayBuffer(8)
    }
    expect(findTransferables(new Holder())).toEqual([])
  })

  it('walks a ring once', () => {
    const ring: unknown[] = [new ArrayBuffer(1)]
    ring.push(ring)
    expect(findTransferables(ring).length).toBe(1)
  })
})

describe('findTransferOnly', () => {
  it('finds what has no clone, and leaves buffers to be cloned', () => {
    const [mine, streams] = [port(), [new ReadableStream(), new WritableStream(), new TransformStream()]]
    const found = findTransferOnly(
      { mine, buffer: new ArrayBuffer(8), deep: new Map([['s', streams]]) },
      1_000,
    )
    expect(new Set(found)).toEqual(new Set([mine, ...streams]))
  })
})

describe('values of another realm', () => {
  it('are found', () => {
    const far = vm.runInNewContext(
      '({ buffer: new ArrayBuffer(8), list: [new Map([[1, new Uint8Array(4)]])] })',
    ) as {
      buffer: ArrayBuffer
      list: [Map<number, Uint8Array>]
    }
    expect(findTransferables([far])).toEqual([far.buffer, far.list[0].get(1)?.buffer])
  })
})

describe('a port that stands far behind', () => {
  it('is found', () => {
    const mine = port()
    const many: unknown[] = Array.from({ length: 12_000 }, (_, id) => ({ id }))
    expect(findTransferOnly([...many, { mine }], 1_000)[0] === mine).toBe(true)
  })

  it('is found in an instance of a class, whose fields are cloned', () => {
    class Holder {
      readonly mine = port()
    }
    const holder = new Holder()
    expect(findTransferOnly(holder, 1_000)[0] === holder.mine).toBe(true)
  })
})

describe('a mistake in a transfer list', () => {
  const buffer = new ArrayBuffer(8)
  const gone = new ArrayBuffer(8)
  structuredClone(gone, { transfer: [gone] })
  const { proxy, revoke } = Proxy.revocable([], {})
  revoke()

  it.each<[string, readonly unknown[], RegExp | undefined]>([
    ['none', [buffer, new MessageChannel().port1], undefined],
    ['an empty list', [], undefined],
    ['a view', [buffer, new Uint8Array(4)], /^transfer\[1\]\nis a view/],
    ['the same twice', [buffer, buffer], /^transfer\[1\]\nis the same as transfer\[0\]/],
    ['a detached buffer', [gone], /^transfer\[0\]\nwas transferred before/],
    ['a plain object', [buffer, {}], /^transfer\[1\]\nis of type Object/],
    ['a blob', [new Blob([])], /^transfer\[0\]\nis of type Blob/],
    ['nothing', [buffer, undefined], /^transfer\[1\]\ncannot be transferred: it is of type undefined/],
    ['null', [null], /^transfer\[0\]\ncannot be transferred: it is null/],
    ['a function', [() => {}], /^transfer\[0\]\ncannot be transferred: it is of type function/],
    ['shared memory', [new SharedArrayBuffer(8)], /^transfer\[0\]\nis shared/],
    ['a list that cannot be read', new Proxy([1], { get: () => fail() }), /^transfer\ncannot be read/],
    ['a proxy that was revoked', [proxy], /^transfer\[0\]\n/],
  ])('is named: %s', (_what, list, mistake) => {
    const found = mistakeIn(list)
    if (mistake === undefined) expect(found).toBeUndefined()
    else expect(found).toMatch(mistake)
  })
})

describe('the order of a list', () => {
  it('puts what may refuse first, and at most one of which it is not known', () => {
    const memory = new WebAssembly.Memory({ initial: 1 }).buffer
    const [small, mine] = [new ArrayBuffer(8), port()]
    expect(inSafeOrder([small, memory, mine])).toEqual([memory, small, mine])
    expect(inSafeOrder([small, mine])).toEqual([small, mine])
    expect(withoutRefused([memory, small], new TypeError('no'))).toEqual([small])
    expect(withoutRefused([small, memory], new TypeError('no'))).toBeUndefined()
    expect(withoutRefused([], new TypeError('no'))).toBeUndefined()
  })
})

function fail(): never {
  throw new Error('trap')
}
