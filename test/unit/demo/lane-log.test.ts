/** The log behind the lanes of the stories: what a new run keeps of the one before. */
import type { RuntimeEvent } from 'atelier-react'
import { describe, expect, it } from 'vitest'
import { LaneLog } from '../../../stories/ui/lanes/lane-log.ts'

type CallEvent = Extract<RuntimeEvent, { kind: 'call' }>

function step(
  callId: string,
  phase: CallEvent['phase'],
  time: number,
  outcome?: CallEvent['outcome'],
): CallEvent {
  return {
    ...{ kind: 'call', taskId: 'lab', taskType: 'parallel', method: 'work', traceId: 't', spanId: callId },
    ...{ callId, phase, time, outcome, attempt: 1, workerIndex: 0 },
  }
}

describe('a lane log that is cleared', () => {
  it('counts the calls that are still open, and shows them from where the new run begins', () => {
    const log = new LaneLog()
    const take = (...events: CallEvent[]) => events.forEach(log.take)
    take(step('a', 'created', 0), step('a', 'admitted', 0), step('a', 'started', 5))
    take(step('b', 'created', 1), step('b', 'admitted', 1))
    take(step('c', 'created', 2), step('c', 'settled', 9, 'failure'))
    log.clear()
    expect(log.picture(100).counts).toMatchObject({ calls: 2, success: 0, failure: 0 })

    take(step('d', 'created', 100), step('d', 'admitted', 101))
    const { from, workers, waits, counts } = log.picture(110)
    expect(from).toBe(100)
    expect(workers[0]?.runs).toMatchObject([{ label: '1', start: 100 }])
    expect(waits).toMatchObject([
      { id: 'd 100', label: '4' },
      { id: 'b', label: '2', start: 100 },
      { id: 'd', label: '4', start: 101 },
    ])
    expect(counts.calls).toBe(3)

    take(step('a', 'settled', 120, 'success'), step('b', 'settled', 121, 'canceled'))
    take(step('d', 'settled', 122, 'success'))
    const ended = log.picture(200)
    expect(ended.counts).toMatchObject({ calls: 3, success: 2, canceled: 1 })
    expect(ended.workers[0]?.runs).toMatchObject([{ state: 'success', start: 100, end: 120 }])

    log.clear()
    take(step('e', 'created', 300), step('e', 'admitted', 302))
    expect(log.picture(310).waits).toMatchObject([{ label: '1' }, { label: '1' }])
    expect(log.picture(310).counts.calls).toBe(1)
  })
})
