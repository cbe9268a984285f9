/** One Worker object on its own: how it is written to, what is taken for one, and the lock that tells of its death. */
import { afterEach, describe, expect, it, vi } from 'vitest'
import { watchLiveWorkers } from '../../../src/channel/live-workers.ts'
import { watchLifeLock, type WireEvents, WorkerWire } from '../../../src/channel/worker-handle.ts'
import { toText } from '../../../src/lib/words.ts'
import { SilentWorker } from '../support/silent-worker.ts'

afterEach(() => {
  vi.unstubAllGlobals()
})

function setUp(later: (fn: () => void) => void = () => {}) {
  const unmade: unknown[] = []
  const events: WireEvents = {
    onMessage() {},
    onMessageError() {},
    onError() {},
    onTerminated() {},
    onUnstarted: ({ cause }) => unmade.push(cause),
    isStarting: false,
    startup: { isSettingUp: false },
    checkpoints: { answer() {} },
  }
  const clock = { now: () => 0, setTimeout: later, clearTimeout() {} }
  return { wire: new WorkerWire(events, clock), unmade }
}

describe('a message', () => {
  it('is posted with a list where there is something to transfer, and without one where there is nothing', () => {
    const { wire } = setUp()
    const posted: unknown[][] = []
    const worker = new SilentWorker()
    worker.postMessage = (...args: unknown[]) => posted.push(args)
    wire.make(() => worker as unknown as Worker, { index: 0, name: 'task' })
    const buffer = new ArrayBuffer(1)
    wire.post('a')
    wire.post('b', [])
    wire.post('c', [buffer])
    expect(posted).toEqual([['a'], ['b'], ['c', [buffer]]])
  })

  it('goes nowhere while there is no worker', () => {
    const { wire } = setUp()
    expect([wire.post('a'), wire.post('b', [new ArrayBuffer(1)])]).toEqual([undefined, undefined])
  })
})

it('a worker is among those that are alive until it has ended, also while its teardown runs', () => {
  const live = watchLiveWorkers()
  const timers: (() => void)[] = []
  const { wire } = setUp((fn) => timers.push(fn))
  const worker = new SilentWorker() as unknown as Worker
  wire.make(() => worker, { index: 4, name: 'task' })
  expect(live.get(worker)).toEqual({ task: 'task', index: 4, isEnding: false })
  wire.end(true)
  expect(live.get(worker)).toEqual({ task: 'task', index: 4, isEnding: true })
  for (const fn of timers) fn()
  expect(live.has(worker)).toBe(false)
})

it.each([[null], [undefined], ['worker'], [7], [{}]])('%s is no worker', (made) => {
  const { wire, unmade } = setUp()
  wire.make(() => made as unknown as Worker, { index: 0, name: 'task' })
  expect(unmade).toEqual([new TypeError(`it did not return a Worker, but ${toText(made)}`)])
})

describe('the lock of a worker’s life', () => {
  /** Names that were asked for, and what is called when the lock is granted. */
  function watched(name: unknown, signal: AbortSignal) {
    const asked: [name: string, signal: AbortSignal][] = []
    let grant = (): void => {}
    const request = (lock: string, options: { signal: AbortSignal }, run: () => void): Promise<void> => {
      asked.push([lock, options.signal])
      grant = run
      return Promise.resolve()
    }
    vi.stubGlobal('navigator', { locks: { request } })
    let deaths = 0
    watchLifeLock(name, signal, () => deaths++)
    return { asked, grant: () => grant(), deaths: () => deaths }
  }

  it('is the page’s when the worker has died', () => {
    const { signal } = new AbortController()
    const { asked, grant, deaths } = watched('life', signal)
    expect([asked, deaths()]).toEqual([[['life', signal]], 0])
    grant()
    expect(deaths()).toBe(1)
  })

  it('tells of no death where the page has ended the worker', () => {
    const controller = new AbortController()
    const { grant, deaths } = watched('life', controller.signal)
    controller.abort()
    grant()
    expect(deaths()).toBe(0)
  })

  it('is not waited for where the page has ended the worker already, or no name came', () => {
    expect(watched('life', AbortSignal.abort()).asked).toEqual([])
    expect(watched(7, new AbortController().signal).asked).toEqual([])
  })

  it.each([[undefined], [{}]])('is not waited for where there are no locks: navigator is %s', (navigator) => {
    vi.stubGlobal('navigator', navigator)
    expect(watchLifeLock('life', new AbortController().signal, () => expect.unreachable())).toBe(undefined)
  })
})
