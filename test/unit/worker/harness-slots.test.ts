/** A worker with several slots: when replies go out while promises run, and how long a lock of its calls is held. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { AUDIT, AUDITED, OPEN, RESULT, TAKE_BACK, THROWN } from '../../../src/wire/protocol.ts'
import { decodeThrown, type Encoded } from '../../../src/wire/error-codec.ts'
import { makeHarness, stopTime } from '../support/harness.ts'
import { drain } from '../support/lab.ts'
import { repliesIn } from '../support/wire-port.ts'

beforeEach(stopTime)
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

/** A worker that knows its methods to be short. */
async function known(slots: number) {
  const kit = makeHarness()
  kit.harness.receive([OPEN, slots, null])
  kit.send({ id: 1, to: 'wait' }, { id: 2, args: [0] })
  kit.gates.splice(0)[0]?.()
  await drain()
  kit.posted.length = 0
  return kit
}

it('what is done before a promise and after it is answered together, as long as a slot is free', async () => {
  const { send, posted } = await known(3)
  send({ id: 3, args: [0, 'a'] }, { id: 4, to: 'wait' }, { id: 5, args: [0, 'b'] })
  await drain()
  expect(posted.map((message) => repliesIn(message).map(({ id }) => id))).toEqual([[3, 5]])
})

it('what is done is answered at once where a promise takes the last slot', async () => {
  const { send, posted } = await known(1)
  send({ id: 3, args: [0, 'a'] }, { id: 4, to: 'wait' }, { id: 5, args: [0, 'b'] })
  expect(posted.map((message) => repliesIn(message).map(({ id }) => id))).toEqual([[3]])
})

it('a promise that has settled is read before the next handler can change what it holds', async () => {
  const box = { value: 'as it was' }
  const { send, harness, answers } = makeHarness({
    give: () => Promise.resolve(box),
    change() {
      box.value = 'changed'
    },
  })
  harness.receive([OPEN, 3, null])
  send({ id: 1, to: 'give' }, { id: 2, to: 'change' })
  await drain()
  expect(answers()).toEqual([
    [1, RESULT, { value: 'as it was' }],
    [2, RESULT, undefined],
  ])
})

it('a lock is held until the last call of its claim is over, and a while longer', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout'] })
  const holds: Promise<unknown>[] = []
  const request = (_name: string, _options: object, run: (lock: object) => unknown): Promise<void> => {
    holds.push(Promise.resolve(run({})))
    return Promise.resolve()
  }
  const { send, harness, gates, ran } = makeHarness({}, {}, { locks: { request } as unknown as LockManager })
  harness.receive([OPEN, 1, null, null, 'base'])
  send({ id: 1, to: 'wait', args: ['a'], claim: 3 }, { id: 2, to: 'wait', args: ['b'], claim: 3 })
  let isHeld = true
  void holds[0]?.then(() => {
    isHeld = false
  })
  await drain()
  gates[0]?.()
  await drain()
  await vi.advanceTimersByTimeAsync(1_000)
  expect([ran, isHeld]).toEqual([['a', 'b'], true])
  gates[1]?.()
  await drain()
  await vi.advanceTimersByTimeAsync(99)
  expect(isHeld).toBe(true)
  await vi.advanceTimersByTimeAsync(1)
  expect([isHeld, holds.length]).toEqual([false, 1])
})

it('a call that was given back says nothing of how long its method runs', async () => {
  const { send, posted, harness, gates } = await known(1)
  send({ id: 3, to: 'wait' }, { id: 4, args: [0] })
  harness.receive([TAKE_BACK, 4])
  gates[0]?.()
  await drain()
  posted.length = 0
  send({ id: 5, args: [0] }, { id: 6, args: [0] })
  expect(posted.map((message) => repliesIn(message).length)).toEqual([2])
})

it('a call that came again under its id stays when the earlier one is given up', async () => {
  let refuse = (): void => {}
  const request = (_name: string, _options: object, run: (lock: null) => unknown): Promise<void> => {
    refuse = () => run(null)
    return Promise.resolve()
  }
  const { send, harness, ran, posted } = makeHarness({}, {}, { locks: { request } as unknown as LockManager })
  harness.receive([OPEN, 1, null, null, 'base'])
  send({ id: 1, to: 'wait', args: ['early'], claim: 3 })
  send({ id: 1, to: 'wait', args: ['again'] })
  refuse()
  await drain()
  harness.receive([AUDIT, 5])
  expect([ran, posted.at(-1)]).toEqual([['again'], [AUDITED, 5, 1, 0]])
})

it('a generator that throws is answered with what it threw', async () => {
  const { send, replies } = makeHarness({
    *letters() {
      yield 'a'
      throw new RangeError('no letters')
    },
  })
  send({ id: 1, to: 'letters', meta: [undefined, 1, undefined, undefined, 2] })
  await drain()
  expect(replies().map(({ status, value }) => [status, decodeThrown(value as Encoded)])).toEqual([
    [THROWN, new RangeError('no letters')],
  ])
})
