import { expect, it } from 'vitest'
import { lab, rejection, testRuntime } from './fixtures/lab.ts'

const stateOf = (runtime: ReturnType<typeof lab>['runtime']) => runtime.getRuntimeSnapshot().tasks[0]

it('fails the started calls of a worker that closed itself, and replaces it', async () => {
  const { task, runtime, workers } = lab({ maxWorkers: 1 })
  const error = await rejection(task.die())
  expect(error).toMatchObject({ name: 'WorkerCrashedError', code: 'crashed', workerIndex: 0, attempt: 1 })
  expect(await task.add(1, 1)).toBe(2)
  expect(workers).toHaveLength(2)
  expect(stateOf(runtime)?.lastCrash).toMatchObject({ workerIndex: 0 })
})

it('notices a worker that the page terminated behind its back', async () => {
  const { task, workers } = lab({ maxWorkers: 1 })
  const call = task.wait('gate')
  const other = task.add(1, 1)
  await expect.poll(() => workers.length).toBe(1)
  const started = task.control.getSnapshot
  await expect.poll(() => started().counts.dispatched).toBe(1)
  workers[0]?.terminate()
  expect(await rejection(call)).toMatchObject({ code: 'crashed' })
  // It had not started, so it is given to the next worker under every policy.
  expect(await other).toBe(2)
})

it('runs started calls again under requeue, and counts the attempts', async () => {
  const { task, runtime } = lab({ maxWorkers: 1, retry: { crash: 3 } })
  expect(await task.dieUntilAttempt(3)).toBe(3)
  expect(stateOf(runtime)?.counts).toMatchObject({ dispatched: 3, requeued: 2, succeeded: 1, failed: 0 })
})

it('gives a poison call up, and goes on with others', async () => {
  const { task, runtime } = lab({ maxWorkers: 1, retry: { crash: 1 }, maxCrashes: 1 })
  expect(await rejection(task.dieUntilAttempt(99))).toMatchObject({ code: 'poison', attempt: 2 })
  expect(await task.add(1, 1)).toBe(2)
  expect(stateOf(runtime)?.status).toBe('active')
})

it('does not run a call again whose arguments were transferred', async () => {
  const { task } = lab({ maxWorkers: 1, retry: { crash: 3 } })
  const buffer = new ArrayBuffer(8)
  const call = (
    task.with({ transfer: [buffer] }) as unknown as { die(buffer: ArrayBuffer): Promise<unknown> }
  ).die(buffer)
  expect(await rejection(call)).toMatchObject({ code: 'not-replayable' })
})

it('takes the task out of service under fail-task, until start', async () => {
  const { task, runtime } = lab({ maxWorkers: 1, onCrash: 'fail-task' })
  const waiting = [task.die(), task.add(1, 1)]
  for (const result of await Promise.allSettled(waiting))
    expect(result).toMatchObject({ status: 'rejected', reason: { code: 'crashed' } })
  expect(stateOf(runtime)?.status).toBe('failed')
  expect(await rejection(task.add(1, 1))).toMatchObject({ code: 'crashed' })
  task.control.start()
  expect(await task.add(1, 1)).toBe(2)
})

it('reports an uncaught error in a worker that lives on, and kills nobody', async () => {
  const { task, runtime, workers } = lab({ maxWorkers: 1 })
  const events: unknown[] = []
  runtime.subscribeEvents((event) => {
    if (event.kind === 'worker') events.push(event.action)
  })
  const swallow = (event: ErrorEvent) => event.preventDefault()
  await task.add(1, 1)
  workers[0]?.addEventListener('error', swallow)
  const innocent = task.with({}).wait('gate')
  innocent.abort()
  await rejection(innocent)
  expect(await task.throwDetached('loose end')).toBe('scheduled')
  await expect.poll(() => events).toContain('error')
  expect(await task.add(1, 1)).toBe(2)
  expect(workers).toHaveLength(1)
})

it('says which script did not load and what to check', async () => {
  const runtime = testRuntime()
  const task = runtime.defineTask<{ run(): number }>({
    type: 'singleton',
    taskId: 'missing',
    worker: () => new Worker('/no-such-worker.js', { type: 'module' }),
  })
  const error = await rejection(task.run())
  expect(error).toMatchObject({ name: 'WorkerStartError', code: 'start-failed', phase: 'starting' })
  expect(error.message).toContain('/no-such-worker.js')
  expect(error.message).toContain('no-such-worker.js answers 404')
  expect(error.message).toContain('Check the URL')
})

