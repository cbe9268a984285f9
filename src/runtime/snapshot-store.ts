/**
 * The current state of a runtime: immutable, structurally shared, the same reference until something has changed.
 * Edges only mark a task as changed; the objects are created when they are read.
 */
import type {
  QueueSnapshot,
  RuntimeSnapshot,
  RuntimeTaskSnapshot,
  SharedSnapshot,
  WorkerSnapshot,
  WorkersSnapshot,
} from '../types/snapshot.ts'
import type { CallSession } from '../call/call.ts'
import type { SnapshotSubscriptionOptions } from '../types/runtime.ts'
import { type Clock, setLongTimer } from '../lib/clock.ts'
import { runListener } from '../lib/run-listener.ts'
import { callable, checkOptions, flag, milliseconds } from '../lib/validate.ts'
import type { WorkerPool } from '../pool/worker-pool.ts'

/** The part of a task that changes, and its last snapshot. */
export class TaskState {
  private isStale = true
  private last: RuntimeTaskSnapshot | undefined
  private readonly read: () => RuntimeTaskSnapshot
  private readonly onStale: () => void

  constructor(read: () => RuntimeTaskSnapshot, onStale: () => void) {
    this.read = read
    this.onStale = onStale
  }

  /** Something has changed. Cheap to call again. */
  readonly changed = (): void => {
    if (this.isStale) return
    this.isStale = true
    this.onStale()
  }

  readonly get = (): RuntimeTaskSnapshot => {
    if (this.isStale || !this.last) {
      this.isStale = false
      this.last = share(this.last, this.read())
    }
    return this.last
  }
}

/** Reads a task's state from its executor. */
export function readTask(pool: WorkerPool): RuntimeTaskSnapshot {
  const { task, config, queue, fleet, settlement, sessions } = pool.parts
  const list = fleet.channels
    .map((channel): WorkerSnapshot => {
      const status = channel.state === 'starting' ? 'starting' : channel.running > 0 ? 'busy' : 'idle'
      return {
        index: channel.index,
        status,
        inFlight: channel.running,
        crashes: fleet.crashes.get(channel.index) ?? 0,
        ...sessionsOf(channel.sessions),
        ...(status === 'starting' &&
          channel.link?.startProgress !== undefined && { startProgress: channel.link.startProgress }),
      }
    })
    .sort((a, b) => a.index - b.index)
  return {
    taskId: task.taskId,
    taskName: task.taskName,
    type: task.type,
    init: config.init,
    status: pool.status,
    queue: {
      inFlight: queue.inFlight,
      pending: queue.pending,
      ahead: queue.ahead,
      blocked: queue.blocked,
      maxInFlight: config.maxInFlight,
      maxQueueDepth: config.maxQueueDepth,
      policy: config.policy,
    },
    workers: { active: list.length, limit: fleet.limit, list },
    counts: { ...settlement.counts },
    ...(sessions.open.size > 0 && { sessions: sessions.open.size }),
    ...(pool.lastCrash && { lastCrash: pool.lastCrash }),
    ...(config.shared && { shared: fleet.channels[0]?.link?.shared ?? ELECTING }),
  }
}

/** Sessions from `control.session()`, not broadcasts. */
function sessionsOf(bound: ReadonlySet<CallSession>): { readonly sessions?: number } {
  if (bound.size === 0) return {}
  const sessions = [...bound].filter(({ lane }) => lane !== undefined).length
  return sessions > 0 ? { sessions } : {}
}

/** Keeps the old parts, and the old whole, where nothing differs. */
function share(last: RuntimeTaskSnapshot | undefined, next: RuntimeTaskSnapshot): RuntimeTaskSnapshot {
  if (!last) return freeze(next)
  const list = shareList(last.workers.list, next.workers.list)
  const workers: WorkersSnapshot =
    list === last.workers.list && next.workers.limit === last.workers.limit
      ? last.workers
      : { ...next.workers, list }
  const queue: QueueSnapshot = isEqual(last.queue, next.queue) ? last.queue : next.queue
  const counts = isEqual(last.counts, next.counts) ? last.counts : next.counts
  const shared: RuntimeTaskSnapshot = { ...next, queue, workers, counts }
  return isEqual(last, shared) ? last : freeze(shared)
}

function shareList(
  last: readonly WorkerSnapshot[],
  next: readonly WorkerSnapshot[],
): readonly WorkerSnapshot[] {
  const shared = next.map((worker, index) => {
    const before = last[index]
    return before && isEqual(before, worker) ? before : worker
  })
  return shared.length === last.length && shared.every((worker, index) => worker === last[index])
    ? last
    : shared
}

function isEqual<T extends object>(a: T, b: T): boolean {
  const names = Object.keys(b) as (keyof T)[]
  return names.length === Object.keys(a).length && names.every((name) => Object.is(a[name], b[name]))
}

