/** Workers that do not start, for reasons that only a browser has: what the caller is told to look at. */
import { createTaskRuntime, type Task } from 'atelier-react/core'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
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

it('asks for a module that cannot be parsed, of which no browser tells more, and says that it is there', async () => {
  const url = urlOf('const = 1')
  const error = await rejection(taskOf(() => new Worker(url, { type: 'module' })).echo(1))
  expect(error).toMatchObject({ code: 'start-failed', script: url })
  expect(error.message).toContain('was not found, is not allowed, or does not parse')
  expect(error.message).toContain(`Asked for: ${url} answers 200 (text/javascript)`)
  expect(error.message).toContain('Check that it and what it imports parse')
})

it('asks for a script that is not there, or is something else, and says what its server answers', async () => {
  const missing = await rejection(taskOf(() => new Worker('/no-such/worker.js', { type: 'module' })).echo(1))
  expect(missing.message).toMatch(/Asked for: http\S+\/no-such\/worker\.js answers \d+ \(/)
  expect(missing.message).toContain('Check the URL: bundlers include')
  const page = URL.createObjectURL(new Blob(['<p>not found</p>'], { type: 'text/html' }))
  const html = await rejection(taskOf(() => new Worker(page, { type: 'module' })).echo(1))
  expect(html.message).toContain('answers 200 (text/html), which is no script')
})

it('names an import for which there is no script, or which no browser resolves', async () => {
  const startOf = (source: string) =>
    rejection(taskOf(() => new Worker(urlOf(source), { type: 'module' })).echo(1))
  const page = URL.createObjectURL(new Blob(['<p>not found</p>'], { type: 'text/html' }))
  onTestFinished(() => URL.revokeObjectURL(page))
  const html = await startOf(`import '${urlOf(`import '${page}'`)}'`)
  expect(html.message).toContain(`imports ${page}, which answers 200 (text/html)`)
  expect(html.message).toContain('Correct that import')
  const bare = await startOf("import { x } from 'left-pad'; x()")
  expect(bare.message).toContain('imports "left-pad", which is a name and no address')
})

it('says which server failed, and not that an address is wrong', async () => {
  const failing = vi.spyOn(globalThis, 'fetch').mockResolvedValue(new Response('no', { status: 500 }))
  onTestFinished(() => failing.mockRestore())
  const error = await rejection(taskOf(() => new Worker(urlOf('const = 1'), { type: 'module' })).echo(1))
  expect(error.message).toContain('answers 500')
  expect(error.message).toContain('Look at the output of its server')
})

it('names the script of a worker by its address, whatever its setup does', async () => {
  const address = urlOf('onmessage = () => {}')
  const part = address.slice(0, 5)
  const error = await rejection(taskOf(() => new Worker(part + address.slice(5)), 50).echo(1))
  expect(error).toMatchObject({ code: 'start-timeout', script: address })
})

it('does not claim to know why, where the address of a silent worker is not known', async () => {
  const url = urlOf('const = 1')
  const made = new Worker(url, { type: 'module' })
  const error = await rejection(taskOf(() => made).echo(1))
  expect(error.message).toContain('was not found, is not allowed, or does not parse')
  expect(error.message).toContain('Check that the URL exists, that it parses')
})

it('leaves the global as it was', async () => {
  const before = Worker
  let during: unknown
  const task = taskOf(() => {
    during = Worker
    return new Worker('/no-such/worker.js', { type: 'module' })
  })
  await rejection(task.echo(1))
  expect(during).not.toBe(before)
  expect(Worker).toBe(before)
})

/** Exports the name, which a reader of its text does not find. */
const SERVER = `const serve = () => {}; export { serve as 'createTask\\u0057orker' }`

describe('a script that has run and serves nothing', () => {
  const forgotten = 'const handlers = { echo: (value) => value }; export { handlers as default }'

  it.each([
    ['alone', () => forgotten],
    [
      'with an import that is not used',
      () => `import { createTaskWorker } from '${urlOf(SERVER)}'; ${forgotten}`,
    ],
    ['with what it imports', () => `import handlers from '${urlOf(forgotten)}'; self.handlers = handlers`],
  ])('is found long before its time is over: %s', async (_what, source) => {
    const url = urlOf(source())
    const error = await rejection(taskOf(() => new Worker(url, { type: 'module' })).echo(1))
    expect(error).toMatchObject({ code: 'start-failed', script: url })
    expect(error.message).toContain('neither it nor what it imports calls createTaskWorker()')
    expect(error.message).toContain('End the worker file with createTaskWorker(handlers)')
  })

  it.each([
    ['calls it later', () => 'setTimeout(() => { self.createTaskWorker?.() })'],
    [
      'has another name for it',
      () => `import { createTaskWorker as serve } from '${urlOf(SERVER)}'; setTimeout(serve)`,
    ],
    ['imports something later', () => 'void import("data:text/javascript,")'],
    ['imports what cannot be read', () => 'import "data:text/javascript,export default 1//node_modules/"'],
  ])('is waited for where it may yet serve: it %s', async (_what, source) => {
    const url = urlOf(source())
    const error = await rejection(taskOf(() => new Worker(url, { type: 'module' }), 1_200).echo(1))
    expect(error).toMatchObject({ code: 'start-timeout' })
  })
})

it.each([
  ['of another version', '99, ["echo"]', '99'],
  ['of before there was one', '["echo"]', 'none'],
  ['that has neither a number nor a list', '"echo", ["echo"]', 'none'],
  ['that has nothing at all', 'undefined', 'none'],
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
  expect(error.message).toContain('a cache kept it')
})
