/** The types of the hooks, checked by the compiler: what is inferred, what is narrowed, what is refused. */
import {
  type ArgsOf,
  AtelierProvider,
  createTaskRuntime,
  type MetricEvent,
  type RuntimeEvent,
  type RuntimeSnapshot,
  type RuntimeTaskSnapshot,
  type SpanEvent,
  skipToken,
  type Task,
  type TaskApi,
  taskOptions,
  type TaskMapContext,
  type TaskRuntime,
  type HookTrace,
  type TaskQuery,
  type TaskQueryState,
  TraceScope,
  useRuntime,
  useRuntimeEvents,
  useRuntimeSnapshot,
  useSpans,
  useSuspenseTaskQuery,
  useTask,
  useTaskCall,
  useTaskMap,
  useTaskQuery,
  useTaskSnapshot,
  useTaskStream,
  useTrace,
  taskQuery,
  keepPrevious,
} from 'atelier-react'
import type { ReactNode } from 'react'
import { expectTypeOf, it } from 'vitest'

interface Api {
  add(a: number, b?: number): number
  load(url: string): Promise<{ bytes: number }>
  lines(text: string): Generator<string, number>
  words(text: string): AsyncGenerator<{ word: string }, void>
  readonly version: string
}

const options = taskOptions<Api>({ type: 'parallel', worker: () => new Worker('x') })
const runtime = createTaskRuntime()

it('useTask', () => {
  const task = useTask(options)
  expectTypeOf(task).toEqualTypeOf<Task<Api>>()
  expectTypeOf(task.add).parameters.toEqualTypeOf<[a: number, b?: number | undefined]>()
  // @ts-expect-error -- a task is made from options
  useTask(task)
})

it('useTaskCall infers the method from options and from tasks', () => {
  for (const call of [
    useTaskCall(options, 'add'),
    useTaskCall(useTask(options), 'add'),
    useTaskCall(useTask(options).with({ priority: 'low' }), 'add'),
  ]) {
    expectTypeOf(call.run).toEqualTypeOf<(a: number, b?: number) => void>()
    expectTypeOf(call.runAsync).toEqualTypeOf<(a: number, b?: number) => Promise<number>>()
    expectTypeOf(call.data).toEqualTypeOf<number | undefined>()
    call.run(1)
    // @ts-expect-error -- not a number
    call.run('1')
  }
  expectTypeOf(useTaskCall(options, 'load').runAsync).toEqualTypeOf<
    (url: string) => Promise<{ bytes: number }>
  >()
  // @ts-expect-error -- no such method
  useTaskCall(options, 'nothing')
  // @ts-expect-error -- not a method
  useTaskCall(options, 'version')
  // @ts-expect-error -- a generator is for useTaskStream
  useTaskCall(options, 'lines')
  // @ts-expect-error -- no such mode
  useTaskCall(options, 'add', { mode: 'newest' })
})

it('useTaskCall narrows by status', () => {
  const call = useTaskCall(options, 'load', {
    onSuccess: (data, args) => {
      expectTypeOf(data).toEqualTypeOf<{ bytes: number }>()
      expectTypeOf(args).toEqualTypeOf<[url: string]>()
    },
    onError: (error) => expectTypeOf(error).toEqualTypeOf<Error>(),
    onSettled: (data) => expectTypeOf(data).toEqualTypeOf<{ bytes: number } | undefined>(),
    throwOnError: (error) => error.name === 'RangeError',
  })
  expectTypeOf(call.status).toEqualTypeOf<'idle' | 'queued' | 'running' | 'success' | 'error' | 'canceled'>()
  switch (call.status) {
    case 'idle':
      expectTypeOf(call.args).toEqualTypeOf<undefined>()
      break
    case 'queued':
    case 'running':
      expectTypeOf(call.args).toEqualTypeOf<[url: string]>()
      expectTypeOf(call.data).toEqualTypeOf<{ bytes: number } | undefined>()
      expectTypeOf(call.progress).toEqualTypeOf<unknown>()
      break
    case 'success':
      expectTypeOf(call.data).toEqualTypeOf<{ bytes: number }>()
      expectTypeOf(call.error).toEqualTypeOf<undefined>()
      break
    case 'error':
      expectTypeOf(call.error).toEqualTypeOf<Error>()
      break
    case 'canceled':
      expectTypeOf(call.reason).toEqualTypeOf<unknown>()
      break
  }
  // @ts-expect-error -- state is immutable
  call.status = 'idle'
})

