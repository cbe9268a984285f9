/** Workers that die, hang or do not start: what becomes of the calls on them, and when new workers come. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { TaskConfig } from '../../../src/types/task.ts'
import { crashOptions, type CrashPolicy } from '../../setup/crash-policies.ts'
import { taskContext } from '../../../src/worker/task-context.ts'
import { drain, type Lab, makeLab, shown, watch } from '../support/lab.ts'

const makeHandlers = () => {
  const attempts: [value: unknown, attempt: number][] = []
  return {
    attempts,
    handlers: () => ({
      echo: (value: unknown) => value,
      wait: (value?: unknown) => {
        attempts.push([value, taskContext().attempt])
        return new Promise(() => {})
      },
      beats: () => {
        const { beat } = taskContext()
        beats.push(beat)
        return new Promise(() => {})
      },
    }),
  }
}
const beats: (() => void)[] = []
type Api = ReturnType<ReturnType<typeof makeHandlers>['handlers']>

function setUp(config: Partial<TaskConfig<Api>> = {}) {
  const { attempts, handlers } = makeHandlers()
  const lab: Lab<Api> = makeLab(handlers, { maxQueueDepth: 10, ...config })
  const crash = async () => {
    lab.workers.findLast(({ isAlive }) => isAlive)?.terminate()
    await lab.settle()
  }
  return { ...lab, attempts, crash }
}

beforeEach(() => {
  // The jitter of restarts: they take three quarters of the longest.
  vi.spyOn(Math, 'random').mockReturnValue(0.5)
})
afterEach(() => {
  vi.restoreAllMocks()
  beats.length = 0
})

describe('when a worker dies', () => {
  it.each<[CrashPolicy, string, unknown]>([
    ['restart', 'crashed', 2],
    ['retry', 'open', 'open'],
    ['fail-task', 'crashed', 'crashed'],
  ])('%s: the running call is %s, the waiting one %s', async (crashPolicy, running, waiting) => {
    const { task, clock, settle, crash } = setUp(crashOptions(crashPolicy))
    const fates = [task.wait(), task.echo(2)].map(watch)
    await settle()
    await crash()
    clock.advance(100)
    await settle()
    expect(fates.map((fate) => shown(fate()))).toEqual([running, waiting])
  })

  it('tries a call again, tells its handler which attempt it is, and gives it up as poison', async () => {
    const { task, clock, settle, crash, attempts } = setUp({ retry: { crash: 2 }, maxCrashes: 2 })
    const fates = [task.wait('poison'), task.echo(2)].map(watch)
    for (let round = 0; round < 3; round++) {
      await settle()
      await crash()
      clock.advance(3_000)
    }
    await settle()
    expect(attempts).toEqual([
      ['poison', 1],
      ['poison', 2],
      ['poison', 3],
    ])
    expect(fates.map((fate) => shown(fate()))).toEqual(['poison', 2])
    expect(task.control.getSnapshot()).toMatchObject({
      status: 'active',
      counts: { requeued: 2, failed: 1, succeeded: 1 },
    })
  })

  it('waits longer before each restart, two seconds at most, and not after a success', async () => {
    const { task, clock, settle, crash, workers } = setUp({ maxCrashes: 10 })
    const waits: number[] = []
    const restart = async () => {
      const [made, at] = [workers.length, clock.now()]
      const fate = watch(task.wait())
      while (workers.length === made) clock.next(10_000)
      waits.push(clock.now() - at)
      await settle()
      return fate
    }
    task.control.start()
    await settle()
    for (let round = 0; round < 7; round++) {
      await crash()
      await restart()
    }
    expect(waits).toEqual([75, 150, 300, 600, 1_200, 1_500, 1_500])
    expect(shown((await restartAndSucceed())())).toBe(1)

    async function restartAndSucceed() {
      await crash()
      const fate = watch(task.echo(1))
      clock.advance(1_500)
      await settle()
      return fate
    }
    await crash()
    const at = clock.now()
    void task.echo(2)
    clock.advance(75)
    expect([workers.at(-1)?.isAlive, clock.now() - at]).toEqual([true, 75])
  })

  it('waits longer still after starts that failed: 0.25, 1 and 4 s, and then the task is out of service', async () => {
    const { task, clock, workers } = setUp()
    /** A call that finds no worker waits for the pause. */
    const failStart = async () => {
      const fate = watch(task.echo(1))
      await drain()
      workers.at(-1)?.fail('the script did not load')
      await drain()
      expect(shown(fate())).toBe('start-failed')
    }
    await failStart()
    for (const [index, longest] of [250, 1_000, 4_000].entries()) {
      const waiting = watch(task.echo(2))
      clock.advance(longest * 0.75 - 1)
      await drain()
      expect([shown(waiting()), workers.length]).toEqual(['open', index + 1])
      clock.advance(1)
      await drain()
      expect(workers.length).toBe(index + 2)
      workers.at(-1)?.fail('the script did not load')
      await drain()
      expect(shown(waiting())).toBe('start-failed')
    }
    expect(task.control.getSnapshot().status).toBe('failed')
    await expect(task.echo(3)).rejects.toThrow('its task is out of service, because 4 worker starts in a row')
  })

  it('fails the task after too many deaths in a row, and start recovers it', async () => {
    const { task, clock, settle, crash } = setUp({ maxCrashes: 1 })
    const fates = [1, 2, 3].map((value) => watch(task.wait(value)))
    for (let round = 0; round < 2; round++) {
      await settle()
      await crash()
      clock.advance(3_000)
    }
    expect(fates.map((fate) => shown(fate()))).toEqual(['crashed', 'crashed', 'crashed'])
    const refused = watch(task.echo(4))
    await settle()
    expect([shown(refused()), task.control.getSnapshot().status]).toEqual(['crashed', 'failed'])
    task.control.start()
    const recovered = watch(task.echo(5))
    await settle()
    expect([shown(recovered()), task.control.getSnapshot().status]).toEqual([5, 'active'])
  })

  it('tries a failed task again by a call after 5 s, after twice as long each time, and after 5 s again once it was started by hand', async () => {
    const { task, clock, settle, crash, workers } = setUp({ maxCrashes: 0 })
    /** Lets the pause all but pass, shows that nothing tries, and makes the call that does. */
    const tryAfter = async (ms: number) => {
      clock.advance(ms - 1)
      const made = workers.length
      await expect(task.echo('early')).rejects.toMatchObject({ code: 'crashed' })
      expect([task.control.getSnapshot().status, workers.length]).toEqual(['failed', made])
      clock.advance(1)
      const fate = watch(task.wait())
      await settle()
      expect([task.control.getSnapshot().status, workers.length]).toEqual(['active', made + 1])
      return fate
    }
    watch(task.wait())
    await settle()
    await crash()
    for (const pause of [5_000, 10_000, 20_000, 40_000, 60_000, 60_000]) {
      const fate = await tryAfter(pause)
      await crash()
      expect(shown(fate())).toBe('crashed')
    }
    const last = await tryAfter(60_000)
    task.control.stop()
    task.control.start()
    await settle()
    expect(shown(last())).toBe('aborted')
    await crash()
    await tryAfter(5_000)
  })

  it('forgets how often a task has failed when a call succeeds', async () => {
    const { task, clock, settle, crash } = setUp({ maxCrashes: 0 })
    for (let round = 0; round < 3; round++) {
      watch(task.wait())
      await settle()
      await crash()
      clock.advance(5_000)
      const fate = watch(task.echo(round))
      await settle()
      expect(shown(fate())).toBe(round)
    }
  })

  it('fails a call with transferred arguments instead of trying it without them', async () => {
    const { task, settle, crash } = setUp({ retry: { crash: 3 } })
    const buffer = new ArrayBuffer(8)
    const fate = watch(task.with({ transfer: [buffer] }).wait(buffer))
    await settle()
    await crash()
    expect([shown(fate()), buffer.byteLength]).toEqual(['not-replayable', 0])
  })
})

