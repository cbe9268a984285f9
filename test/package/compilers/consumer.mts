/** What an app writes, for each compiler; no-one runs it. */
import {
  AtelierProvider,
  skipToken,
  type TaskMapContext,
  useSuspenseTaskQuery,
  useTaskCall,
  useTaskEventValue,
  useTaskMap,
  useTaskQuery,
  useTaskStream,
} from 'atelier-react'
import {
  type Callback,
  callback,
  type Cloned,
  codec,
  createTaskRuntime,
  TaskAbortError,
  taskOptions,
  taskQuery,
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

// What arrives: data without methods, unless a codec keeps the class.
class Money {
  readonly cents: number = 1
  plus(other: Money): Money {
    return other
  }
}
const money = codec(Money, { name: 'money', encode: ({ cents }) => cents, decode: () => new Money() })
interface Shop {
  price: (id: string) => Promise<Money>
  pay: (price: Money) => boolean
}
const plain = taskOptions<Shop>({ type: 'singleton', worker: () => createFakeWorker({ handlers: {} }) })
const kept = taskOptions<TaskApi<Shop, { codecs: [typeof money] }>>({
  type: 'singleton',
  worker: () => createFakeWorker({ handlers: {} }),
  codecs: [money],
})

export async function shop(): Promise<number> {
  const runtime = createTaskRuntime()
  const data: Cloned<Money> = await runtime.defineTask(plain).price('a')
  // @ts-expect-error -- its data has no methods
  data.plus(data)
  const price: Money = await runtime.defineTask(kept).price('a')
  await runtime.defineTask(plain).pay({ cents: 2 })
  // @ts-expect-error -- the codec wants an object of the class
  await runtime.defineTask(kept).pay({ cents: 2 })
  return data.cents + price.plus(price).cents
}

// Typed progress, in each hook.
type Rows = TaskApi<
  { load: (url: string) => Promise<number>; tail: (from: number) => Generator<string, boolean> },
  { progress: { load: { rows: number }; tail: number }; events: { changed: { rows: number } } }
>
const rows = taskOptions<Rows>({ type: 'singleton', worker: () => createFakeWorker({ handlers: {} }) })
const loaded = (url: string) => taskQuery(rows, 'load', url)

export function useRows(url: string): number {
  const query = useTaskQuery(url ? loaded(url) : skipToken, {
    retry: 2,
    with: { onProgress: (value) => value.rows.toFixed() },
  })
  const part: { rows: number } | undefined = query.progress
  const { data } = useSuspenseTaskQuery(loaded(url), { retry: { error: 1 } })
  const stream = useTaskStream(rows, 'tail', { with: { onProgress: (value) => value.toFixed() } })
  const reached: number | undefined = stream.progress
  const map = useTaskMap(rows, 'load', [url])
  const ofItem: { rows: number } | undefined = map.items[0]?.progress
  const files = useTaskMap(
    async (file: string, { progress }: TaskMapContext<number>) => {
      progress(1)
      return file.length
    },
    [url],
  )
  const length: number | undefined = files.items[0]?.data
  const last = useTaskEventValue(rows, 'changed', { rows: 0 })
  // @ts-expect-error -- rows are a number
  useTaskCall(rows, 'load', { with: { onProgress: (value) => value.rows.trim() } })
  return (part?.rows ?? 0) + data + (reached ?? 0) + (ofItem?.rows ?? 0) + (length ?? 0) + last.rows
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
