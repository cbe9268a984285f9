/** `createTaskRuntime`: the registry of tasks, what they share, and their end. */
import { AbortTaskController } from './abort-task-controller.ts'
import { type Clock, systemClock } from './clock.ts'
import { createTask } from './define-task.ts'
import { Host } from './host.ts'
import { createTelemetry } from './observability/telemetry.ts'
import { readTask, SnapshotStore, TaskState } from './runtime-snapshot.ts'
import type { RetainOptions, RuntimeConfig, Task, TaskRuntime } from './runtime-types.ts'
import { resolveTaskConfig } from './task-config.ts'
import type { TaskOptions } from './task-types.ts'
import { atLeast, fail, milliseconds, optional, text, refuseUnknown } from './validate.ts'
import { startTrace } from './start-trace.ts'
import type { TimerNode } from './timer-wheel.ts'
import { WorkerPool } from './worker-pool.ts'

// Older browsers lack it; `using` looks for whichever is there.
const DISPOSE: typeof Symbol.dispose = Symbol.dispose ?? Symbol.for('Symbol.dispose')

const KNOWN: ReadonlySet<string> = new Set<keyof RuntimeConfig>(['name', 'otel', 'performance', 'sampleRate'])

interface Defined {
  readonly task: Task<never>
  readonly pool: WorkerPool
}

/**
 * Creates a runtime. It is cold: no worker, listener or timer until a call is made, so a spare one is garbage.
 *
 * @throws TypeError for a bad option: which, what was received, what is allowed.
 * @example const runtime = createTaskRuntime({ name: 'editor' })
 */
export function createTaskRuntime(config: RuntimeConfig = {}): TaskRuntime {
  return createRuntimeWith(config, systemClock)
}

/** @internal {@link createTaskRuntime} on a clock of one's own. */
export function createRuntimeWith(config: RuntimeConfig, clock: Clock): TaskRuntime {
  const settings = resolveRuntimeConfig(config)
  const telemetry = createTelemetry({ ...settings, clock })
  const store = new SnapshotStore(clock)
  let host: Host | undefined
  const keys = new AbortTaskController((fn) => shared().turn(fn))
  const shared = (): Host => (host ??= new Host(clock, telemetry, keys))
  const byId = new Map<string, Defined>()
  const byConfig = new WeakMap<object, Defined>()
  let isDisposed = false
  let ordinal = 0

  function defineTask<Api>(
    taskConfig: TaskOptions<Api>,
    { start = true }: { start?: boolean } = {},
  ): Task<Api> {
    const existing = byConfig.get(taskConfig)
    if (existing) return existing.task as unknown as Task<Api>
    if (isDisposed)
      throw new Error(`Runtime "${settings.name}" is disposed: define the task on a live runtime`)
    const resolved = resolveTaskConfig(taskConfig)
    const taskId = resolved.taskId ?? resolved.taskName ?? `task-${++ordinal}`
    if (byId.has(taskId)) {
      throw new TypeError(
        `A task with the id "${taskId}" is defined already: give this one another taskId, or dispose the first`,
      )
    }
    const { type, policy, taskName } = resolved
    const state = new TaskState(() => readTask(pool), store.changed)
    const pool: WorkerPool = new WorkerPool(
      resolved,
      { taskId, taskName, type, policy },
      shared(),
      state.changed,
    )
    const unregister = telemetry.registerTask(() => gauges(pool))
    const owner = {
      pool,
      getState: state.get,
      dispose: () => {
        if (byId.get(taskId)?.pool !== pool) return
        pool.dispose()
        unregister()
        byId.delete(taskId)
        byConfig.delete(taskConfig)
        store.remove(state)
      },
    }
    const task = createTask<Api>(owner, resolved.callDefaults)
    const defined: Defined = { task: task as unknown as Task<never>, pool }
    byId.set(taskId, defined)
    byConfig.set(taskConfig, defined)
    store.add(state)
    if (resolved.init === 'eager' && start) pool.start()
    return task
  }

  let holders = 0
  let parking: TimerNode | null = null
  function retain({ graceMs = 1_000 }: RetainOptions = {}): () => void {
    milliseconds('graceMs', graceMs)
    holders++
    shared().wheel.clear(parking)
    parking = null
    let isHeld = true
    return () => {
      if (!isHeld) return
      isHeld = false
      if (--holders > 0 || isDisposed) return
      parking = shared().wheel.set(graceMs, () => {
        for (const { pool } of byId.values()) pool.park()
      })
    }
  }

  function dispose(): void {
    if (isDisposed) return
    isDisposed = true
    for (const { pool } of byId.values()) pool.dispose()
    host?.wheel.dispose()
    telemetry.flush()
    telemetry.dispose()
  }

  return {
    name: settings.name,
    abortTaskController: keys,
    defineTask,
    getRuntimeSnapshot: store.get,
    subscribeRuntimeSnapshot: store.subscribe,
    subscribeEvents: (listener) => telemetry.subscribeEvents(listener),
    createTrace: (name, options) => {
      startTrace(options?.parent)
      return telemetry.createTrace(name, options)
    },
    trace: telemetry.trace,
    clearMeasures: () => telemetry.clearMeasures(),
    flush: () => telemetry.flush(),
    retain,
    dispose,
    [DISPOSE]: dispose,
  }
}

function gauges({ parts, status }: WorkerPool) {
  const { task, queue, fleet } = parts
  return {
    ...task,
    status,
    inFlight: queue.inFlight,
    pending: queue.pending,
    blocked: queue.blocked,
    activeWorkers: fleet.channels.length,
    workerLimit: fleet.limit,
  }
}

function resolveRuntimeConfig(config: RuntimeConfig) {
  refuseUnknown(config, KNOWN)
  const { otel = {}, performance = true, sampleRate = 1 } = config
  if (otel !== false && (typeof otel !== 'object' || otel === null))
    fail('otel', otel, '{ tracer?, meter? } or false')
  if (typeof performance !== 'boolean' && (typeof performance !== 'object' || performance === null)) {
    fail('performance', performance, 'true, false or { marks?, retain?, devtools? }')
  }
  if (typeof performance === 'object' && performance.retain !== undefined)
    atLeast('performance.retain', performance.retain, 0)
  if (typeof sampleRate !== 'number' || Number.isNaN(sampleRate))
    fail('sampleRate', sampleRate, 'a number from 0 to 1')
  return {
    name: optional(config.name, 'atelier', (value) => text('name', value)),
    otel: otel === false ? null : otel,
    performance: performance === false ? null : performance === true ? {} : performance,
    sampleRate: Math.min(1, Math.max(0, sampleRate)),
  }
}
