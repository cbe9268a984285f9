/** What an app writes, for each compiler; no-one runs it. */
import { AtelierProvider, useTaskCall } from 'atelier-react'
import {
  type Callback,
  callback,
  createTaskRuntime,
  TaskAbortError,
  taskOptions,
  type TaskStream,
} from 'atelier-react/core'
import 'atelier-react/telemetry'
import { createFakeWorker } from 'atelier-react/testing'
import { createTaskWorker, emit, type TaskApi, taskContext, transfer } from 'atelier-react/worker'

type Api = {
  double: (value: number) => number
  count: (to: number) => Generator<number, string, void>
}
const handlers = createTaskWorker({
  double: (value: number) => value * 2 + (taskContext().signal.aborted ? 1 : 0),
  bytes: () => transfer(new Uint8Array(1), []),
})
export type Handlers = typeof handlers

interface Importing {
  load: (url: string, onRow: Callback<(row: number) => void>) => Promise<number>
}
const importing = taskOptions<Importing>({
  type: 'singleton',
  worker: () => createFakeWorker({ handlers: {} }),
})

export function load(): Promise<number> {
  const task = createTaskRuntime().defineTask(importing)
  // @ts-expect-error -- a function does not cross to a worker
  void task.load('/', () => {})
  return task.load(
    '/',
    callback((row) => void row.toFixed()),
  )
}

type Extra = { progress: { double: number }; events: { changed: { rows: number } } }
const typed = taskOptions<TaskApi<Api, Extra>>({
  type: 'singleton',
  worker: () => createFakeWorker({ handlers: {} }),
})

export function listen(): () => void {
  const task = createTaskRuntime().defineTask(typed)
  void task.control.call('double', [1], { progressEvery: true, onProgress: (value) => value.toFixed() })
  taskContext<Extra, 'double'>().progress(1)
  emit<Extra>('changed', { rows: 1 })
  // @ts-expect-error -- no such event
  task.control.on('chnged', () => {})
  return task.control.on('changed', ({ rows }) => rows.toFixed())
}

const options = taskOptions<Api>({ type: 'parallel', worker: () => createFakeWorker({ handlers: {} }) })

// What is exported is written into declarations, of which each part needs a name.
export const again = { ...options, defaults: { priority: 'low' as const } }

export async function run(): Promise<string> {
  const runtime = createTaskRuntime()
  const task = runtime.defineTask(options)
  const doubled: number = await task.double(21)
  const stream: TaskStream<number, string> = task.count(3)
  for await (const item of stream) item.toFixed()
  const end = await stream.next()
  const last: string = end.done ? end.value : end.value.toFixed()
  for await (const each of task.control.map('double', [1, 2])) each.toFixed()
  const trace = runtime.createTrace('workflow')
  trace.end()
  runtime.dispose()
  // @ts-expect-error -- the types are there: a wrong argument is refused
  task.double('21').catch((error: unknown) => error instanceof TaskAbortError)
  return last + doubled
}

export function useDoubled(): number | undefined {
  const call = useTaskCall(options, 'double')
  const result: number | undefined = call.data
  return result
}
export { AtelierProvider }
