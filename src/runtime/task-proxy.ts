/** A task as the app sees it: a proxy whose methods are the worker's. */
import type { CallOptions } from '../call/call.ts'
import type { RuntimeTaskSnapshot, Task } from '../types/runtime.ts'
import { mergeCallOptions } from '../options/task-options.ts'
import { mapCalls } from './task-map.ts'
import type { MapOptions, TaskConfig, TaskDispatchOptions, TaskOptions } from '../types/task.ts'
import { text } from '../lib/validate.ts'
import type { WorkerPool } from '../pool/worker-pool.ts'

/** What a task needs of its runtime. */
export interface TaskOwner {
  /** Asked for at each call: another takes its place under hot reload. */
  readonly pool: WorkerPool
  readonly getState: () => RuntimeTaskSnapshot
  readonly dispose: () => void
}

type Method = (...args: unknown[]) => unknown

/** Names that are no methods of the worker's, as far as is known: so many are kept. */
const MOST_UNKNOWN = 1_000

/**
 * Names a task's options at module scope, typed; `runtime.defineTask` and `useTask` make one task of it per runtime.
 *
 * @example export const resize = taskOptions<ResizeApi>({ type: 'parallel', worker: () => new Worker(…) })
 */
export function taskOptions<Api>(config: TaskConfig<Api>): TaskOptions<Api> {
  return config
}

/** Makes the proxy. Its methods are made once each and stay the same. */
export function createTask<Api>(owner: TaskOwner, options: CallOptions): Task<Api> {
  const { taskId, taskName } = owner.pool.parts.task
  const methods = new Map<string, Method>()
  const own: Readonly<Record<string, unknown>> = {
    // No name of Object's stands before a method's.
    __proto__: null,
    taskId,
    taskName,
    with: (more: TaskDispatchOptions) => createTask<Api>(owner, mergeCallOptions(options, more)),
    getState: owner.getState,
    map: (
      method: string,
      inputs: Iterable<unknown> | AsyncIterable<unknown>,
      mapOptions: MapOptions = {},
    ) => {
      text('method', method)
      const prepare = (signal: AbortSignal) => {
        const joined = mergeCallOptions(options, { signal })
        return (input: unknown) => owner.pool.call(method, [input], joined)
      }
      return mapCalls(owner.pool.parts.config, inputs, mapOptions, prepare, options.signal)
    },
    startWorkers: () => owner.pool.start(),
    stopWorkers: () => owner.pool.stop(),
    dispose: owner.dispose,
    // Consoles, loggers and template strings ask for these: showing a task must not make a call.
    toJSON: () => ({ taskId, taskName }),
    toString: () => `Task(${taskId})`,
    valueOf: undefined,
  }
  return new Proxy(own, {
    get(_own, name) {
      if (typeof name === 'symbol') return name === Symbol.toStringTag ? 'Task' : undefined
      const known = methods.get(name)
      if (known !== undefined) return known
      // Awaiting a task, or returning it from an async function, must not look for `then` on the worker.
      if (name === 'then') return undefined
      if (name in own) return own[name]
      const method: Method = (...args) => owner.pool.call(name, args, options)
      const { methods: announced = [] } = owner.pool.parts.task
      if (methods.size >= MOST_UNKNOWN + announced.length) {
        for (const each of methods.keys()) if (!announced.includes(each)) methods.delete(each)
      }
      methods.set(name, method)
      return method
    },
    set: () => false,
    deleteProperty: () => false,
    // Freezing what holds a task, as state libraries do, neither fails nor breaks it. It is not frozen before: whoever wraps a
    // task in a proxy could give nothing else for its properties then.
    preventExtensions: (target) => Object.isFrozen(Object.freeze(target)),
    defineProperty: (target, name, descriptor) =>
      Object.isFrozen(target) && Reflect.defineProperty(target, name, descriptor),
  }) as unknown as Task<Api>
}
