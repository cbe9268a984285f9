/** Abort signals that many calls share: one listener, one Set, each member told once. */
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { type Abortable, SignalHub } from '../../../src/lib/abort-signals.ts'

const member = (): Abortable & { readonly reasons: unknown[] } => {
  const reasons: unknown[] = []
  return { reasons, onSignal: (reason) => reasons.push(reason) }
}

describe('SignalHub', () => {
  it('listens once to a signal that ten thousand calls share, and not at all once they have left', () => {
    const { signal } = new AbortController()
    const add = vi.spyOn(signal, 'addEventListener')
    const remove = vi.spyOn(signal, 'removeEventListener')
    const hub = new SignalHub((fn) => fn())
    const members = Array.from({ length: 10_000 }, member)
    for (const each of members) hub.add(signal, each)
    expect(add).toHaveBeenCalledTimes(1)
    for (const each of members) hub.remove(signal, each)
    expect(remove).toHaveBeenCalledTimes(1)
    expect(remove.mock.calls[0]?.[1]).toBe(add.mock.calls[0]?.[1])
  })

  it('tells exactly those who are in, once, in the order in which they came, within one turn', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat({ max: 7 }), fc.boolean()), { maxLength: 30 }), (program) => {
        const controller = new AbortController()
        let turns = 0
        const told: number[] = []
        const hub = new SignalHub((fn) => {
          turns++
          fn()
        })
        const members = Array.from({ length: 8 }, (_, id) => ({
          onSignal: () => {
            told.push(id)
            // As a call that settles does.
            hub.remove(controller.signal, members[id] as Abortable)
          },
        }))
        const inside = new Set<number>()
        for (const [id, joins] of program) {
          if (joins) hub.add(controller.signal, members[id] as Abortable)
          else hub.remove(controller.signal, members[id] as Abortable)
          if (joins) inside.add(id)
          else inside.delete(id)
        }
        controller.abort('why')
        controller.abort('again')
        expect(told).toEqual([...inside])
        expect(turns).toBe(inside.size > 0 ? 1 : 0)
      }),
    )
  })

  it('passes the reason on, and keeps signals apart', () => {
    const [one, other] = [new AbortController(), new AbortController()]
    const hub = new SignalHub((fn) => fn())
    const [first, second] = [member(), member()]
    hub.add(one.signal, first)
    hub.add(other.signal, second)
    const reason = new Error('why')
    one.abort(reason)
    expect(first.reasons).toEqual([reason])
    expect(second.reasons).toEqual([])
  })

  it('leaves alone who was never in', () => {
    const { signal } = new AbortController()
    const hub = new SignalHub((fn) => fn())
    expect(() => hub.remove(signal, member())).not.toThrow()
  })
})
