/** The types of the core, checked by the compiler: what is inferred from a worker's handlers, and what is refused. */
import {
  type AnyAtelierError,
  type ArgsOf,
  AtelierError,
  type Callback,
  callback,
  type AtelierErrorCode,
  type CallOf,
  type CallPhase,
  createTaskRuntime,
  isAtelierError,
  type MethodOf,
  parallelLimit,
  type ProgressOf,
  type QueueFullError,
  type ResultOf,
  type RuntimeTaskSnapshot,
  type SettledItem,
  type StreamingMethodOf,
  type Task,
  type TaskAbortError,
  type TaskApi,
  type TaskCall,
  TaskCloneError,
  type TaskDispatchOptions,
  type TaskEventInfo,
  type TaskOptions,
  taskOptions,
  type TaskStream,
  type Trace,
  WorkerCrashedError,
  WorkerStartError,
} from 'atelier-react/core'
import { withInProcessFallback } from 'atelier-react/in-process'
import { createTestRuntime, type TestClock } from 'atelier-react/testing'
import { createTaskWorker, emit, taskContext, type TaskContext, transfer } from 'atelier-react/worker'
import { expectTypeOf, it } from 'vitest'

interface Parse {
  (text: string): { words: number }
  (text: string, strict: true): Promise<{ words: number; errors: string[] }>
  (file: Blob): Promise<'parsed'>
}

interface Api {
  add(a: number, b?: number): number
  load(url: string, init?: { retries: number }): Promise<{ bytes: number }>
  maybe(id: string): Promise<number> | string
  join(separator: string, ...parts: readonly string[]): string
  fill(value?: number): void
  lines(text: string): Generator<string, number>
  words(text: string): AsyncGenerator<{ word: string }, void>
  twoWay(): Generator<number, string, boolean>
  later(): Generator<Promise<string>, Promise<number>>
  list(): string[]
  raw(): any
  abort(): never
  parse: Parse
  identity<T>(value: T): T
  readonly version: string
}

const worker = () => new Worker('x')
const runtime = createTaskRuntime()
const options = taskOptions<Api>({ type: 'parallel', worker })
const task = runtime.defineTask(options)

it('a task is made of its options', () => {
  expectTypeOf(options).toEqualTypeOf<TaskOptions<Api>>()
  expectTypeOf(task).toEqualTypeOf<Task<Api>>()
  expectTypeOf(runtime.defineTask<Api>({ type: 'singleton', worker })).toEqualTypeOf<Task<Api>>()
  expectTypeOf(task.control.getSnapshot()).toEqualTypeOf<RuntimeTaskSnapshot>()
  expectTypeOf(task.taskName).toEqualTypeOf<string | undefined>()
  // @ts-expect-error -- no method
  task.nothing()
  // @ts-expect-error -- not a function on the worker
  void task.version
  // @ts-expect-error -- a task is not awaited
  task.then(() => {})
  // @ts-expect-error -- methods are not replaced
  task.add = () => {}
})

it('the options of a task are checked', () => {
  expectTypeOf(taskOptions<Api>)
    .parameter(0)
    .not.toBeAny()
  // @ts-expect-error -- no type
  taskOptions<Api>({ worker })
  // @ts-expect-error -- no such type
  taskOptions<Api>({ type: 'pool', worker })
  // @ts-expect-error -- no such option
  taskOptions<Api>({ type: 'parallel', worker, size: 4 })
  // @ts-expect-error -- not a worker
  taskOptions<Api>({ type: 'parallel', worker: () => 'x.js' })
  // @ts-expect-error -- no such timeout
  taskOptions<Api>({ type: 'parallel', worker, defaults: { timeoutMs: { idle: 5 } } })
  // @ts-expect-error -- no such mode
  taskOptions<Api>({ type: 'parallel', worker, defaults: { keyMode: 'newest' } })
  // @ts-expect-error -- only 'auto' for all calls
  taskOptions<Api>({ type: 'parallel', worker, defaults: { transfer: [] } })
  taskOptions<Api>({
    type: 'parallel',
    worker,
    taskId: undefined,
    defaults: { timeoutMs: { queue: 5, run: 5, total: 5 } },
  })
  taskOptions<Pick<Api, 'load'>>({
    type: 'parallel',
    worker: ({ index, name }) => new Worker(`x?${index satisfies number}`, { name: name satisfies string }),
    methods: {
      load: {
        keyOf: (url, init) => (init === undefined ? undefined : url.slice(init.retries)),
        attributes: (url) => ({ 'url.full': url, size: 1, tags: ['a'] }),
      },
    },
  })
  taskOptions<Pick<Api, 'load'>>({
    type: 'parallel',
    worker,
    // @ts-expect-error -- the argument is a string
    methods: { load: { keyOf: (url: number) => String(url) } },
  })
})

