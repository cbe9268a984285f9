/** A hung call of a real worker: found by the recorder, by inspect() and by its events, aborted, its worker replaced. */
import { expect, it, onTestFinished } from 'vitest'
import { causeOf } from '../../devtools/model/interactions.ts'
import { parseFilter } from '../../devtools/model/filter.ts'
import { startRecorder } from '../../devtools/recorder/recorder.ts'
import { lab, rejection } from './fixtures/lab.ts'
import { lacks } from './fixtures/lacks.ts'

it('finds a call that hangs, who waits behind it, aborts it, and sees its worker come back', async () => {
  const recorder = startRecorder()
  onTestFinished(() => recorder.stop())
  const { session } = recorder
  const { runtime, task } = lab({ maxWorkers: 1, taskName: 'Lab' })
  const phases: string[] = []
  runtime.subscribeEvents(
    (event) => {
      if (event.kind === 'call' && event.callId === 'call-1') phases.push(event.phase)
    },
    { kinds: ['call'] },
  )
  const hung = task.waitStubbornly('never')
  const behind = task.add(1, 1)
  await expect.poll(() => session.openCalls()[0]?.status).toBe('running')
  expect(phases).toEqual(['created', 'admitted', 'sent', 'started'])

  const { calls, workers, tasks } = runtime.inspect()
  expect(calls).toMatchObject([
    { callId: hung.callId, method: 'waitStubbornly', phase: 'running', workerIndex: 0, attempt: 1 },
    {
      callId: behind.callId,
      method: 'add',
      phase: 'pending',
      place: 0,
      waitsFor: { callIds: [hung.callId] },
    },
  ])
  expect(calls[0]?.ageMs).toBeGreaterThan(0)
  expect(workers[0]).toMatchObject({ index: 0, status: 'busy' })
  expect(tasks[0]?.options).toMatchObject({ maxWorkers: 1, queuePolicy: 'block' })

  const [found] = session
    .calls()
    .filter((call) => parseFilter('status:running task:lab').matches(call, session.now()))
  expect(found).toMatchObject({ callId: hung.callId, taskName: 'Lab', workerIndex: 0 })
  expect(session.workers()).toMatchObject([{ workerIndex: 0, readyTime: expect.any(Number) }])
  const [worker] = session.workers()
  const failure = rejection(hung)
  expect(worker && session.actions?.restartWorker(worker)).toBe(true)
  expect(await failure).toMatchObject({ name: 'WorkerCrashedError', code: 'crashed' })
  expect(await behind).toBe(2)
  expect(session.workers()).toMatchObject([{ end: 'terminate', reason: 'restarted' }, { workerIndex: 0 }])

  const second = task.waitStubbornly('never')
  const aborted = rejection(second)
  await expect.poll(() => session.openCalls()[0]?.status).toBe('running')
  const [open] = session.openCalls()
  expect(open && session.actions?.abort(open)).toBe(true)
  expect(await aborted).toMatchObject({ name: 'AbortError' })
  expect(session.openCalls()).toEqual([])
  expect(session.calls().map(({ status }) => status)).toEqual(['failed', 'succeeded', 'canceled'])
  const done = session.calls()[1]
  expect(done?.runEndTime).toBeGreaterThanOrEqual(done?.startedTime ?? Number.NaN)
  task.control.dispose()
})

it.skipIf(await lacks('longFrames'))(
  'sees a long frame, and the call whose result it worked on',
  async () => {
    const recorder = startRecorder()
    onTestFinished(() => recorder.stop())
    const { session } = recorder
    const { task } = lab({ maxWorkers: 1 })
    await task.add(1, 1)
    const work = await task.add(2, 2).then(() => {
      const start = performance.now()
      while (performance.now() < start + 120);
      return { start, end: performance.now() }
    })
    await expect.poll(() => session.frames(work).length).toBeGreaterThan(0)
    const [frame] = session.frames(work)
    expect(frame?.durationMs).toBeGreaterThan(100)
    const click = {
      name: 'click',
      startTime: work.start,
      durationMs: 130,
      processingStart: 0,
      processingEnd: 0,
    }
    const cause = causeOf(click, session.frames(), session)
    expect(cause.frame).toEqual(frame)
    expect(cause.work.flatMap(({ calls }) => calls.map(({ callId }) => callId))).toContain('call-2')
    expect(Math.max(...cause.work.map(({ durationMs }) => durationMs))).toBeGreaterThan(100)
  },
)
