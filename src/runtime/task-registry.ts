/** The tasks of a runtime: each id is defined once, replaced under hot reload, and ended with the runtime. */
import { closeAll, whenIdle } from './graceful-end.ts'
import { createTask } from './task-proxy.ts'
import type { TaskOwner } from './task-control.ts'
import type { Host } from '../pool/turns.ts'
import { runListener } from '../lib/run-listener.ts'
import { homes } from '../lib/task-identity.ts'
import { readTask, type SnapshotStore, TaskState } from './snapshot-store.ts'
import { isDevelopment, warnOnce } from '../lib/warn.ts'
import type { TaskGauges } from '../telemetry/instrumentation.ts'
import type { Task, TaskControl } from '../types/control.ts'
import type { AnyTask } from '../types/runtime.ts'
import type { RuntimeTaskSnapshot } from '../types/snapshot.ts'
import { typeDefaults } from '../options/type-defaults.ts'
import { isSameTask, type ResolvedTaskConfig, resolveTaskConfig } from '../options/task-options.ts'
import type { TaskHandlers, TaskOptions } from '../types/task.ts'
import type { TimerNode } from '../lib/timer-wheel.ts'
import { TaskEvents } from '../pool/task-events.ts'
import { WorkerPool } from '../pool/worker-pool.ts'

declare const process: { readonly env: { readonly NODE_ENV?: string } }

/** What tasks need from their runtime. */
export interface TaskSurroundings {
  readonly runtimeName: string
  readonly store: SnapshotStore
  readonly host: () => Host
  readonly registerTask: (read: () => TaskGauges) => () => void
}

/** How long a replaced task may take to finish its calls, in ms. */
const LONGEST_DRAIN_MS = 30_000

/** What was made of an options object. */
interface Definition {
  readonly defined: DefinedTask
  /** With the defaults of these options. */
  readonly task: Task<never>
}

/** How to avoid a second definition by a component. */
const IN_A_COMPONENT =
  'define it once, at module scope (const task = taskOptions({ … })), or give the two different taskIds'

export class RuntimeTasks {
  private readonly surroundings: TaskSurroundings
  private readonly byId = new Map<string, DefinedTask>()
  private readonly byConfig = new WeakMap<object, Definition>()
  /** Tasks that were replaced and still have calls. */
  private readonly draining = new Set<DefinedTask>()
  private ordinal = 0
  private isDisposed = false
  private isClosed = false

  constructor(surroundings: TaskSurroundings) {
    this.surroundings = surroundings
  }

  /** `start` is false where a component defines the task, in render. */
  define<Api>(config: TaskOptions<Api>, start: boolean): Task<Api> {
    const { runtimeName } = this.surroundings
    const known = this.byConfig.get(config)
    // Also for a disposed runtime: a component that renders once more gets calls that reject, not an exception.
    if (known && (this.isDisposed || !known.defined.isOver)) {
      if (known.defined.isReplacedBySpread) throw definedAlready(known.defined.taskId, start)
      return known.task as unknown as Task<Api>
    }
    if (this.isDisposed) {
      throw new Error(`Runtime "${runtimeName}" is disposed: define the task on a live runtime`)
    }
    const resolved = resolveTaskConfig(config, typeDefaults)
    const shared = this.sharedWith(resolved)
    if (shared) {
      const task = createTask<Api>(shared, resolved.calls)
      this.byConfig.set(config, { defined: shared, task: task as unknown as Task<never> })
      return task
    }
    const taskId = resolved.taskId ?? resolved.taskName ?? `task-${++this.ordinal}`
    const earlier = this.byId.get(taskId)
    if (earlier && !isDevelopment()) throw definedAlready(taskId, start)
    const onEnd = () => {
      this.draining.delete(defined)
      if (this.byId.get(taskId) === defined) this.byId.delete(taskId)
    }
    // Listeners of a replaced task move to its successor.
    const events = earlier?.events ?? new TaskEvents()
    const defined: DefinedTask = new DefinedTask(taskId, resolved, this.surroundings, onEnd, events)
    if (earlier) this.replace(earlier, defined, start)
    this.byId.set(taskId, defined)
    this.byConfig.set(config, { defined, task: defined.task })
    if (this.isClosed) defined.pool.close()
    else if (resolved.init === 'eager' && start) defined.pool.start()
    return defined.task as unknown as Task<Api>
  }