it('says so when a worker never answers, or throws while it loads', async () => {
  const runtime = testRuntime()
  const from = (source: string) => () =>
    new Worker(URL.createObjectURL(new Blob([source], { type: 'text/javascript' })))
  const silent = runtime.defineTask<{ run(): number }>({
    type: 'singleton',
    worker: from('0'),
    startTimeoutMs: 50,
  })
  expect(await rejection(silent.run())).toMatchObject({ code: 'start-timeout' })
  const broken = runtime.defineTask<{ run(): number }>({
    type: 'singleton',
    worker: from('throw new Error("broken script")'),
  })
  expect((await rejection(broken.run())).message).toContain('broken script')
  const thrower = runtime.defineTask<{ run(): number }>({
    type: 'singleton',
    worker: () => {
      throw new Error('no workers today')
    },
  })
  expect((await rejection(thrower.run())).message).toContain('no workers today')
})

it('stops idle workers and starts them again on demand', async () => {
  const { task, runtime, workers } = lab({ maxWorkers: 1, idleTimeoutMs: 30 })
  await task.add(1, 1)
  await expect.poll(() => stateOf(runtime)?.workers.active).toBe(0)
  expect(stateOf(runtime)?.status).toBe('idle')
  expect(await task.add(1, 1)).toBe(2)
  expect(workers).toHaveLength(2)
})

it('stops and starts: running calls abort, waiting ones wait', async () => {
  const { task, runtime } = lab({ maxWorkers: 1 })
  const running = task.wait('gate')
  await expect.poll(() => task.control.getSnapshot().counts.dispatched).toBe(1)
  const waiting = task.add(1, 1)
  task.control.stop()
  expect(await rejection(running)).toMatchObject({ code: 'aborted' })
  expect(stateOf(runtime)).toMatchObject({
    status: 'stopped',
    queue: { pending: 1, inFlight: 0 },
    workers: { active: 0 },
  })
  task.control.start()
  expect(await waiting).toBe(2)
})

it('parks after the last release, aborting what is open, and comes back with the next call', async () => {
  const { task, runtime } = lab({ maxWorkers: 1 })
  const release = runtime.retain({ graceMs: 5 })
  const call = task.wait('gate')
  await expect.poll(() => task.control.getSnapshot().counts.dispatched).toBe(1)
  release()
  release()
  expect(await rejection(call)).toMatchObject({ code: 'aborted' })
  expect(stateOf(runtime)?.workers.active).toBe(0)
  expect(await task.add(1, 1)).toBe(2)
})

it('rejects every open call when disposed, and every later one', async () => {
  const { task, runtime } = lab({ maxWorkers: 1, maxQueueDepth: 1 })
  const open = [task.wait('gate'), task.add(1, 1), task.add(2, 2)]
  runtime.dispose()
  for (const call of open)
    expect(await rejection(call)).toMatchObject({ name: 'TaskDisposedError', code: 'disposed' })
  expect(await rejection(task.add(1, 1))).toMatchObject({ code: 'disposed' })
})

it('replaces a worker whose handler gives no sign of life', async () => {
  const { task, workers } = lab({ maxWorkers: 1, heartbeatMs: 100 })
  expect(await rejection(task.spin(60_000))).toMatchObject({ code: 'hang' })
  expect(await task.add(1, 1)).toBe(2)
  expect(workers).toHaveLength(2)
})

it('takes short calls back from behind a long one when another worker is free', async () => {
  const { task } = lab({ maxWorkers: 2, maxQueueDepth: 1_000 })
  const warm = () => Promise.all(Array.from({ length: 400 }, (_, n) => task.add(n, 1)))
  await warm()
  await warm()
  const long = task.wait('gate')
  // Some of them are handed to the worker that waits at the gate.
  await warm()
  expect(task.control.getSnapshot().queue).toMatchObject({ inFlight: 1, pending: 0 })
  long.abort()
  await rejection(long)
})
