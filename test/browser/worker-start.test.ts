/** Workers that do not start, for reasons that only a browser has: what the caller is told to look at. */
import { createTaskRuntime, type Task } from 'atelier-react/core'
import { expect, it, onTestFinished } from 'vitest'
import { PROTOCOL, READY } from '../../src/wire/protocol.ts'
import { lacks } from './fixtures/lacks.ts'
import { rejection } from './fixtures/lab.ts'

interface Api {
  echo(value: number): number
}

function taskOf(worker: () => Worker, startTimeoutMs = 20_000): Task<Api> {
  const runtime = createTaskRuntime({ otel: false, performance: false })
  onTestFinished(() => runtime.dispose())
  return runtime.defineTask<Api>({
    taskId: 'start',
    type: 'parallel',
    maxWorkers: 1,
    maxCrashes: 0,
    startTimeoutMs,
    worker,
  })
}

/** The Worker of a page whose Content-Security-Policy is this. */
async function workerUnder(policy: string): Promise<typeof Worker> {
  const frame = document.createElement('iframe')
  frame.srcdoc = `<meta http-equiv="Content-Security-Policy" content="${policy}">`
  const loaded = new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }))
  document.body.append(frame)
  onTestFinished(() => frame.remove())
  await loaded
  return (frame.contentWindow as unknown as { Worker: typeof Worker }).Worker
}

const urlOf = (source: string): string => {
  const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }))
  onTestFinished(() => URL.revokeObjectURL(url))
  return url
}

it('names the Content-Security-Policy where that forbids the worker', async () => {
  const Forbidden = await workerUnder("worker-src 'none'")
  const task = taskOf(
    () => new Forbidden(new URL('./fixtures/lab.worker.ts', import.meta.url), { type: 'module' }),
  )
  const error = await rejection(task.echo(1))
  expect(error).toMatchObject({ name: 'WorkerStartError', code: 'start-failed', method: 'echo' })
  expect(error.message).toContain('lab.worker.ts')
  expect(error.message).toContain('Content-Security-Policy (worker-src)')
})

it('says what was seen of a script from another origin, which no browser starts', async () => {
  const task = taskOf(() => new Worker('https://elsewhere.invalid/task.worker.js', { type: 'module' }))
  const error = await rejection(task.echo(1))
  expect(error).toMatchObject({ name: 'WorkerStartError', code: 'start-failed' })
  expect(error.message).toContain('elsewhere.invalid')
  if (!(await lacks('foreignRefusal'))) expect(error.cause).toMatchObject({ name: 'SecurityError' })
})

it('gives a worker that never answers its time, and names the limit', async () => {
  const url = urlOf('onmessage = () => {}')
  const task = taskOf(() => new Worker(url), 50)
  const error = await rejection(task.echo(1))
  expect(error).toMatchObject({ name: 'WorkerStartError', code: 'start-timeout' })
  expect(error.message).toContain('no answer within 50 ms (startTimeoutMs)')
  expect(error.message).toContain('calls createTaskWorker()')
})

it.skipIf(await lacks('syntaxErrors'))('names the place in a script that cannot be parsed', async () => {
  const url = urlOf('const = 1')
  const task = taskOf(() => new Worker(url))
  const error = await rejection(task.echo(1))
  expect(error).toMatchObject({ code: 'start-failed' })
  expect(error.message).toContain('SyntaxError')
  expect(error.message).toContain(url)
})

it('does not claim to know why a module that cannot be parsed does not start', async () => {
  const url = urlOf('const = 1')
  const error = await rejection(taskOf(() => new Worker(url, { type: 'module' })).echo(1))
  expect(error).toMatchObject({ code: 'start-failed' })
  expect(error.message).toContain('was not found, is not allowed, or does not parse')
  expect(error.message).toContain('Check that the URL exists, that it parses')
})

it.each([
  ['of another version', '99, ["echo"]', '99'],
  ['of before there was one', '["echo"]', 'none'],
])('a worker %s is refused, and both versions are named', async (_what, said, theirs) => {
  const url = urlOf(`postMessage([${READY}, ${said}, performance.timeOrigin, false])`)
  const error = await rejection(taskOf(() => new Worker(url)).echo(1))
  expect(error).toMatchObject({
    name: 'WorkerStartError',
    code: 'version-mismatch',
    taskId: 'start',
    method: 'echo',
  })
  expect(error.message).toContain(`Seen: its protocol version is ${theirs}, the page has ${PROTOCOL}.`)
  expect(error.message).toContain('a cache has kept it')
})