it('names of methods are those of functions', () => {
  expectTypeOf<MethodOf<{ a(): void; b: number; c: () => string }>>().toEqualTypeOf<'a' | 'c'>()
  expectTypeOf<StreamingMethodOf<Api>>().toEqualTypeOf<'lines' | 'words' | 'twoWay' | 'later'>()
})

it('arguments are exactly those of the handler, optional and rest ones, too', () => {
  expectTypeOf(task.add).parameters.toEqualTypeOf<[a: number, b?: number | undefined]>()
  expectTypeOf(task.fill).parameters.toEqualTypeOf<[value?: number | undefined]>()
  expectTypeOf(task.join).parameters.toEqualTypeOf<[separator: string, ...parts: string[]]>()
  expectTypeOf<ArgsOf<Api, 'load'>>().toEqualTypeOf<[url: string, init?: { retries: number } | undefined]>()
  expectTypeOf<ArgsOf<Api, 'add' | 'fill'>>().toEqualTypeOf<
    [a: number, b?: number | undefined] | [value?: number | undefined]
  >()
  void task.join('-', 'a', 'b')
  // @ts-expect-error -- one argument is missing
  void task.add()
  // @ts-expect-error -- one too many
  void task.add(1, 2, 3)
  // @ts-expect-error -- not a number
  void task.add('1')
})

it('a method gives a call: the promise of what the handler gives, unwrapped once', async () => {
  expectTypeOf(task.add(1)).toEqualTypeOf<TaskCall<number>>()
  expectTypeOf(task.load('x')).toEqualTypeOf<TaskCall<{ bytes: number }>>()
  expectTypeOf(task.maybe('x')).toEqualTypeOf<TaskCall<number | string>>()
  expectTypeOf(task.fill()).toEqualTypeOf<TaskCall<void>>()
  expectTypeOf(task.list()).toEqualTypeOf<TaskCall<string[]>>()
  expectTypeOf(task.raw()).toEqualTypeOf<TaskCall<any>>()
  expectTypeOf(task.abort()).toEqualTypeOf<TaskCall<never>>()
  expectTypeOf(await task.load('x')).toEqualTypeOf<{ bytes: number }>()
  expectTypeOf<ResultOf<Api, 'load'>>().toEqualTypeOf<{ bytes: number }>()
  expectTypeOf<CallOf<Api, 'load'>>().toEqualTypeOf<TaskCall<{ bytes: number }>>()
  const call = task.add(1)
  expectTypeOf(call.callId).toBeString()
  expectTypeOf(call.admitted).toEqualTypeOf<Promise<void>>()
  expectTypeOf(call.abort).toEqualTypeOf<(reason?: unknown) => void>()
  // Its promises are plain ones.
  expectTypeOf(call.then((n) => n > 0)).toEqualTypeOf<Promise<boolean>>()
  expectTypeOf(Promise.all([call, task.list()])).resolves.toEqualTypeOf<[number, string[]]>()
})

it('overloads are overloads', () => {
  expectTypeOf(task.parse('x')).toEqualTypeOf<TaskCall<{ words: number }>>()
  expectTypeOf(task.parse('x', true)).toEqualTypeOf<TaskCall<{ words: number; errors: string[] }>>()
  expectTypeOf(task.parse(new Blob())).toEqualTypeOf<TaskCall<'parsed'>>()
  // @ts-expect-error -- no overload
  void task.parse(new Blob(), true)
  expectTypeOf<ArgsOf<Api, 'parse'>>().toEqualTypeOf<
    [text: string] | [text: string, strict: true] | [file: Blob]
  >()
  expectTypeOf<ResultOf<Api, 'parse'>>().toEqualTypeOf<
    { words: number } | { words: number; errors: string[] } | 'parsed'
  >()
})

it('type parameters do not cross: what they stand for is unknown to the page', () => {
  expectTypeOf(task.identity(1)).toEqualTypeOf<TaskCall<unknown>>()
})