it('useTaskQuery takes a query or skipToken', () => {
  const query = useTaskQuery(taskQuery(options, 'add', 1))
  expectTypeOf(query.data).toEqualTypeOf<number | undefined>()
  expectTypeOf(query.status).toEqualTypeOf<'idle' | 'pending' | 'success' | 'error'>()
  expectTypeOf(query.activity).toEqualTypeOf<'none' | 'queued' | 'running'>()
  expectTypeOf(query.refetch).toEqualTypeOf<() => Promise<TaskQueryState<ArgsOf<Api, 'add'>, number>>>()
  if (query.status === 'success') expectTypeOf(query.data).toEqualTypeOf<number>()
  const text = 'x' as string | undefined
  useTaskQuery(text ? taskQuery(useTask(options), 'load', text) : skipToken, {
    placeholderData: keepPrevious,
    gcMs: 1,
    argsKey: 'k',
  })
  // @ts-expect-error -- not a number
  useTaskQuery(taskQuery(options, 'add', '1'))
  // @ts-expect-error -- an argument is missing
  useTaskQuery(taskQuery(options, 'load'))
  // @ts-expect-error -- any other symbol means nothing
  useTaskQuery(Symbol())
})

it('a query is a value, and select says what is made of its result', () => {
  const load = (url: string) => taskQuery(options, 'load', url)
  expectTypeOf(load).returns.toEqualTypeOf<TaskQuery<[url: string], { bytes: number }>>()
  const bytes = useTaskQuery(load('x'), {
    select: (file) => {
      expectTypeOf(file).toEqualTypeOf<{ bytes: number }>()
      return file.bytes
    },
    placeholderData: { bytes: 0 },
    with: { priority: 'low', onProgress: () => {} },
  })
  expectTypeOf(bytes.data).toEqualTypeOf<number | undefined>()
  useTaskQuery(load('x'), { placeholderData: (previous) => previous ?? { bytes: 0 } })
  // @ts-expect-error -- the placeholder stands for the result, and not for what is selected
  useTaskQuery(load('x'), { select: (file) => file.bytes, placeholderData: 0 })
  // @ts-expect-error -- a generator is for useTaskStream
  taskQuery(options, 'lines', 'x')
  expectTypeOf(runtime.prefetch(load('x'), { gcMs: 1 })).toBeVoid()
})

it('useSuspenseTaskQuery always has data', () => {
  expectTypeOf(useSuspenseTaskQuery(taskQuery(options, 'load', 'x'))).toEqualTypeOf<{
    readonly data: { bytes: number }
    readonly refetch: () => void
  }>()
  // @ts-expect-error -- what suspends has something to wait for
  useSuspenseTaskQuery(skipToken)
})

it('useTaskStream takes generator methods', () => {
  const lines = useTaskStream(options, 'lines', {
    onItem: (item, args) => {
      expectTypeOf(item).toEqualTypeOf<string>()
      expectTypeOf(args).toEqualTypeOf<[text: string]>()
    },
    onSuccess: (result) => expectTypeOf(result).toEqualTypeOf<number>(),
  })
  expectTypeOf(lines.items).toEqualTypeOf<readonly string[]>()
  expectTypeOf(lines.run).toEqualTypeOf<(text: string) => void>()
  if (lines.status === 'success') expectTypeOf(lines.result).toEqualTypeOf<number>()
  if (lines.status === 'error') expectTypeOf(lines.error).toEqualTypeOf<Error>()
  expectTypeOf(useTaskStream(useTask(options), 'words').items).toEqualTypeOf<readonly { word: string }[]>()
  // Taken apart before it is narrowed.
  const { status, items, args, result, progress, error, reason } = lines
  expectTypeOf(status).toEqualTypeOf<'idle' | 'queued' | 'running' | 'success' | 'error' | 'canceled'>()
  expectTypeOf(items).toEqualTypeOf<readonly string[]>()
  expectTypeOf(args).toEqualTypeOf<[text: string] | undefined>()
  expectTypeOf(result).toEqualTypeOf<number | undefined>()
  expectTypeOf(error).toEqualTypeOf<Error | undefined>()
  expectTypeOf(progress).toEqualTypeOf<unknown>()
  expectTypeOf(reason).toEqualTypeOf<unknown>()
  // @ts-expect-error -- one result is for useTaskCall
  useTaskStream(options, 'add')
})

