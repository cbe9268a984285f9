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

/** How many names that are not methods of the worker are remembered. */
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
  /** What was passed to `with()`, in order. */
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
    // Properties of Object must not hide a method.
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
    // Consoles, loggers and template strings read these. Showing a task must not make a call.
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
    // State libraries freeze what holds a task. That neither fails nor breaks it. The target is not frozen from the start, because then code that wraps
    // a task in a proxy could not return other values for its properties.
    preventExtensions: (target) => Object.isFrozen(Object.freeze(target)),
    defineProperty: (target, name, descriptor) =>
      Object.isFrozen(target) && Reflect.defineProperty(target, name, descriptor),
  }) as unknown as Task<Api>
}