it('a generator method gives a stream, which is iterated and never awaited', async () => {
  const lines = task.lines('x')
  expectTypeOf(lines).toEqualTypeOf<TaskStream<string, number>>()
  expectTypeOf(task.words('x')).toEqualTypeOf<TaskStream<{ word: string }, void>>()
  expectTypeOf(task.later()).toEqualTypeOf<TaskStream<string, number>>()
  expectTypeOf<ResultOf<Api, 'later'>>().toEqualTypeOf<string>()
  expectTypeOf<ResultOf<Api, 'words'>>().toEqualTypeOf<{ word: string }>()
  expectTypeOf(lines).toExtend<AsyncIterable<string>>()
  expectTypeOf(lines).not.toExtend<PromiseLike<unknown>>()
  // @ts-expect-error -- not a promise
  lines.then(() => {})
  for await (const line of lines) expectTypeOf(line).toBeString()
  const step = await lines.next()
  if (step.done) expectTypeOf(step.value).toBeNumber()
  else expectTypeOf(step.value).toBeString()
  lines.abort('enough')
  expectTypeOf(lines.admitted).toEqualTypeOf<Promise<void>>()
  // What next() is given does not travel: a generator that asks for it sees undefined.
  expectTypeOf(task.twoWay()).toEqualTypeOf<TaskStream<number, string>>()
})

it('with() takes dispatch options, and is the same task', () => {
  const { signal } = new AbortController()
  const trace: Trace = runtime.createTrace('doc', { attributes: { id: 1 } })
  expectTypeOf(task.with({ signal, trace, key: 'a', priority: 'high' })).toEqualTypeOf<Task<Api>>()
  expectTypeOf(task.with({}).with({ timeoutMs: 5 }).add(1)).toEqualTypeOf<TaskCall<number>>()
  void task.with({ trace: null, timeoutMs: { run: 5 }, transfer: [new ArrayBuffer(1)], keyMode: 'latest' })
  void task.with({ trace: { spanContext: trace.spanContext }, transfer: 'auto', transferResult: 'auto' })
  void task.with({ onProgress: (value) => expectTypeOf(value).toBeUnknown() })
  void task.with({ key: undefined, signal: undefined, attributes: { 'a.b': undefined } })
  // @ts-expect-error -- no such option
  void task.with({ timeout: 5 })
  // @ts-expect-error -- no such priority
  void task.with({ priority: 'urgent' })
  // @ts-expect-error -- nothing cannot be transferred
  void task.with({ transfer: [undefined] })
  // @ts-expect-error -- an option of the task, not of a call
  const wrong: TaskDispatchOptions = { maxWorkers: 1 }
  void wrong
})

it('map() takes inputs of the first argument, and yields results', async () => {
  expectTypeOf(task.control.map('load', ['a', 'b'])).toEqualTypeOf<AsyncIterableIterator<{ bytes: number }>>()
  for await (const { bytes } of task.control.map('load', new Set(['a']), { ordered: true, failures: 'skip' }))
    expectTypeOf(bytes).toBeNumber()
  expectTypeOf(task.control.map('add', [1], { failures: 'settle' })).toEqualTypeOf<
    AsyncIterableIterator<SettledItem<number, number>>
  >()
  expectTypeOf(task.control.map('parse', ['a', new Blob()])).toEqualTypeOf<
    AsyncIterableIterator<{ words: number } | { words: number; errors: string[] } | 'parsed'>
  >()
  async function* urls() {
    yield* ['a', 'b']
  }
  void task.control.map('load', urls())
  void task.control.map('load', new ReadableStream<string>())
  // @ts-expect-error -- inputs are strings
  void task.control.map('load', [1])
  // @ts-expect-error -- no such method
  void task.control.map('nothing', [])
  // @ts-expect-error -- a stream for each input is not what map() is for
  void task.control.map('lines', ['a'])
  // @ts-expect-error -- no such policy
  void task.control.map('load', ['a'], { failures: 'continue' })
})

