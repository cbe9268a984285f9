/** A task as the app sees it: a proxy whose methods are the worker's. */
import type { CallOptions, CallSession } from '../call/call.ts'
import { DISPOSE } from '../lib/disposable.ts'
import type { Task, TaskControl } from '../types/control.ts'
import { type CallOverlay, checkCallOptions, merge } from '../options/call-options.ts'
import type { TaskCallOptions } from '../options/task-options.ts'
import { createControl, type TaskOwner } from './task-control.ts'
import type { MissingApi } from '../types/handlers.ts'
import type { TaskDispatchOptions, TaskOptions } from '../types/task.ts'

type Method = (...args: unknown[]) => unknown

/** Names that are no methods of the worker's, as far as is known: so many are kept. */
const MOST_UNKNOWN = 1_000

/**
 * Names a task's options at module scope, typed; `runtime.defineTask` and `useTask` make one task of it per runtime.
 *
 * @example export const resize = taskOptions<ResizeApi>({ type: 'parallel', worker: () => new Worker(…) })
 */
export function taskOptions<Api = MissingApi>(config: TaskOptions<Api>): TaskOptions<Api> {
  return config
}

/** Makes the proxy. Its methods are made once each and stay the same. */
export function createTask<Api>(
  owner: TaskOwner,
  calls: TaskCallOptions,
  /** What `with()` was given, in order. */
  layers: readonly CallOverlay[] = [],
  options: CallOptions = calls.defaults,
): Task<Api> {
  const { taskId, taskName } = owner.pool.parts.task
  const methods = new Map<string, Method>()
  const optionsOf = (method: string): CallOptions => {
    const own = calls.methods.get(method)
    return own === undefined ? options : layers.reduce(merge, merge(calls.defaults, own))
  }
  const bind = (session: CallSession): Task<never> =>
    createTask<never>(owner, calls, [...layers, { session }], merge(options, { session }))
  let control: TaskControl<never> | undefined
  const own: Readonly<Record<string, unknown>> = {
    // No name of Object's stands before a method's.
    __proto__: null,
    taskId,
    taskName,
    with: (more: TaskDispatchOptions) => {
      const layer = checkCallOptions(more)
      return createTask<Api>(owner, calls, [...layers, layer], merge(options, layer))
    },
    get control() {
      control ??= createControl(owner, optionsOf, bind, options.session)
      return control
    },
    // Consoles, loggers and template strings ask for these: showing a task must not make a call.
    toJSON: () => ({ taskId, taskName }),
    toString: () => `Task(${taskId})`,
    valueOf: undefined,
  }
  return new Proxy(own, {
    get(_own, name) {
      if (name === DISPOSE) return options.session?.release
      if (typeof name === 'symbol') return name === Symbol.toStringTag ? 'Task' : undefined
      const known = methods.get(name)
      if (known !== undefined) return known
      // Awaiting a task, or returning it from an async function, must not look for `then` on the worker.
      if (name === 'then') return undefined
      if (name in own) return own[name]
      const callOptions = optionsOf(name)
      const method: Method = (...args) => owner.pool.call(name, args, callOptions)
      const { methods: announced = [] } = owner.pool.parts.task
      if (methods.size >= MOST_UNKNOWN + announced.length) {
        for (const each of methods.keys()) if (!announced.includes(each)) methods.delete(each)
      }
      methods.set(name, method)
      return method
    },
    set: () => false,
    deleteProperty: () => false,
    // Freezing what holds a task, as state libraries do, neither fails nor breaks it. It is not frozen before: code that wraps a
    // task in a proxy could give nothing else for its properties then.
    preventExtensions: (target) => Object.isFrozen(Object.freeze(target)),
    defineProperty: (target, name, descriptor) =>
      Object.isFrozen(target) && Reflect.defineProperty(target, name, descriptor),
  }) as unknown as Task<Api>
}
