/** What is lost to a message that could not be read: the calls that the worker was sent and does not hold. */
import { describe, expect, it } from 'vitest'
import type { Call } from '../../../src/call/call.ts'
import { ChannelAudit, type LostMessage } from '../../../src/channel/unreadable-messages.ts'
import { AUDIT, AUDITED } from '../../../src/wire/protocol.ts'
import { makeCall } from '../support/calls.ts'

/** An audit over calls that were posted, whose questions and findings are kept. */
function setUp(ids: readonly number[]) {
  const held = new Map<number, Call>()
  for (const id of ids) {
    const call = makeCall(id)
    call.isPosted = true
    held.set(id, call)
  }
  const asked: unknown[][] = []
  const lost: [id: number, lost: LostMessage, isStream: boolean][] = []
  const audit = new ChannelAudit(held, (message) => asked.push(message as unknown[]))
  const tokenOf = (question: number): unknown => asked[question]?.[1]
  const answer = (token: unknown, ...found: readonly unknown[]): void =>
    audit.answer([AUDITED, token, ...found], (call, what, isStream) => lost.push([call.id, what, isStream]))
  return { audit, held, asked, lost, tokenOf, answer }
}

describe('the worker is asked', () => {
  it('once for each message that could not be read, each time by another token', () => {
    const { audit, asked, tokenOf } = setUp([1])
    audit.ask('clone-args')
    audit.ask('clone-result')
    expect(asked).toEqual([
      [AUDIT, expect.any(Number)],
      [AUDIT, expect.any(Number)],
    ])
    expect(tokenOf(0)).not.toBe(tokenOf(1))
  })

  it('nothing while it holds no call, or none that was posted', () => {
    const { audit, asked, held } = setUp([1])
    for (const call of held.values()) call.isPosted = false
    audit.ask('clone-args')
    held.clear()
    audit.ask('clone-args')
    expect(asked).toEqual([])
  })
})

describe('what it answers', () => {
  it.each(['clone-args', 'clone-result'] as const)(
    'gives out the calls that it does not hold, as %s',
    (kind) => {
      const { audit, held, lost, tokenOf, answer } = setUp([1, 2, 3])
      audit.ask(kind)
      answer(tokenOf(0), 2, 0)
      expect(lost).toEqual([
        [1, kind, false],
        [3, kind, false],
      ])
      expect([...held.keys()]).toEqual([2])
    },
  )

  it('finds nothing lost where it holds them all', () => {
    const { audit, held, lost, tokenOf, answer } = setUp([1, 2])
    audit.ask('clone-result')
    answer(tokenOf(0), 2, 0, 1, 0)
    expect([lost, [...held.keys()]]).toEqual([[], [1, 2]])
  })

  it('passes over calls that were posted after the question, or had not been by then', () => {
    const { audit, held, lost, tokenOf, answer } = setUp([1, 2])
    ;(held.get(2) as Call).isPosted = false
    audit.ask('clone-args')
    ;(held.get(2) as Call).isPosted = true
    const late = makeCall(3)
    late.isPosted = true
    held.set(3, late)
    answer(tokenOf(0))
    expect([lost, [...held.keys()]]).toEqual([[[1, 'clone-args', false]], [2, 3]])
  })

  it('passes over calls that were answered meanwhile', () => {
    const { audit, held, lost, tokenOf, answer } = setUp([1, 2])
    audit.ask('clone-args')
    held.delete(1)
    answer(tokenOf(0))
    expect(lost).toEqual([[2, 'clone-args', false]])
  })

  it.each([
    { sent: 3, received: 2, isLost: true },
    { sent: 2, received: 2, isLost: false },
    { sent: 1, received: 2, isLost: false },
    { sent: '3', received: 2, isLost: false },
  ])('tells of a stream whose items have not all arrived: $sent sent, $received here', (given) => {
    const { audit, held, lost, tokenOf, answer } = setUp([1])
    ;(held.get(1) as Call).itemsReceived = given.received
    audit.ask('clone-args')
    answer(tokenOf(0), 1, given.sent)
    expect(lost).toEqual(given.isLost ? [[1, 'clone-result', true]] : [])
    // It runs on.
    expect(held.has(1)).toBe(true)
  })

  it('counts once, and for its own question', () => {
    const { audit, held, lost, tokenOf, answer } = setUp([1, 2])
    audit.ask('clone-args')
    audit.ask('clone-result')
    answer('forged', 1, 0)
    answer(undefined)
    expect(lost).toEqual([])
    answer(tokenOf(1), 1, 0)
    answer(tokenOf(1))
    expect(lost).toEqual([[2, 'clone-result', false]])
    answer(tokenOf(0))
    expect(lost.slice(1)).toEqual([[1, 'clone-args', false]])
    expect(held.size).toBe(0)
  })
})
