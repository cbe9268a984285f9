/** `createTaskRuntime`: what the tasks of a runtime share, and how they end. */
import { abortCalls } from './abort-calls.ts'
import { AbortTaskController } from '../lib/abort-task-controller.ts'
import { type Clock, systemClock } from '../lib/clock.ts'
import { DISPOSE } from '../lib/disposable.ts'
import { preloadSide } from '../pool/late-side.ts'
import { Host } from '../pool/turns.ts'
import { createTelemetry } from '../telemetry/create-telemetry.ts'
import { readTraceArgs, type TraceArgs } from '../telemetry/trace/trace-maker.ts'
import { register } from './devtools-registry.ts'
import { ASYNC_DISPOSE } from './graceful-end.ts'
import { inspect } from './inspect.ts'
import { RuntimeParking } from './parking.ts'
import {
  checkTrace,
  resolveEvents,
  resolveRetain,
  resolveRuntimeConfig,
  startTrace,
} from '../options/runtime-options.ts'
import { freeName, takeName } from './runtime-names.ts'
import { SnapshotStore } from './snapshot-store.ts'
import { RuntimeTasks } from './task-registry.ts'
import type { RetainOptions, RuntimeConfig, TaskRuntime } from '../types/runtime.ts'
import { callable, fail } from '../lib/validate.ts'

/**
 * Creates a runtime. It is cold: no worker, listener or timer until a call is made, so a spare one is garbage.
 *
 * @throws TypeError for a bad option: which, what was received, what is allowed.
 * @example const runtime = createTaskRuntime({ name: 'editor' })
 */
export function createTaskRuntime(config: RuntimeConfig = {}): TaskRuntime {
  return createRuntimeWith(config, systemClock)
}

/** @internal {@link createTaskRuntime} on a given clock. */
export function createRuntimeWith(config: RuntimeConfig, clock: Clock): TaskRuntime {
  const settings = resolveRuntimeConfig(config)
  const store = new SnapshotStore(clock)
  const runtimeName = settings.name ?? takeName(store)
  const telemetry = createTelemetry({ ...settings, name: runtimeName, clock })
  let host: Host | undefined
  const keys = new AbortTaskController((fn) => shared().turn(fn))
  const shared = (): Host => (host ??= new Host(clock, telemetry, keys, settings.maxConcurrency))
  const tasks = new RuntimeTasks({
    runtimeName,
    store,
    host: shared,
    registerTask: telemetry.registerTask,
  })
  let isDisposed = false

  const parking = new RuntimeParking({
    wheel: () => shared().wheel,
    park: () => tasks.park(),
    snapshot: store.get,
    subscribe: store.subscribe,
  })

  function retain(options: RetainOptions = {}): () => void {
    const release = parking.retain(resolveRetain(options))
    return () => {
      if (!isDisposed) release()
    }
  }

  function dispose(): void {
    if (isDisposed) return
    isDisposed = true
    parking.rest()
    tasks.dispose()
    host?.wheel.dispose()
    telemetry.flush()
    telemetry.dispose()
    freeName(runtimeName, store)
  }

  let closing: Promise<void> | undefined
  const close = (): Promise<void> => (closing ??= tasks.close(dispose))

  const defineTask: TaskRuntime['defineTask'] = (taskConfig, { start = true } = {}) =>
    tasks.define(taskConfig, start)

  const runtime: TaskRuntime = {
    name: runtimeName,
    abort: (what, reason) =>
      abortCalls(
        what,
        reason,
        keys,
        (task) => tasks.pools(task),
        (fn) => shared().turn(fn),
      ),
    keys,
    defineTask,
    getTask: (taskId) => tasks.controlOf(taskId),
    inspect: () => inspect(tasks.pools(), clock.now()),
    prefetch: (query, options = {}) => {
      if (typeof query?.['~prefetch'] !== 'function') fail('query', query, 'what taskQuery() makes')
      query['~prefetch'](defineTask, options)
    },
    getRuntimeSnapshot: store.get,
    subscribeRuntimeSnapshot: store.subscribe,
    subscribeEvents: (listener, options) =>
      telemetry.subscribeEvents(callable('listener', listener), options && resolveEvents(options)),
    createTrace: (name, options) => {
      checkTrace(name, options)
      startTrace(options?.parent)
      return telemetry.createTrace(name, options)
    },
    trace: async <T>(...args: TraceArgs<T>): Promise<T> => {
      const { name, options } = readTraceArgs(args)
      checkTrace(name, options)
      startTrace(options?.parent)
      return (telemetry.trace as (...given: TraceArgs<T>) => Promise<T>)(...args)
    },
    clearMeasures: () => telemetry.clearMeasures(),
    flush: () => telemetry.flush(),
    retain,
    whenIdle: () => tasks.whenIdle(),
    close,
    [ASYNC_DISPOSE]: close,
    dispose,
    [DISPOSE]: dispose,
  }
  register(runtime)
  preloadSide()
  return runtime
}