describe('a silent handler', () => {
  it('is a hang, its worker is replaced, and the calls behind it go on', async () => {
    const { task, clock, settle } = setUp({ heartbeatMs: 100 })
    const fates = [task.wait(), task.echo(2)].map(watch)
    await settle()
    clock.advance(99)
    await settle()
    expect(shown((fates[0] as (typeof fates)[0])())).toBe('open')
    clock.advance(50)
    await settle()
    expect(fates.map((fate) => shown(fate()))).toEqual(['hang', 2])
  })

  it('is none as long as it beats', async () => {
    const { task, clock, settle } = setUp({ heartbeatMs: 100 })
    const fate = watch(task.beats())
    await settle()
    for (let round = 0; round < 10; round++) {
      clock.advance(80)
      beats[0]?.()
      await settle()
    }
    expect(shown(fate())).toBe('open')
    clock.advance(200)
    await settle()
    expect(shown(fate())).toBe('hang')
  })
})

describe('a silent handler of a page that is blocked', () => {
  it('is a hang when it is silent for as long while the page is awake', async () => {
    const { task, clock, settle } = setUp({ heartbeatMs: 100 })
    const fate = watch(task.wait())
    await settle()
    clock.stall(1_000)
    clock.advance(0)
    await settle()
    expect(shown(fate())).toBe('open')
    clock.advance(70)
    await settle()
    expect(shown(fate())).toBe('open')
    clock.advance(30)
    await settle()
    expect(shown(fate())).toBe('hang')
  })

  it('is none when its sign of life comes after the page is awake again', async () => {
    const { task, clock, settle } = setUp({ heartbeatMs: 100 })
    const fate = watch(task.beats())
    await settle()
    for (let round = 0; round < 10; round++) {
      clock.stall(300)
      clock.advance(0)
      await settle()
      beats[0]?.()
      await settle()
    }
    expect(shown(fate())).toBe('open')
    // One that begins later has no credit for what was before.
    clock.advance(130)
    await settle()
    expect(shown(fate())).toBe('hang')
  })
})

describe('an aborted handler that goes on', () => {
  it('is ended with its worker after the grace, and the calls behind it go on', async () => {
    const { task, clock, settle, workers } = setUp({ abortGraceMs: 100 })
    const call = task.wait()
    const fates = [call, task.echo(2)].map(watch)
    await settle()
    call.abort('why')
    await settle()
    expect(fates.map((fate) => shown(fate()))).toEqual(['aborted', 'open'])
    expect(task.control.getSnapshot().queue).toMatchObject({ inFlight: 1, pending: 1 })
    clock.advance(100)
    await settle()
    expect(fates.map((fate) => shown(fate()))).toEqual(['aborted', 2])
    expect([workers[0]?.isAlive, task.control.getSnapshot().lastCrash]).toEqual([false, undefined])
  })
})
