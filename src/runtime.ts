/** `createTaskRuntime`: what the tasks of a runtime share, and their end. */
import { AbortTaskController } from './abort-task-controller.ts'
import { type Clock, systemClock } from './clock.ts'
import { Host } from './host.ts'
import { createTelemetry } from './observability/telemetry.ts'
import { checkTrace, resolveRetain, resolveRuntimeConfig } from './runtime-options.ts'
import { SnapshotStore } from './runtime-snapshot.ts'
import { RuntimeTasks } from './runtime-tasks.ts'
import type { RetainOptions, RuntimeConfig, TaskRuntime } from './runtime-types.ts'
import { startTrace } from './start-trace.ts'
import type { TimerNode } from './timer-wheel.ts'
import { callable } from './validate.ts'

// Older browsers lack it; `using` looks for whichever is there.
const DISPOSE: typeof Symbol.dispose = Symbol.dispose ?? Symbol.for('Symbol.dispose')

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
  const tasks = new RuntimeTasks({
    runtimeName: settings.name,
    store,
    host: shared,
    registerTask: telemetry.registerTask,
  })
  let isDisposed = false

  let holders = 0
  let parking: TimerNode | null = null
  function retain(options: RetainOptions = {}): () => void {
    const graceMs = resolveRetain(options)
    holders++
    shared().wheel.clear(parking)
    parking = null
    let isHeld = true
    return () => {
      if (!isHeld) return
      isHeld = false
      if (--holders > 0 || isDisposed) return
      parking = shared().wheel.set(graceMs, () => tasks.park())
    }
  }

  function dispose(): void {
    if (isDisposed) return
    isDisposed = true
    tasks.dispose()
    host?.wheel.dispose()
    telemetry.flush()
    telemetry.dispose()
  }

  return {
    name: settings.name,
    abortTaskController: keys,
    defineTask: (taskConfig, { start = true } = {}) => tasks.define(taskConfig, start),
    getRuntimeSnapshot: store.get,
    subscribeRuntimeSnapshot: store.subscribe,
    subscribeEvents: (listener) => telemetry.subscribeEvents(callable('listener', listener)),
    createTrace: (name, options) => {
      checkTrace(name, options)
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