interface Row {
  readonly rows: number
}
type Typed = TaskApi<Api, { progress: { load: Row; lines: Row; add: number } }>
const typed = taskOptions<Typed>({ type: 'parallel', worker: () => new Worker('x') })

it('progress has the type that the worker names, in each hook', () => {
  const onProgress = (value: Row) => void value.rows
  const call = useTaskCall(typed, 'load', { with: { onProgress: ({ rows }) => rows.toFixed() } })
  expectTypeOf(call.progress).toEqualTypeOf<Row | undefined>()
  if (call.status === 'running') expectTypeOf(call.progress).toEqualTypeOf<Row | undefined>()

  const query = useTaskQuery(taskQuery(typed, 'load', 'x'), {
    with: { onProgress: ({ rows }) => rows.toFixed() },
  })
  expectTypeOf(query.progress).toEqualTypeOf<Row | undefined>()
  expectTypeOf(query.refetch).returns.resolves.toEqualTypeOf<
    TaskQueryState<[url: string], { bytes: number }, Row>
  >()
  expectTypeOf(
    useTaskQuery(taskQuery(typed, 'load', 'x'), { select: ({ bytes }) => bytes, with: { onProgress } })
      .progress,
  ).toEqualTypeOf<Row | undefined>()
  expectTypeOf(
    useTaskQuery(Math.random() > 1 ? taskQuery(typed, 'add', 1) : skipToken).progress,
  ).toEqualTypeOf<number | undefined>()
  useSuspenseTaskQuery(taskQuery(typed, 'load', 'x'), {
    with: { onProgress: ({ rows }) => rows.toFixed() },
  })
  runtime.prefetch(taskQuery(typed, 'load', 'x'), { with: { onProgress: ({ rows }) => rows.toFixed() } })

  const stream = useTaskStream(typed, 'lines', { with: { onProgress: ({ rows }) => rows.toFixed() } })
  expectTypeOf(stream.progress).toEqualTypeOf<Row | undefined>()

  const map = useTaskMap(typed, 'load', ['a'], { with: { onProgress: ({ rows }) => rows.toFixed() } })
  expectTypeOf(map.items[0]?.progress).toEqualTypeOf<Row | undefined>()
  expectTypeOf(map.progress).toBeNumber()

  // @ts-expect-error -- rows are a number
  useTaskCall(typed, 'load', { with: { onProgress: (value) => value.rows.trim() } })
  // @ts-expect-error -- rows are a number
  useTaskQuery(taskQuery(typed, 'load', 'x'), { with: { onProgress: (value) => value.rows.trim() } })
  // @ts-expect-error -- rows are a number
  useTaskStream(typed, 'lines', { with: { onProgress: (value) => value.rows.trim() } })
  // @ts-expect-error -- rows are a number
  useTaskMap(typed, 'load', ['a'], { with: { onProgress: (value) => value.rows.trim() } })
  // Of what the worker does not name nobody knows anything.
  expectTypeOf(useTaskQuery(taskQuery(options, 'load', 'x')).progress).toBeUnknown()
  expectTypeOf(useTaskStream(typed, 'words').progress).toBeUnknown()
  // A query whose progress is typed is a query.
  expectTypeOf(taskQuery(typed, 'load', 'x')).toExtend<TaskQuery<[url: string], { bytes: number }>>()
})

