/** When a worker's place is free for the next one: what a singleton owns, what sessions keep, what is still being saved. */
import { describe, expect, it } from 'vitest'
import type { TaskConfig } from '../../../src/types/task.ts'
import type { TaskWorkerLifecycle } from '../../../src/worker/lifecycle.ts'
import { makeLab, shown, watch } from '../support/lab.ts'

type Api = { where(): number }

/** Each worker has a number; teardowns and checkpoints end when the test says so. */
function lab(config: Partial<TaskConfig<Api>>, lifecycle: TaskWorkerLifecycle = {}) {
  let made = 0
  const base = makeLab<Api>(
    () => {
      const place = made++
      return { where: () => place }
    },
    config,
    { lifecycle },
  )
  return { ...base, control: base.task.control }
}

function gate() {
  const opens: (() => void)[] = []
  return {
    wait: () => new Promise<void>((resolve) => opens.push(resolve)),
    open: () => {
      for (const open of opens.splice(0)) open()
    },
  }
}

describe('a singleton', () => {
  const ends: Record<string, (made: ReturnType<typeof lab>) => void> = {
    restartWorker: ({ control }) => control.restartWorker(0),
    maxCallsPerWorker: () => {},
    'stop and start': ({ control }) => {
      control.stop()
      control.start()
    },
    resting: ({ clock }) => clock.advance(100),
    parking: ({ runtime }) => runtime.retain({ graceMs: 0 })(),
  }
  const optionsOf: Record<string, Partial<TaskConfig<Api>>> = {
    maxCallsPerWorker: { maxCallsPerWorker: 1 },
    resting: { idleTimeoutMs: 50 },
  }

  it.each(Object.keys(ends))('has its next worker made when the teardown is done: %s', async (name) => {
    const teardown = gate()
    const made = lab({ type: 'singleton', ...optionsOf[name] }, { teardown: teardown.wait })
    const { task, settle, workers, clock } = made
    const first = watch(task.where())
    await settle()
    expect(shown(first())).toBe(0)
    ends[name]?.(made)
    clock.advance(1)
    const next = watch(task.where())
    await settle()
    expect([workers.length, next().status]).toEqual([1, 'open'])
    teardown.open()
    await settle()
    expect([shown(next()), workers.length, workers[0]?.isAlive]).toEqual([1, 2, false])
  })

  it('waits for a teardown that never ends as long as for any other, and no longer', async () => {
    const { task, control, settle, workers, clock } = lab({ type: 'singleton' }, { teardown: gate().wait })
    watch(task.where())
    await settle()
    control.restartWorker(0)
    const next = watch(task.where())
    await settle()
    clock.advance(999)
    await settle()
    expect(workers).toHaveLength(1)
    clock.advance(1)
    await settle()
    expect([shown(next()), workers[0]?.isAlive]).toEqual([1, false])
  })

  it('has its start timed from when it is made', async () => {
    const { task, control, settle, clock } = lab(
      { type: 'singleton', startTimeoutMs: 500 },
      { teardown: gate().wait },
    )
    watch(task.where())
    await settle()
    control.restartWorker(0)
    const next = watch(task.where())
    await settle()
    clock.advance(1_000)
    await settle()
    expect(shown(next())).toBe(1)
  })

  it('makes none when it is stopped again meanwhile', async () => {
    const teardown = gate()
    const { task, control, settle, workers } = lab({ type: 'singleton' }, { teardown: teardown.wait })
    watch(task.where())
    await settle()
    control.restartWorker(0)
    await settle()
    control.stop()
    teardown.open()
    await settle()
    expect([workers.length, control.getSnapshot().workers.active]).toEqual([1, 0])
    control.start()
    await settle()
    expect(workers).toHaveLength(2)
  })

  it('is replaced when the session ends in which it has had more calls than it may', async () => {
    const { task, control, settle } = lab({ type: 'singleton', maxCallsPerWorker: 2 })
    const session = control.session()
    const calls = [1, 2, 3].map(() => watch(session.where()))
    await settle()
    session.control.release()
    const next = watch(task.where())
    await settle()
    expect([...calls, next].map((call) => shown(call()))).toEqual([0, 0, 0, 1])
  })
})

describe('a pool whose workers are kept for sessions', () => {
  it.each([1, 2])('has one for the others, however few are left: %i', async (maxWorkers) => {
    const { task, control, settle } = lab({ maxWorkers: 4, maxQueueDepth: 20 })
    const sessions = [control.session(), control.session()]
    const places = sessions.map((session) => watch(session.where()))
    await settle()
    control.resize({ maxWorkers })
    const other = watch(task.where())
    const more = sessions.map((session) => watch(session.where()))
    await settle()
    expect(more.map((place) => shown(place()))).toEqual(places.map((place) => shown(place())))
    expect(shown(other())).toBe(2)
    for (const session of sessions) session.control.release()
    watch(task.where())
    await settle()
    expect(control.getSnapshot().workers.active).toBe(maxWorkers)
  })
})

describe('a checkpoint', () => {
  it('that is under way when its worker is stopped is waited for', async () => {
    const saving = gate()
    let saved = 0
    const { task, control, settle, clock } = lab({}, { checkpoint: () => saving.wait().then(() => saved++) })
    watch(task.where())
    await settle()
    const checkpoint = watch(control.checkpoint())
    await settle()
    control.stop()
    await settle()
    expect(checkpoint().status).toBe('open')
    saving.open()
    await settle()
    expect([checkpoint().status, saved]).toEqual(['fulfilled', 1])
    // That of its end never ends.
    clock.advance(1_000)
  })

  it.each(['a stop', 'a crash'])('that does not end rejects with the end of its worker: %s', async (end) => {
    const { task, control, settle, clock } = lab({}, { checkpoint: gate().wait })
    watch(task.where())
    await settle()
    const checkpoint = watch(control.checkpoint())
    await settle()
    if (end === 'a stop') control.stop()
    else control.simulateCrash(0)
    await settle()
    clock.advance(1_000)
    await settle()
    expect(shown(checkpoint())).toMatchObject({ message: 'The worker ended before its checkpoint was done' })
  })
})
