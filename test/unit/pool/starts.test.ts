/** Workers that do not start: how long the next start waits, when the task is out of service, and how it comes back. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { LOADED, PROTOCOL, READY, SETTING_UP } from '../../../src/wire/protocol.ts'
import { makeLab, shown, watch } from '../support/lab.ts'
import { StepWorker } from '../support/step-worker.ts'

const handlers = () => ({ echo: (value: unknown) => value, wait: () => new Promise<void>(() => {}) })

function setUp(config: { maxWorkers?: number; maxCrashes?: number } = {}) {
  const state = { fails: true, starts: [] as number[] }
  const lab = makeLab(handlers, {
    ...config,
    worker: () => {
      state.starts.push(lab.clock.now())
      const setup = () => {
        if (state.fails) throw new Error('locked by another tab')
      }
      const worker = new StepWorker(handlers, { setup })
      lab.workers.push(worker)
      return worker.asWorker
    },
  })
  /** How a call that comes now ends, as far as one turn takes it. */
  const call = async () => {
    const fate = watch(lab.task.echo(1))
    await lab.settle()
    return fate
  }
  /** Fails until the task is out of service. */
  const failForGood = async () => {
    while (lab.task.control.getSnapshot().status !== 'failed') {
      void call()
      await lab.settle()
      lab.clock.advance(8_000)
      await lab.settle()
    }
  }
  return { lab, state, call, failForGood }
}

beforeEach(() => {
  // No jitter: each wait is the longest that it may be.
  vi.spyOn(Math, 'random').mockReturnValue(1)
})
afterEach(() => {
  vi.restoreAllMocks()
})

describe('a start that fails', () => {
  it('is tried again after 0.25, 1 and 4 seconds; then the task is out of service', async () => {
    const { lab, state, call } = setUp({ maxCrashes: 3 })
    const ends: unknown[] = []
    for (let round = 0; round < 4; round++) {
      const fate = await call()
      while (state.starts.length === round) lab.clock.next(10_000)
      await lab.settle()
      ends.push(shown(fate()))
    }
    const waits = state.starts.slice(1).map((at, index) => at - (state.starts[index] as number))
    expect([waits, ends]).toEqual([[250, 1_000, 4_000], Array(4).fill('start-failed')])
    expect(lab.task.control.getSnapshot().status).toBe('failed')
    const refused = await call()
    expect([shown(refused()), state.starts.length]).toEqual(['start-failed', 4])
    const fate = refused()
    const message = fate.status === 'rejected' ? fate.reason.message : ''
    expect(message).toContain('out of service')
    expect(message).toContain('locked by another tab')
  })

  it.each([0, 1, 2])('is one too many when %i retries are allowed', async (maxCrashes) => {
    const { state, failForGood } = setUp({ maxCrashes })
    await failForGood()
    expect(state.starts.length).toBe(maxCrashes + 1)
  })
})

describe('a task that is out of service', () => {
  it.each([0, 3])('is tried again by a call after five seconds (%i retries)', async (maxCrashes) => {
    const { lab, state, call, failForGood } = setUp({ maxCrashes })
    await failForGood()
    state.fails = false
    lab.clock.advance(5_000)
    expect(lab.task.control.getSnapshot().status).toBe('failed')
    expect(shown((await call())())).toBe(1)
    expect(lab.task.control.getSnapshot().status).toBe('active')
  })

  it('is tried by one start, however many calls come', async () => {
    const { lab, state, failForGood } = setUp({ maxWorkers: 4, maxCrashes: 1 })
    await failForGood()
    const before = state.starts.length
    lab.clock.advance(60_000)
    let fates = [1, 2, 3, 4].map((value) => watch(lab.task.echo(value)))
    await lab.settle()
    expect(state.starts.length - before).toBe(1)
    expect(fates.map((fate) => shown(fate()))).toEqual(Array(4).fill('start-failed'))
    state.fails = false
    lab.clock.advance(60_000)
    fates = [1, 2, 3, 4].map((value) => watch(lab.task.echo(value)))
    await lab.settle()
    expect(fates.map((fate) => shown(fate()))).toEqual([1, 2, 3, 4])
  })

  it('waits twice as long after each failure, a minute at most, and five seconds again after a success', async () => {
    const { lab, state, call } = setUp({ maxCrashes: 0 })
    await call()
    const pauseOf = async () => {
      const [began, made] = [lab.clock.now(), state.starts.length]
      while (state.starts.length === made) {
        lab.clock.advance(500)
        await call()
      }
      return lab.clock.now() - began
    }
    const pauses: number[] = []
    for (let round = 0; round < 6; round++) pauses.push(await pauseOf())
    expect(pauses).toEqual([5_000, 10_000, 20_000, 40_000, 60_000, 60_000])
    state.fails = false
    await pauseOf()
    expect(shown((await call())())).toBe(1)
    state.fails = true
    lab.workers.at(-1)?.asWorker.terminate()
    await lab.settle()
    state.fails = false
    expect(await pauseOf()).toBe(5_000)
  })
})

describe('a worker that is slow to start', () => {
  it.each([
    { what: 'says nothing', signs: [], says: 'no answer within 1000 ms', code: 'start-timeout' },
    {
      what: 'has loaded',
      signs: [LOADED],
      says: 'no sign of life of its setup within 1000 ms',
      code: 'start-timeout',
    },
    {
      what: 'sets up and says so',
      signs: [LOADED, SETTING_UP, SETTING_UP],
      says: 'no sign of life of its setup within 1000 ms',
      code: 'start-timeout',
    },
  ])('that $what has its time from the last sign on', async ({ signs, says, code }) => {
    const lab = makeLab(handlers, {
      startTimeoutMs: 1_000,
      worker: () => {
        const worker = new StepWorker(handlers)
        // Its own READY never comes.
        worker.toPage.length = 0
        lab.workers.push(worker)
        return worker.asWorker
      },
    })
    const fate = watch(lab.task.echo(1))
    await lab.settle()
    const [worker] = lab.workers
    for (const sign of signs) {
      lab.clock.advance(900)
      worker?.toPage.push([sign])
      worker?.deliverToPage()
    }
    lab.clock.advance(990)
    await lab.settle()
    expect(shown(fate())).toBe('open')
    lab.clock.advance(20)
    await lab.settle()
    const end = fate()
    expect(shown(end)).toBe(code)
    expect(end.status === 'rejected' && end.reason.message).toContain(says)
  })

  it('runs its calls when it is ready after all', async () => {
    const lab = makeLab(
      handlers,
      { startTimeoutMs: 1_000 },
      { lifecycle: { setup: () => new Promise(() => {}) } },
    )
    const fate = watch(lab.task.echo(1))
    await lab.settle()
    const [worker] = lab.workers
    for (let beat = 0; beat < 12; beat++) {
      lab.clock.advance(900)
      worker?.toPage.push([SETTING_UP])
      worker?.deliverToPage()
    }
    worker?.toPage.push([READY, PROTOCOL, ['echo', 'wait'], performance.timeOrigin, false])
    worker?.deliverToPage()
    lab.clock.advance(5_000)
    await lab.settle()
    expect([shown(fate()), lab.task.control.getSnapshot().status]).toEqual([1, 'active'])
  })
})