it('parallelLimit() infers item and result', async () => {
  const sizes = parallelLimit(['a', 'b'], 2, (url, { index, signal }) => {
    expectTypeOf(url).toBeString()
    expectTypeOf(index).toBeNumber()
    return task.with({ signal }).load(url)
  })
  for await (const { bytes } of sizes) expectTypeOf(bytes).toBeNumber()
  const settled = parallelLimit(new Set([1]), 2, (n) => n > 0, { failures: 'settle' })
  for await (const one of settled) expectTypeOf(one).toEqualTypeOf<SettledItem<number, boolean>>()
  parallelLimit([1], 1, String, {
    keyOf: (n) => n.toFixed(),
    onError: (error, n) => expectTypeOf([error, n]).toEqualTypeOf<unknown[]>(),
    keys: runtime.keys,
  })
  // @ts-expect-error -- no such policy
  parallelLimit([1], 1, String, { failures: 'continue' })
})

it('the handlers of a worker are its API', () => {
  const handlers = {
    async process(image: ImageBitmap, width = 512) {
      const context = taskContext()
      expectTypeOf(context).toEqualTypeOf<TaskContext>()
      expectTypeOf(context.span('work', (span) => span.attempt)).toBeNumber()
      expectTypeOf(context.span('work', () => Promise.resolve('x'))).toEqualTypeOf<Promise<string>>()
      expectTypeOf(context.key).toEqualTypeOf<string | undefined>()
      await context.pause()
      const pixels = new Uint8Array(width * image.height)
      expectTypeOf(transfer(pixels, [pixels.buffer])).toEqualTypeOf<Uint8Array<ArrayBuffer>>()
      return transfer(pixels, [pixels.buffer])
    },
    *count(to: number) {
      for (let n = 0; n < to; n++) yield n
    },
  }
  expectTypeOf(createTaskWorker(handlers, { setup: async () => {}, teardown() {} })).toEqualTypeOf<
    typeof handlers
  >()
  createTaskWorker(handlers, {
    setup(data, { beat, progress, signal }) {
      expectTypeOf(data).toBeUnknown()
      expectTypeOf(signal).toEqualTypeOf<AbortSignal>()
      beat()
      progress({ loaded: 0.5 })
    },
    async checkpoint() {},
  })
  createTaskWorker(handlers, {
    setup(data: { path: string }, { beat }) {
      expectTypeOf(data.path).toBeString()
      beat()
    },
  })
  const own = runtime.defineTask<typeof handlers>({ type: 'parallel', worker })
  expectTypeOf(own.process).parameters.toEqualTypeOf<[image: ImageBitmap, width?: number | undefined]>()
  expectTypeOf(own.process).returns.toEqualTypeOf<TaskCall<Uint8Array<ArrayBuffer>>>()
  expectTypeOf(own.count(3)).toEqualTypeOf<TaskStream<number, void>>()
  // @ts-expect-error -- a handler is a function
  createTaskWorker({ version: '1' })
  // @ts-expect-error -- nothing cannot be transferred
  transfer([], [undefined])
})

it('errors are told apart by class and code', () => {
  const error: unknown = undefined
  if (error instanceof AtelierError) {
    expectTypeOf(error.code).toEqualTypeOf<AtelierErrorCode>()
    expectTypeOf(error.phase).toEqualTypeOf<CallPhase | undefined>()
    // @ts-expect-error -- no such code
    void (error.code === 'timeout')
  }
  if (error instanceof TaskCloneError) {
    expectTypeOf(error.path).toBeString()
    expectTypeOf(error.code).toEqualTypeOf<'clone-args' | 'clone-result'>()
  }
  if (isAtelierError(error)) {
    expectTypeOf(error.code).toEqualTypeOf<AtelierErrorCode>()
    if (error.code === 'hang') expectTypeOf(error.workerIndex).toBeNumber()
    else if (error.code === 'version-mismatch') expectTypeOf(error.script).toBeString()
  }
  if (isAtelierError(error, 'clone-args', 'superseded')) {
    expectTypeOf(error.code).toEqualTypeOf<'clone-args' | 'superseded'>()
    if (error.code === 'clone-args') expectTypeOf(error.path).toBeString()
  }
  const known = error as AnyAtelierError
  if (known.code === 'crashed') expectTypeOf(known).toEqualTypeOf<WorkerCrashedError>()
  // @ts-expect-error -- no such code
  isAtelierError(error, 'timeout')
  if (error instanceof WorkerStartError) expectTypeOf(error.script).toBeString()
  if (error instanceof WorkerCrashedError) {
    expectTypeOf(error.workerIndex).toBeNumber()
    expectTypeOf(error.attempt).toBeNumber()
  }
  expectTypeOf<TaskAbortError>().toExtend<Error>()
  expectTypeOf<QueueFullError>().toExtend<AtelierError>()
})

