/** Copies of what moves: arguments are made again as a clone would have made them, in memory that is used again. */
import fc from 'fast-check'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { type Call, NORMAL, SETTLED } from '../../../src/call/call.ts'
import { KeptCopies, planOf, restoreArgs } from '../../../src/channel/kept-copies.ts'
import { makeCall } from '../support/calls.ts'

const LARGE = 2 ** 14 + 8
const bytes = (fill: number, length = LARGE) => new Uint8Array(length).fill(fill)
let ids = 0
const callOf = (args: readonly unknown[]): Call => Object.assign(makeCall(++ids, NORMAL), { args })

/** Keeps a copy, loses the buffers, and takes the copy. */
function restored(copies: KeptCopies, args: readonly unknown[], list: readonly ArrayBuffer[]) {
  const call = lost(copies, args, list)
  restoreArgs(call)
  return call.args
}

function lost(copies: KeptCopies, args: readonly unknown[], list: readonly ArrayBuffer[]): Call {
  const call = callOf(args)
  const plan = planOf([...list], args)
  if (plan === null) throw new Error('no plan')
  copies.keep(call, plan)
  structuredClone(list, { transfer: [...list] })
  return call
}

const settle = (call: Call) => Object.assign(call, { state: SETTLED, args: [] })

describe('arguments that are made again', () => {
  it('are what a clone of them would have been', () => {
    const buffer = fc.constantFrom(0, 1, 2)
    const part = fc.letrec((tie) => ({
      node: fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom(1, 'text', null, undefined, true, 10n),
        buffer.map((n) => ({ buffer: n })),
        fc.record({ view: buffer, kind: fc.constantFrom('Uint8Array', 'Float32Array', 'DataView') }),
        fc.record({ at: tie('node') }),
        fc.array(tie('node'), { maxLength: 3 }),
      ),
    })).node
    fc.assert(
      fc.property(fc.array(part, { maxLength: 4 }), (shape) => {
        const buffers = [bytes(1).buffer, bytes(2, 2 ** 15).buffer, bytes(3, 2 ** 16 + 16).buffer]
        const args: unknown[] = shape.map((each) => build(each, buffers))
        const plan = planOf(buffers, args)
        // Deeper than it looks.
        fc.pre(plan !== null)
        const expected = structuredClone(args)
        expect(restored(new KeptCopies(), args, buffers)).toEqual(expected)
      }),
    )
  })

  it('share what was shared, and move again', () => {
    const view = bytes(7)
    const other = new DataView(view.buffer, 8, 16)
    const made = restored(new KeptCopies(), [view, { other, again: view }], [view.buffer]) as [
      Uint8Array<ArrayBuffer>,
      { other: DataView; again: Uint8Array },
    ]
    expect(made[1].again).toBe(made[0])
    expect(made[1].other.buffer).toBe(made[0].buffer)
    expect([made[1].other.byteOffset, made[1].other.byteLength, made[0].length]).toEqual([8, 16, LARGE])
    structuredClone(made, { transfer: [made[0].buffer] })
    expect(made[0].length).toBe(0)
  })
})

describe('there is no plan', () => {
  const { buffer } = bytes(1)
  class Tile {
    readonly buffer = buffer
  }
  const circle: Record<string, unknown> = { buffer }
  circle['self'] = circle
  const cases: Record<string, readonly [transfer: Transferable[], args: readonly unknown[]]> = {
    'for little': [[new ArrayBuffer(2 ** 14)], [1]],
    'for a map': [[buffer], [new Map([[1, buffer]])]],
    'for a function': [[buffer], [buffer, () => {}]],
    'for an object of a class': [[buffer], [new Tile()]],
    'for a circle': [[buffer], [circle]],
    'for a view of other memory': [[buffer], [buffer, new Uint8Array(1)]],
    'for a port': [[buffer, new MessageChannel().port1], [buffer]],
    'for a name that sets the prototype': [[buffer], [JSON.parse('{"__proto__":1}'), buffer]],
    'for many parts': [[buffer], [buffer, Array.from({ length: 2_000 }, () => [])]],
  }
  it.each(Object.keys(cases))('%s', (name) => {
    const [transfer, args] = cases[name] as (typeof cases)[string]
    expect(planOf(transfer, args)).toBeNull()
  })

  it('where a getter would run, or a proxy throws', () => {
    const read = vi.fn<() => number>()
    expect(
      planOf([buffer], [Object.defineProperty({ buffer }, 'read', { get: read, enumerable: true })]),
    ).toBeNull()
    expect(read).not.toHaveBeenCalled()
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    expect(planOf([buffer], [buffer, proxy])).toBeNull()
  })

  it('but for what is found by itself', () => {
    expect(planOf('auto', [{ buffer }])?.buffers).toEqual([buffer])
  })
})

describe('memory', () => {
  it('of calls that are over is used again, that of others is not', () => {
    const copies = new KeptCopies()
    const call = (size: number) => {
      const view = bytes(1, size)
      return lost(copies, [view], [view.buffer])
    }
    const first = call(2 ** 16)
    const sizes: number[] = []
    const construct = (Class: ArrayBufferConstructor, [size]: [number]) => {
      sizes.push(size)
      return new Class(size)
    }
    vi.stubGlobal('ArrayBuffer', new Proxy(ArrayBuffer, { construct }))
    onTestFinished(() => void vi.unstubAllGlobals())
    const second = call(2 ** 16)
    expect(sizes).toEqual([2 ** 16])
    settle(first)
    settle(second)
    call(2 ** 15)
    call(2 ** 16)
    expect(sizes).toEqual([2 ** 16])
    call(2 ** 16)
    expect(sizes).toEqual([2 ** 16, 2 ** 16])
  })

  it('holds what each call has lost, whichever are over', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ size: fc.integer({ min: 0, max: 50_000 }), isOver: fc.boolean() })),
        (calls) => {
          const copies = new KeptCopies()
          const open: [call: Call, fill: number, size: number][] = []
          for (const [n, { size, isOver }] of calls.entries()) {
            const view = bytes(n % 256, LARGE + size)
            const call = lost(copies, [view], [view.buffer])
            if (isOver) settle(call)
            else open.push([call, n % 256, LARGE + size])
          }
          for (const [call, fill, size] of open) {
            restoreArgs(call)
            const [made] = call.args as [Uint8Array]
            expect([made.length, made.every((byte) => byte === fill)]).toEqual([size, true])
          }
        },
      ),
      { numRuns: 30 },
    )
  })
})

function build(shape: unknown, buffers: readonly ArrayBuffer[]): unknown {
  if (Array.isArray(shape)) return shape.map((each) => build(each, buffers))
  if (typeof shape !== 'object' || shape === null) return shape
  if ('buffer' in shape) return buffers[shape.buffer as number]
  if ('at' in shape) return { at: build(shape.at, buffers) }
  const { view, kind } = shape as { view: number; kind: 'Uint8Array' | 'Float32Array' | 'DataView' }
  const Class = globalThis[kind] as Uint8ArrayConstructor
  return new Class(buffers[view] as ArrayBuffer, 8, 64)
}
