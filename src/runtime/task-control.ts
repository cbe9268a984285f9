/** `task.control`: the operations of a task, with the options that `with()` has given its calls. */
import type { CallOptions, CallSession } from '../call/call.ts'
import { mergeCallOptions } from '../options/call-options.ts'
import { ASYNC_DISPOSE } from './graceful-end.ts'
import { mapCalls } from './task-map.ts'
import type { MapOptions, SessionOptions, Task, TaskControl, TaskSize } from '../types/control.ts'
import type { RuntimeTaskSnapshot } from '../types/snapshot.ts'
import type { TaskDispatchOptions } from '../types/task.ts'
import { isDevelopment } from '../lib/warn.ts'
import { transferWith } from '../wire/transfer.ts'
import { checkOptions, fail, someMilliseconds, text, wholeNumber } from '../lib/validate.ts'
import type { TaskEvents } from '../pool/task-events.ts'
import type { WorkerPool } from '../pool/worker-pool.ts'

declare const process: { readonly env: { readonly NODE_ENV?: string } }

/** How long a session may stay unusable, in ms. */
const SESSION_MS = 60_000

/** What a task needs of its runtime. */
export interface TaskOwner {
  /** Read at each call, because hot reload replaces it. */
  readonly pool: WorkerPool
  readonly getSnapshot: () => RuntimeTaskSnapshot
  readonly dispose: () => void
  readonly events: TaskEvents
  readonly whenIdle: () => Promise<void>
  readonly close: () => Promise<void>
}

/** Bound functions, so that each can be passed on as a callback. `getSnapshot` and `dispose` are the same for all that `with()` makes. */
export function createControl(
  owner: TaskOwner,
  optionsOf: (method: string) => CallOptions,
  /** The same task, bound to a session. */
  bind: (session: CallSession) => Task<never>,
  /** What it is bound to. */
  bound: CallSession | undefined,
): TaskControl<never> {
  const { taskId, taskName } = owner.pool.parts.task
  const toEach = (method: string, args: readonly unknown[]): Promise<unknown>[] => {
    const own = optionsOf(text('method', method))
    const moved = transferWith(Array.isArray(own.transfer) ? own.transfer : undefined, args)
    if (moved !== undefined)
      fail(
        'transfer',
        moved,
        'none for a broadcast: what one worker gets is gone for the others. Leave it out, and the arguments are cloned',
      )
    return owner.pool.broadcast(method, args, own)
  }
  const control: TaskControl<Record<string, (...args: unknown[]) => unknown>> = {
    taskId,
    taskName,
    call: (method: string, args: readonly unknown[], options?: TaskDispatchOptions) => {
      text('method', method)
      if (!Array.isArray(args)) fail('args', args, 'an array of arguments')
      const own = optionsOf(method)
      return owner.pool.call(method, args, options === undefined ? own : mergeCallOptions(own, options))
    },
    map: (
      method: string,
      inputs: Iterable<unknown> | AsyncIterable<unknown>,
      mapOptions: MapOptions = {},
    ) => {
      text('method', method)
      const own = optionsOf(method)
      const prepare = (signal: AbortSignal) => {
        const joined = mergeCallOptions(own, { signal })
        return (input: unknown) => owner.pool.call(method, [input], joined)
      }
      return mapCalls(owner.pool.parts.config, inputs, mapOptions, prepare, own.signal) as never
    },
    on: owner.events.on as TaskControl<never>['on'],
    start: () => owner.pool.start(),
    stop: () => owner.pool.stop(),
    broadcast: (method: string, ...args: unknown[]) => Promise.all(toEach(method, args)) as never,
    broadcastSettled: (method: string, ...args: unknown[]) =>
      Promise.allSettled(toEach(method, args)) as never,
    restartWorker: (index: number) => owner.pool.restart(wholeNumber('index', index, 0)),
    resize: (size: TaskSize) => owner.pool.resize(size),
    simulateCrash: (index: number) => owner.pool.restart(wholeNumber('index', index, 0), true),
    simulateSlowdown: (index: number, factor: number) =>
      /* @__PURE__ */ isDevelopment() && process.env.NODE_ENV !== 'production'
        ? slowDown(owner.pool, index, factor)
        : false,
    clearQueue: (reason: unknown = new DOMException('The queue was cleared', 'AbortError')) =>
      owner.pool.clearQueue(reason),
    whenIdle: owner.whenIdle,
    close: owner.close,
    [ASYNC_DISPOSE]: owner.close,
    dispose: owner.dispose,
    session: (options: SessionOptions = {}) => {
      const { timeoutMs = SESSION_MS } = checkOptions('session(options)', options, {
        timeoutMs: someMilliseconds,
      })
      return bind(owner.pool.parts.sessions.create(timeoutMs)) as never
    },
    ...(bound && { release: bound.release }),
    checkpoint: () => owner.pool.parts.side?.checkpoint() ?? Promise.resolve(),
    getSnapshot: owner.getSnapshot,
  }
  return Object.freeze(control) as unknown as TaskControl<never>
}

function slowDown(pool: WorkerPool, index: number, factor: number): boolean {
  wholeNumber('index', index, 0)
  if (!(factor >= 1 && factor < Number.POSITIVE_INFINITY)) fail('factor', factor, 'a number from 1 on')
  const channel = pool.parts.fleet.channels.find((each) => each.index === index)
  return channel?.link?.slowDown(factor) ?? false
}