  /** The task that these options only have other defaults for. Two without a name that are alike in everything may be meant as two. */
  private sharedWith(config: ResolvedTaskConfig): DefinedTask | undefined {
    const isNamed = (config.taskId ?? config.taskName) !== undefined
    const { defaults, methods } = config.calls.from
    return [...this.byId.values()].find(({ config: other }) => {
      const { from } = other.calls
      return isSameTask(other, config) && (isNamed || from.defaults !== defaults || from.methods !== methods)
    })
  }

  controlOf(taskId: string): TaskControl<TaskHandlers> | undefined {
    return this.byId.get(taskId)?.task.control
  }

  /** Every executor, including replaced tasks that still have calls; only one task's if it is named. */
  pools(task?: AnyTask): WorkerPool[] {
    const taskId = task && this.idOf(task)
    return [...this.draining, ...this.byId.values()]
      .map((defined) => defined.ownPool)
      .filter((pool) => task === undefined || pool.parts.task.taskId === taskId)
  }

  /** Undefined for a task of another runtime. */
  private idOf(task: AnyTask): string | undefined {
    if (!('control' in task)) return this.byConfig.get(task)?.defined.taskId
    const { getSnapshot } = task.control
    const all = [...this.draining, ...this.byId.values()]
    return all.find((defined) => defined.getSnapshot === getSnapshot)?.taskId
  }

  /** Stops all workers; the next call starts them again. */
  park(): void {
    for (const task of this.draining) task.end()
    for (const { pool } of this.byId.values()) pool.park()
  }

  /** No call is open any more, including those of replaced tasks. */
  whenIdle(): Promise<void> {
    return whenIdle(this.surroundings.store, () => this.pools())
  }

  /** Accepts no more calls, waits for the open ones, and calls `end`; fulfilled when the workers are gone. */
  close(end: () => void): Promise<void> {
    this.isClosed = true
    return closeAll(this.surroundings.store, () => this.pools(), end)
  }

  dispose(): void {
    this.isDisposed = true
    for (const task of [...this.draining, ...this.byId.values()]) runListener(task.dispose)
    this.surroundings.store.end()
  }

  /** A reloaded module does this. Two definitions by mistake look the same, and must not appear only in production. */
  private replace(earlier: DefinedTask, by: DefinedTask, start: boolean): void {
    const { taskId } = by
    // Written inline, so that bundlers remove the text in production.
    if (process.env.NODE_ENV !== 'production')
      warnOnce(`redefined ${taskId}`, () => [
        `Atelier: the task "${taskId}" was defined again and replaces the first one, as hot reload needs. ` +
          `If no module was reloaded, ${start ? 'give one of the two another taskId' : IN_A_COMPONENT}. Production throws.`,
      ])
    this.draining.add(earlier)
    earlier.giveWayTo(by)
  }
}

function definedAlready(taskId: string, start: boolean): TypeError {
  return new TypeError(
    `A task with the id "${taskId}" is already defined: ${
      start ? 'give this one another taskId, or dispose of the first' : IN_A_COMPONENT
    }`,
  )
}

/** One definition. After a replacement, its handles use its successor. */
class DefinedTask implements TaskOwner {
  readonly task: Task<never>
  readonly taskId: string
  readonly config: ResolvedTaskConfig
  readonly ownPool: WorkerPool
  readonly events: TaskEvents
  private readonly state: TaskState
  private readonly surroundings: TaskSurroundings
  private readonly unregister: () => void
  private readonly onEnd: () => void
  private successor: DefinedTask | null = null
  private drainTimer: TimerNode | null = null
  private hasEnded = false
  private closing: Promise<void> | undefined

