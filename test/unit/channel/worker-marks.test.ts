/** What is known of workers beside their channels: which run on the page's thread, and which are alive. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isInProcess, markInProcess } from '../../../src/channel/in-process-mark.ts'
import {
  noteWorker,
  noteWorkerEnd,
  noteWorkerEnding,
  watchLiveWorkers,
} from '../../../src/channel/live-workers.ts'
import { SilentWorker } from '../support/silent-worker.ts'

const worker = (): Worker => new SilentWorker() as unknown as Worker

describe('a worker', () => {
  it('runs on the page’s thread where it is marked so, and nothing else does', () => {
    const marked = markInProcess(worker())
    expect(isInProcess(marked)).toBe(true)
    for (const other of [worker(), {}, null, undefined, 'text', 7, () => {}])
      expect(isInProcess(other)).toBe(false)
  })

  it('is marked under a name that another bundle finds, and the mark is not copied with it', () => {
    const marked = markInProcess(worker())
    expect((marked as unknown as Record<symbol, unknown>)[Symbol.for('atelier.in-process')]).toBe(true)
    expect(isInProcess({ ...marked })).toBe(false)
  })
})

describe('the list of live workers', () => {
  const SLOT = Symbol.for('atelier.live-workers')
  const shared = globalThis as unknown as Record<symbol, unknown>
  let before: unknown

  beforeEach(() => {
    before = shared[SLOT]
    delete shared[SLOT]
  })
  afterEach(() => {
    if (before === undefined) delete shared[SLOT]
    else shared[SLOT] = before
  })

  it('is kept only once somebody watches, under a name that another bundle finds', () => {
    const early = worker()
    noteWorker(early, 'task', 0)
    noteWorkerEnding(early)
    noteWorkerEnd(early)
    expect(shared[SLOT]).toBe(undefined)
    const live = watchLiveWorkers()
    expect([live.size, shared[SLOT], watchLiveWorkers()]).toEqual([0, live, live])
    expect(watchLiveWorkers()).toBe(live)
  })

  it('says of each worker whose it is, and that it was asked to end, until it has ended', () => {
    const live = watchLiveWorkers()
    const [one, other, unknown] = [worker(), worker(), worker()]
    noteWorker(one, 'task', 0)
    noteWorker(other, undefined, 1)
    expect([...live.values()]).toEqual([
      { task: 'task', index: 0, isEnding: false },
      { task: undefined, index: 1, isEnding: false },
    ])
    noteWorkerEnding(one)
    noteWorkerEnding(unknown)
    expect([live.get(one)?.isEnding, live.get(other)?.isEnding, live.size]).toEqual([true, false, 2])
    noteWorkerEnd(one)
    noteWorkerEnd(unknown)
    expect([...live.keys()]).toEqual([other])
  })
})
