/** The types of a task's operations and of what is said for each method: sessions, words to every worker, affinity, streams. */
import {
  createTaskRuntime,
  type HighWaterMark,
  type SessionControl,
  type Task,
  type TaskCall,
  taskOptions,
  type TaskSession,
  type TaskStream,
} from 'atelier-react/core'
import { createTaskWorker } from 'atelier-react/worker'
import { expectTypeOf, it } from 'vitest'

interface Api {
  open(path: string, mode?: 'read' | 'write'): Promise<{ pages: number }>
  render(path: string, page: number): ImageBitmap
  rows(path: string): AsyncGenerator<{ id: number }, void>
}

const worker = () => new Worker('x')
const task = createTaskRuntime().defineTask<Api>({ type: 'parallel', worker })

it('a session is the task, and can be released', () => {
  const session = task.control.session({ timeoutMs: 1_000 })
  expectTypeOf(session).toEqualTypeOf<TaskSession<Api>>()
  expectTypeOf(session).toExtend<Task<Api>>()
  expectTypeOf(session.open('a')).toEqualTypeOf<TaskCall<{ pages: number }>>()
  expectTypeOf(session.rows('a')).toExtend<TaskStream<{ id: number }, void>>()
  expectTypeOf(session.control).toExtend<SessionControl<Api>>()
  expectTypeOf(session.control.release).toEqualTypeOf<(this: void) => void>()
  expectTypeOf(session[Symbol.dispose]).toEqualTypeOf<() => void>()
  // What with() gives is bound as well, and ends with the session.
  expectTypeOf(session.with({ priority: 'high' }).open('a')).toEqualTypeOf<TaskCall<{ pages: number }>>()
  // @ts-expect-error the task itself has nothing to release
  task.control.release()
  // @ts-expect-error it is said once, for the session
  task.control.session({ keyMode: 'serial' })
})

it('a broadcast takes the arguments of a method, and gives a result for each worker', () => {
  expectTypeOf(task.control.broadcast('open', 'a', 'read')).toEqualTypeOf<Promise<{ pages: number }[]>>()
  expectTypeOf(task.control.broadcastSettled('open', 'a')).toEqualTypeOf<
    Promise<PromiseSettledResult<{ pages: number }>[]>
  >()
  // @ts-expect-error no such mode
  void task.control.broadcast('open', 'a', 'delete')
  // @ts-expect-error an argument is missing
  void task.control.broadcast('render', 'a')
  // @ts-expect-error no such method
  void task.control.broadcast('close')
  // @ts-expect-error a stream has one reader
  void task.control.broadcast('rows', 'a')
})

it('what is said for a method has the types of its arguments', () => {
  taskOptions<Api>({
    type: 'parallel',
    worker,
    affinity: (path, ...others) => {
      expectTypeOf(path).toEqualTypeOf<string>()
      expectTypeOf(others).toExtend<readonly unknown[]>()
      return path
    },
    methods: {
      open: {
        affinity: (path, mode) => {
          expectTypeOf(mode).toEqualTypeOf<'read' | 'write' | undefined>()
          return mode === 'write' ? path : undefined
        },
        keyMode: 'serial',
        retry: { error: 2, shouldRetry: (error, attempt) => error instanceof Error && attempt < 3 },
        abortGraceMs: 100,
      },
      render: { affinity: (path, page) => `${path} ${page.toFixed()}`, priority: 'low', transfer: 'auto' },
      rows: { highWaterMark: { size: (row: { id: number }) => row.id, max: 1_000 } },
    },
  })
  // @ts-expect-error a number is no affinity
  taskOptions<Api>({ type: 'parallel', worker, methods: { render: { affinity: (_path, page) => page } } })
  // @ts-expect-error no such method
  taskOptions<Api>({ type: 'parallel', worker, methods: { close: { priority: 'high' } } })
  // @ts-expect-error idle time is the task's
  taskOptions<Api>({ type: 'parallel', worker, methods: { render: { idleTimeoutMs: 1 } } })
})

it('what is said for a call', () => {
  task.with({ affinity: 'a', highWaterMark: 4, abortGraceMs: 0, retry: 1 })
  task.with({ affinity: null, highWaterMark: null, abortGraceMs: null, retry: null })
  const bytes: HighWaterMark = { size: (item: Uint8Array) => item.byteLength, max: 64e6 }
  task.with({ highWaterMark: bytes })
  // @ts-expect-error a string is expected
  task.with({ affinity: 7 })
  // @ts-expect-error max is missing
  task.with({ highWaterMark: { size: () => 1 } })
  expectTypeOf(task.open('a').setPriority).toEqualTypeOf<(priority: 'high' | 'normal' | 'low') => void>()
})

it('sizes, ends and saving', () => {
  expectTypeOf(task.control.resize).parameter(0).toEqualTypeOf<{
    maxWorkers?: number | undefined
    maxInFlight?: number | undefined
  }>()
  expectTypeOf(task.control.checkpoint()).toEqualTypeOf<Promise<void>>()
  expectTypeOf(task.control.whenIdle()).toEqualTypeOf<Promise<void>>()
  expectTypeOf(task.control.close()).toEqualTypeOf<Promise<void>>()
  expectTypeOf(task.control.clearQueue('enough')).toEqualTypeOf<number>()
  // @ts-expect-error workers are resized, not queues
  task.control.resize({ maxQueueDepth: 1 })
})

it('setup names the type of its data', () => {
  interface Data {
    readonly module: WebAssembly.Module
  }
  const made = createTaskWorker(
    { open: (path: string) => path },
    {
      setup(data: Data, { beat, progress, signal }) {
        beat()
        progress(data.module)
        signal.throwIfAborted()
      },
      checkpoint: async () => {},
      teardown: () => {},
    },
  )
  expectTypeOf(made).toEqualTypeOf<{ open: (path: string) => string }>()
  // @ts-expect-error there is no such moment
  createTaskWorker({ open: (path: string) => path }, { start: () => {} })
})