it('useTaskMap takes a function, which may make several calls', () => {
  const map = useTaskMap(
    async (file: File, { signal, progress }: TaskMapContext<Row>) => {
      expectTypeOf(signal).toEqualTypeOf<AbortSignal>()
      progress({ rows: 1 })
      return file.size
    },
    [new File([], 'a')],
    {
      keyOf: (file) => file.name,
      onSuccess: (size, file) => expectTypeOf(size).toEqualTypeOf<number>() ?? file,
    },
  )
  expectTypeOf(map.items[0]?.data).toEqualTypeOf<number | undefined>()
  expectTypeOf(map.items[0]?.item).toEqualTypeOf<File | undefined>()
  expectTypeOf(map.items[0]?.progress).toEqualTypeOf<Row | undefined>()
  const plain = useTaskMap((text: string, { progress }) => (progress('any'), text.length), ['a'])
  expectTypeOf(plain.items[0]?.data).toEqualTypeOf<number | undefined>()
  expectTypeOf(plain.items[0]?.progress).toBeUnknown()
  // @ts-expect-error -- options of the calls are the function's own
  useTaskMap((text: string) => text.length, ['a'], { with: { priority: 'low' } })
  // @ts-expect-error -- items are strings
  useTaskMap((text: string) => text.length, [1])
})

it('queries are tried again as calls are', () => {
  expectTypeOf(useTaskQuery(taskQuery(options, 'add', 1), { retry: 3 }).data).toEqualTypeOf<
    number | undefined
  >()
  useSuspenseTaskQuery(taskQuery(options, 'add', 1), {
    retry: { error: 2, delayMs: 5, shouldRetry: () => true },
  })
  // @ts-expect-error -- how often
  useTaskQuery(taskQuery(options, 'add', 1), { retry: true })
  // @ts-expect-error -- no such option
  useTaskQuery(taskQuery(options, 'add', 1), { retry: { times: 3 } })
})

it('snapshots, with a selector and without', () => {
  expectTypeOf(useRuntimeSnapshot()).toEqualTypeOf<RuntimeSnapshot>()
  expectTypeOf(useRuntimeSnapshot((s) => s.tasks.length)).toEqualTypeOf<number>()
  expectTypeOf(useTaskSnapshot(options)).toEqualTypeOf<RuntimeTaskSnapshot>()
  expectTypeOf(useTaskSnapshot(useTask(options), (task) => task.queue.pending)).toEqualTypeOf<number>()
  useRuntimeSnapshot((s) => s.tasks.map((task) => task.taskId), {
    isEqual: (a, b) => {
      expectTypeOf(b).toEqualTypeOf<string[]>()
      return a.length === b.length
    },
  })
})

it('events, by kind', () => {
  useRuntimeEvents((event) => expectTypeOf(event).toEqualTypeOf<RuntimeEvent>())
  useRuntimeEvents((event) => expectTypeOf(event.spanId).toEqualTypeOf<string>(), {
    kinds: ['span', 'trace'],
  })
  useRuntimeEvents(
    (event) => {
      expectTypeOf(event).toExtend<MetricEvent>()
      expectTypeOf(event.kind).toEqualTypeOf<'counter'>()
    },
    { kinds: ['counter'] },
  )
  // @ts-expect-error -- no such kind
  useRuntimeEvents(() => {}, { kinds: ['spans'] })
  expectTypeOf(useSpans({ limit: 3 })).toEqualTypeOf<readonly SpanEvent[]>()
})

it('traces', () => {
  expectTypeOf(
    useTrace('name', { key: 'k', attributes: { bytes: 1 }, endOnUnmount: false }),
  ).toEqualTypeOf<HookTrace>()
  expectTypeOf(useRuntime()).toEqualTypeOf<TaskRuntime>()
  return [
    <TraceScope key="1" trace={useTrace('name')} />,
    <TraceScope key="2" name="name" />,
    // @ts-expect-error -- not a trace
    <TraceScope key="3" trace="name" />,
  ]
})

it('a provider has a runtime, or makes one', () => {
  expectTypeOf(AtelierProvider).returns.toExtend<ReactNode>()
  return [
    <AtelierProvider key="1" />,
    <AtelierProvider key="2" runtime={runtime} />,
    <AtelierProvider key="3" createRuntime={createTaskRuntime} graceMs={0} />,
    // @ts-expect-error -- the grace is for a runtime of its own
    <AtelierProvider key="4" runtime={runtime} graceMs={0} />,
    // @ts-expect-error -- one or the other
    <AtelierProvider key="5" runtime={runtime} createRuntime={createTaskRuntime} />,
  ]
})
