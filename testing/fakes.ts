/** Fake workers in place of a task's real ones, typed by that task. */
import type { ArgsOf, MethodOf, Task, TaskOptions, TaskRuntime } from '../src/index.ts'
import { callable } from '../src/lib/validate.ts'
import { checkFakeWorker, createFakeWorker, type FakeWorkerOptions } from './fake-worker.ts'

/** Handlers of a fake: some of the task's methods, with their arguments; each returns what it likes, or a promise of it. */
export type FakeHandlers<Api> = {
  readonly [Method in MethodOf<Api>]?: (...args: ArgsOf<Api, Method>) => unknown
}

/** Options of {@link fakeTask}: those of `createFakeWorker`, with the handlers of this task. */
export interface FakeTaskOptions<Api> extends Omit<FakeWorkerOptions, 'handlers'> {
  /** A call of a method that is left out rejects with a `TaskMethodError` that lists those that there are. */
  readonly handlers: FakeHandlers<Api>
}

/** Made by {@link fakeTask}; give it to `createTestRuntime({ fakes })` or `renderWithAtelier`. */
export interface TaskFake {
  /** The options that it stands in for: every definition with the same worker, whatever its `defaults`. */
  readonly task: {
    readonly taskId?: string | undefined
    readonly taskName?: string | undefined
    readonly worker: unknown
  }
  /** Makes one worker; `clock` is what a latency passes on. */
  readonly worker: (clock: FakeWorkerOptions['clock']) => Worker
}

/**
 * A fake for the workers of a task, typed by its API. A runtime that has it runs every task on it that is defined with the same
 * `worker` function, so `{ ...search, defaults }` too.
 *
 * @param task the task's options from `taskOptions()`.
 * @param fake the handlers and faults of the fake workers, or a function that makes a worker.
 *
 * @example
 * using runtime = createTestRuntime({ fakes: [fakeTask(search, { handlers: { find: () => ['a hit'] } })] })
 * expect(await runtime.defineTask(search).find('x')).toEqual(['a hit'])
 */
export function fakeTask<Api>(task: TaskOptions<Api>, fake: FakeTaskOptions<Api> | (() => Worker)): TaskFake {
  callable('task.worker', (task as Partial<TaskOptions<Api>> | null)?.worker)
  if (typeof fake === 'function') return { task, worker: fake }
  const options = fake as object as FakeWorkerOptions
  // A mistake shows here, not in the error of a worker that did not start.
  checkFakeWorker(options)
  return {
    task,
    worker: (clock) =>
      createFakeWorker({ ...(clock && { clock }), ...(task.codecs && { codecs: task.codecs }), ...options }),
  }
}

/** The runtime, whose tasks run on these fakes, and the fakes that no task has used. */
export function withFakes<Runtime extends TaskRuntime>(
  runtime: Runtime,
  fakes: readonly TaskFake[],
  clock?: FakeWorkerOptions['clock'],
): { readonly runtime: Runtime; readonly unused: () => readonly TaskFake[] } {
  const used = new Set<TaskFake>()
  // The same options object must remain the same task, and the same fake must keep its workers.
  const replaced = new WeakMap<object, object>()
  const workers = new Map(fakes.map((fake) => [fake, () => fake.worker(clock)]))
  const replace = <Api>(options: TaskOptions<Api>): TaskOptions<Api> => {
    const fake = fakes.find(
      ({ task }) => task.worker === (options as Partial<TaskOptions<Api>> | null)?.worker,
    )
    const worker = fake && workers.get(fake)
    if (!fake || !worker) return options
    used.add(fake)
    const known = (replaced.get(options) as TaskOptions<Api> | undefined) ?? { ...options, worker }
    replaced.set(options, known)
    return known
  }
  const defineTask: TaskRuntime['defineTask'] = <Api>(
    options: TaskOptions<Api>,
    how?: { start?: boolean },
  ): Task<Api> => runtime.defineTask(replace(options), how)
  return {
    runtime: {
      ...runtime,
      defineTask,
      prefetch: (query, options = {}) => query['~prefetch'](defineTask, options),
      abort: (what, reason) => {
        const { task } = (what ?? {}) as { task?: object }
        const isOptions = task && 'worker' in task
        return runtime.abort(
          isOptions ? { ...what, task: replace(task as TaskOptions<never>) } : what,
          reason,
        )
      },
    },
    unused: () => fakes.filter((fake) => !used.has(fake)),
  }
}

/** What a fake is for, in an error. */
export function fakeName({ task: { taskId, taskName } }: TaskFake): string {
  return taskId ?? taskName ?? 'a task without a name'
}