function freeze(task: RuntimeTaskSnapshot): RuntimeTaskSnapshot {
  for (const worker of task.workers.list) Object.freeze(worker)
  Object.freeze(task.workers.list)
  Object.freeze(task.workers)
  Object.freeze(task.queue)
  Object.freeze(task.counts)
  Object.freeze(task.lastCrash)
  return Object.freeze(task)
}

/** For a page that has not met the others yet. */
const ELECTING: SharedSnapshot = Object.freeze({
  role: 'electing',
  transport: 'broadcast',
  pages: 0,
  epoch: 0,
})

const EMPTY: RuntimeSnapshot = Object.freeze({ tasks: Object.freeze([]) })

/** A subscriber to changes. */
interface Subscriber {
  /** Something may have changed. */
  readonly call: () => void
  /** The same, without its interval. */
  readonly tell: () => void
  readonly cancel: () => void
}

/** The state of a runtime, and the subscribers to its changes. */
export class SnapshotStore {
  private readonly tasks = new Set<TaskState>()
  private readonly subscribers = new Set<Subscriber>()
  private snapshot: RuntimeSnapshot = EMPTY
  private isStale = false
  private isScheduled = false
  private isOver = false
  private readonly clock: Clock

  constructor(clock: Clock) {
    this.clock = clock
  }

  add(task: TaskState): void {
    this.tasks.add(task)
    this.changed()
  }

  remove(task: TaskState): void {
    if (this.tasks.delete(task)) this.changed()
  }

  /** The runtime is disposed: every listener gets its last state, and nothing after it. */
  end(): void {
    this.isOver = true
    this.changed()
  }

  /** A task was changed, added or removed. */
  readonly changed = (): void => {
    this.isStale = true
    if (this.isScheduled || this.subscribers.size === 0) return
    this.isScheduled = true
    queueMicrotask(this.publish)
  }

  readonly get = (): RuntimeSnapshot => {
    if (this.isStale) {
      this.isStale = false
      const tasks = Array.from(this.tasks, (task) => task.get())
      const last = this.snapshot.tasks
      const isSame = tasks.length === last.length && tasks.every((task, index) => task === last[index])
      if (!isSame) this.snapshot = Object.freeze({ tasks: Object.freeze(tasks) })
    }
    return this.snapshot
  }

  readonly subscribe = (
    listener: (snapshot: RuntimeSnapshot) => void,
    options: SnapshotSubscriptionOptions = {},
  ): (() => void) => {
    callable('listener', listener)
    const checks = { intervalMs: milliseconds, emitImmediately: flag }
    const label = 'subscribeRuntimeSnapshot(listener, options)'
    const { intervalMs = 0, emitImmediately } = checkOptions(label, options, checks)
    let told = this.get()
    const tell = () => {
      const snapshot = this.get()
      if (snapshot === told) return
      told = snapshot
      runListener(listener, snapshot)
    }
    const subscriber: Subscriber =
      intervalMs > 0
        ? { tell, ...throttle(tell, intervalMs, this.clock) }
        : { tell, call: tell, cancel: () => {} }
    if (!this.isOver) this.subscribers.add(subscriber)
    if (emitImmediately) runListener(listener, told)
    return () => {
      this.subscribers.delete(subscriber)
      subscriber.cancel()
    }
  }

  /** Calls `listener` after each change, including those that no snapshot shows: of replaced tasks that still have calls. */
  readonly watch = (listener: () => void): (() => void) => {
    const tell = () => {
      // A task whose last change was not read reports no further one.
      this.get()
      listener()
    }
    const subscriber: Subscriber = { call: tell, tell, cancel: () => {} }
    if (!this.isOver) this.subscribers.add(subscriber)
    this.get()
    return () => {
      this.subscribers.delete(subscriber)
    }
  }

  private readonly publish = (): void => {
    this.isScheduled = false
    const { isOver } = this
    for (const subscriber of [...this.subscribers]) {
      // Skips a listener that another listener removed.
      if (!this.subscribers.has(subscriber)) continue
      if (isOver) {
        this.subscribers.delete(subscriber)
        subscriber.cancel()
        subscriber.tell()
      } else subscriber.call()
    }
  }
}

/** At once, then at most once per interval, and once more at its end if something changed in between. */
function throttle(
  fn: () => void,
  intervalMs: number,
  clock: Clock,
): { readonly call: () => void; readonly cancel: () => void } {
  let stop: (() => void) | undefined
  let isDue = false
  const rest = () => {
    stop = undefined
    if (!isDue) return
    isDue = false
    run()
  }
  const run = () => {
    stop = setLongTimer(clock, rest, intervalMs)
    fn()
  }
  return {
    call: () => {
      if (stop === undefined) run()
      else isDue = true
    },
    cancel: () => stop?.(),
  }
}