  constructor(
    taskId: string,
    config: ResolvedTaskConfig,
    surroundings: TaskSurroundings,
    onEnd: () => void,
    events: TaskEvents,
  ) {
    this.taskId = taskId
    this.events = events
    this.config = config
    const { store, host, registerTask } = surroundings
    this.surroundings = surroundings
    this.onEnd = onEnd
    const { type, policy, taskName } = config
    this.state = new TaskState(() => readTask(this.ownPool), this.changed)
    const identity = { taskId, taskName, type, policy, shared: config.shared && {} }
    this.ownPool = new WorkerPool({ ...config }, identity, host(), this.state.changed, events)
    this.unregister = registerTask(() => gaugesOf(this.ownPool))
    this.task = createTask<never>(this, config.calls)
    homes.set(this.getSnapshot, { getRuntimeSnapshot: store.get, subscribeRuntimeSnapshot: store.subscribe })
    store.add(this.state)
  }

  get pool(): WorkerPool {
    return this.successor === null ? this.ownPool : this.successor.pool
  }

  /**
   * Whether its successor was made from it (`{ ...options, maxWorkers: 1 }`), without a reloaded module, which would create another
   * factory. In production the second definition is refused. In development, code that defines the first again gets the error here.
   */
  get isReplacedBySpread(): boolean {
    return this.successor?.config.worker === this.config.worker
  }

  /** Whether its handles reach nothing that accepts calls. */
  get isOver(): boolean {
    return this.successor === null ? this.hasEnded : this.successor.isOver
  }

  readonly getSnapshot = (): RuntimeTaskSnapshot => {
    return this.successor === null ? this.state.get() : this.successor.getSnapshot()
  }

  readonly dispose = (): void => this.end()

  readonly whenIdle = (): Promise<void> => whenIdle(this.surroundings.store, () => [this.pool])

  readonly close = (): Promise<void> => {
    if (this.successor !== null) return this.successor.close()
    this.closing ??= closeAll(this.surroundings.store, () => [this.ownPool], this.dispose)
    return this.closing
  }

  /** Ends this definition and its remaining calls, not its successor. */
  end(): void {
    if (this.hasEnded) return
    this.hasEnded = true
    this.surroundings.host().wheel.clear(this.drainTimer)
    // Removed first, because a listener for the end of its calls may define the id again.
    this.leave()
    this.onEnd()
    this.ownPool.dispose()
    if (this.successor === null) this.events.end()
    // Waiting for the end of everything includes what was replaced.
    this.surroundings.store.changed()
  }

  /** Accepts no more calls, and ends after the last open one. */
  giveWayTo(successor: DefinedTask): void {
    this.successor = successor
    this.leave()
    if (this.ownPool.status === 'stopped') this.end()
    else this.drainTimer = this.surroundings.host().wheel.set(LONGEST_DRAIN_MS, () => this.end())
    this.changed()
  }

  private leave(): void {
    this.unregister()
    this.surroundings.store.remove(this.state)
  }

  private readonly changed = (): void => {
    if (this.successor === null) this.surroundings.store.changed()
    // In the middle of a turn, a call may be in no list.
    else queueMicrotask(this.endWhenDrained)
  }

  private readonly endWhenDrained = (): void => {
    const { inFlight, pending, blocked } = this.state.get().queue
    if (inFlight + pending + blocked === 0) this.end()
  }
}

function gaugesOf({ parts, status }: WorkerPool) {
  const { task, queue, fleet } = parts
  return {
    ...task,
    status,
    inFlight: queue.inFlight,
    pending: queue.pending,
    ahead: queue.ahead,
    blocked: queue.blocked,
    activeWorkers: fleet.channels.length,
    workerLimit: fleet.limit,
  }
}
