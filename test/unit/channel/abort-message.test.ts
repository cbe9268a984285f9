/** How an abort reaches a worker: by a message with its reason, and by memory that a loop can see. */
import { afterEach, describe, expect, it, vi } from 'vitest'
import { CancelFlags, postCancel } from '../../../src/channel/abort-message.ts'
import { decodeThrown, type Encoded } from '../../../src/wire/error-codec.ts'
import { CANCEL } from '../../../src/wire/protocol.ts'

afterEach(() => {
  vi.unstubAllGlobals()
})

/** What arrives of a cancel with this reason. */
function arrived(reason: unknown): unknown[] {
  const messages: unknown[] = []
  postCancel((message) => messages.push(structuredClone(message)), 7, reason)
  return messages
}

describe('a reason', () => {
  it.each([['text'], [undefined], [null], [0], [{ code: 'x' }]])('arrives as it is: %s', (reason) => {
    expect(arrived(reason)).toEqual([[CANCEL, 7, false, reason]])
  })

  it('that is an error arrives with its class', () => {
    const [message] = arrived(new RangeError('far')) as [[number, number, boolean, Encoded]]
    expect(message.slice(0, 3)).toEqual([CANCEL, 7, true])
    const error = decodeThrown(message[3])
    expect(error).toBeInstanceOf(RangeError)
    expect(error).toEqual(new RangeError('far'))
  })

  it('that has no clone arrives as text, once', () => {
    const messages = arrived(() => {}) as [number, number, boolean, Encoded][]
    expect(messages.map((message) => message.slice(0, 3))).toEqual([[CANCEL, 7, true]])
    expect(String(decodeThrown((messages[0] as (typeof messages)[0])[3]))).toContain('=>')
  })
})

describe('the flags of calls that are aborted', () => {
  const isolated = (slots: number): Int32Array => {
    vi.stubGlobal('crossOriginIsolated', true)
    const flags = new CancelFlags(slots)
    expect(flags.flags?.buffer).toBeInstanceOf(SharedArrayBuffer)
    return flags.flags as Int32Array
  }

  it.each([
    { slots: 1, length: 64 },
    { slots: 32, length: 64 },
    { slots: 33, length: 66 },
    { slots: 1_024, length: 2_048 },
    { slots: 1_000_000, length: 2_048 },
  ])('are two for each of $slots slots, 64 at least and 2,048 at most: $length', ({ slots, length }) => {
    expect(isolated(slots).length).toBe(length)
  })

  it('are raised one behind the other; the oldest is the first to be overwritten', () => {
    vi.stubGlobal('crossOriginIsolated', true)
    const cancelled = new CancelFlags(1)
    for (let id = 1; id <= 65; id++) cancelled.raise(id)
    expect([...(cancelled.flags as Int32Array)]).toEqual([
      65,
      ...Array.from({ length: 63 }, (_, at) => at + 2),
    ])
  })

  it('are none where nothing can be shared, and to raise one is nothing then', () => {
    const other = new CancelFlags(4)
    other.raise(1)
    expect(other.flags).toBe(null)
    vi.stubGlobal('crossOriginIsolated', true)
    vi.stubGlobal('SharedArrayBuffer', undefined)
    expect(new CancelFlags(4).flags).toBe(null)
  })
})
