/** A call by itself: what is known of it before anything has happened, and which phase it tells of. */
import { describe, expect, it } from 'vitest'
import {
  AHEAD,
  BLOCKED,
  type CallState,
  HELD,
  READY,
  RUNNING,
  SETTLED,
  STARTING,
  WHOLE,
} from '../../../src/call/call.ts'
import { makeCall } from '../support/calls.ts'

describe('a new call', () => {
  it('is accepted and nowhere; no attempt, no worker, no time and no item of it is known', () => {
    const call = makeCall(7)
    expect(call).toMatchObject({
      id: 7,
      runId: 7,
      callId: 'call-7',
      taskId: 'task',
      state: READY,
      list: null,
      place: null,
      workerIndex: -1,
      handedAhead: false,
      claim: 0,
      expectedMs: 0,
      attempt: 0,
      isPosted: false,
      isStream: false,
      payload: WHOLE,
      holdsUnclonable: false,
      room: 0,
      itemsReceived: 0,
      joiners: null,
      leader: null,
      onAdmitted: null,
      progress: null,
      stream: null,
    })
    const { enqueuedAt, firstDispatchedAt, dispatchedAt, settledAt, runStartedAt, runEndedAt, beatAt } = call
    expect([
      enqueuedAt,
      firstDispatchedAt,
      dispatchedAt,
      settledAt,
      runStartedAt,
      runEndedAt,
      beatAt,
    ]).toEqual(Array.from({ length: 7 }, () => 0))
    // However early its first progress comes, a frame has passed since the last.
    expect(call.progressedAt).toBe(Number.NEGATIVE_INFINITY)
  })

  it('may settle before anybody holds its promise', () => {
    const call = makeCall(1)
    expect([call.resolve(1), call.reject(new Error('x'))]).toEqual([undefined, undefined])
  })

  it('passes an abort on to who owns it, with the reason', () => {
    const heard: unknown[][] = []
    const call = makeCall(1)
    const task = { ...call.task, control: { abort: (...args: unknown[]) => heard.push(args), grant() {} } }
    Object.assign(call, { task }).onSignal('why')
    expect(heard).toEqual([[call, 'why']])
  })
})

describe('the phase of a call', () => {
  const phases: [CallState, string][] = [
    [BLOCKED, 'blocked'],
    [READY, 'pending'],
    [HELD, 'pending'],
    [AHEAD, 'pending'],
    [STARTING, 'starting'],
    [RUNNING, 'running'],
    [SETTLED, 'pending'],
  ]
  it.each(phases)('in state %s is %s, its own or that of the run which it shares', (state, phase) => {
    const [own, joiner] = [makeCall(1), makeCall(2)]
    own.state = state
    joiner.leader = own
    expect([own.phase, joiner.phase]).toEqual([phase, phase])
  })
})