it('traces end with what they are about', async () => {
  expectTypeOf(runtime.trace('doc', (trace) => trace.traceId)).toEqualTypeOf<Promise<string>>()
  expectTypeOf(await runtime.trace(async () => 5)).toBeNumber()
  // @ts-expect-error -- no such status
  runtime.createTrace().end({ status: 'aborted' })
})

it('what tests use has the types of what it stands for', () => {
  expectTypeOf(createTestRuntime({ name: 'x' }).clock).toEqualTypeOf<TestClock>()
  expectTypeOf(createTestRuntime().defineTask(options)).toEqualTypeOf<Task<Api>>()
  taskOptions<Api>({
    type: 'parallel',
    worker: withInProcessFallback(worker, { handlers: { add: (a: number) => a } }),
  })
})

it('progress and events are typed by what the worker file says of them', () => {
  type Extra = {
    progress: { add: { done: number } }
    events: { changed: { rows: number }; closed: undefined }
  }
  type Typed = TaskApi<Pick<Api, 'add' | 'lines' | 'parse' | 'join'>, Extra>
  const typed = runtime.defineTask(taskOptions<Typed>({ type: 'singleton', worker }))
  expectTypeOf(typed.add).toEqualTypeOf<(a: number, b?: number) => TaskCall<number>>()
  expectTypeOf<MethodOf<Typed>>().toEqualTypeOf<'add' | 'lines' | 'parse' | 'join'>()
  expectTypeOf<ProgressOf<Typed, 'add'>>().toEqualTypeOf<{ done: number }>()
  expectTypeOf<ProgressOf<Typed, 'join'>>().toEqualTypeOf<unknown>()
  expectTypeOf<ProgressOf<Api, 'add'>>().toEqualTypeOf<unknown>()
  typed.control.on('changed', (payload, info) => {
    expectTypeOf(payload).toEqualTypeOf<{ rows: number }>()
    expectTypeOf(info).toEqualTypeOf<TaskEventInfo>()
  })
  // @ts-expect-error -- no such event
  typed.control.on('chnged', () => {})
  // @ts-expect-error -- another payload
  typed.control.on('changed', (payload: { rows: string }) => payload)
  task.control.on('anything', (payload) => expectTypeOf(payload).toEqualTypeOf<unknown>())
  void typed.control.call('add', [1], {
    progressEvery: true,
    onProgress: (value) => expectTypeOf(value).toEqualTypeOf<{ done: number }>(),
  })
  // @ts-expect-error -- another value
  void typed.control.call('add', [1], { onProgress: (value: string) => value })
  typed.with({ onProgress: (value: { done: number }) => value })

  const context = taskContext<Extra, 'add'>()
  expectTypeOf(context.progress).parameters.toEqualTypeOf<[value: { done: number }]>()
  expectTypeOf(taskContext<Typed, 'add'>().progress).parameters.toEqualTypeOf<[value: { done: number }]>()
  expectTypeOf(taskContext().progress).parameters.toEqualTypeOf<[value: unknown]>()
  context.emit('changed', { rows: 1 }, { coalesce: true })
  context.emit('closed')
  // @ts-expect-error -- another payload
  context.emit('changed', { rows: '1' })
  // @ts-expect-error -- no payload
  context.emit('changed')
  emit<Extra>('changed', { rows: 1 })
  // @ts-expect-error -- no such event
  emit<Extra>('opened', 1)
  emit('anything', { at: 'all' })
})

it('a callback is an async function for its handler, and a bare function is refused', () => {
  interface Importing {
    load(url: string, onRow: Callback<(row: { id: number }) => void>): Promise<number>
    ask(options: { confirm: Callback<(text: string) => Promise<boolean>> }): void
  }
  const importing = runtime.defineTask<Importing>({ type: 'singleton', worker })
  void importing.load(
    '/rows',
    callback((row) => {
      expectTypeOf(row).toEqualTypeOf<{ id: number }>()
    }),
  )
  void importing.ask({ confirm: callback((text) => text.length > 1, { credit: 1 }) })
  // @ts-expect-error -- a function does not cross to a worker
  void importing.load('/rows', () => {})
  const other = callback((row: { name: string }) => row.name)
  // @ts-expect-error -- another row
  void importing.load('/rows', other)
  expectTypeOf<Callback<(text: string) => Promise<boolean>>>().returns.toEqualTypeOf<Promise<boolean>>()
})
