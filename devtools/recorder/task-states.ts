/** The tasks of the recorded runtimes: their snapshots, and their options, which are read once. */
import type { InspectedTask, RuntimeTaskSnapshot } from '../../src/index.ts'
import { counted } from '../model/format.ts'
import { optionRows } from '../model/task-options.ts'
import type { TaskOptionRow, TaskRow } from '../model/types.ts'
import type { KnownRuntime, Runtimes } from './runtimes.ts'

interface Known {
  row: TaskRow
  snapshot: RuntimeTaskSnapshot
}

export class TaskStates {
  private readonly runtimes: Runtimes
  private readonly known = new Map<string, Known>()
  private readonly options = new Map<string, readonly TaskOptionRow[]>()

  constructor(runtimes: Runtimes) {
    this.runtimes = runtimes
  }

  /** The row of an unchanged task is the same object. A task that is gone keeps its last row. */
  rows(): readonly TaskRow[] {
    for (const runtime of this.runtimes.all()) this.read(runtime)
    return Array.from(this.known.values(), ({ row }) => row)
  }

  private read(runtime: KnownRuntime): void {
    const tasks = runtime.ref.deref()?.getRuntimeSnapshot().tasks ?? []
    runtime.isUsed ||= tasks.length > 0
    if (!runtime.isUsed) return
    const here = new Set<string>()
    for (const snapshot of tasks) {
      const key = `${runtime.id} ${snapshot.taskId}`
      here.add(key)
      const known = this.known.get(key)
      if (known?.snapshot === snapshot && known.row.status !== 'gone') continue
      // Another definition may have replaced it.
      if (known === undefined || known.row.status === 'gone') this.readOptions(runtime)
      const row = rowOf(runtime.id, snapshot, this.options.get(key) ?? [])
      this.known.set(key, { row, snapshot })
    }
    for (const [key, known] of this.known) {
      if (known.row.runtimeId !== runtime.id || here.has(key) || known.row.status === 'gone') continue
      known.row = { ...known.row, status: 'gone', inFlight: 0, pending: 0, blocked: 0, workerCount: 0 }
    }
  }

  private readOptions({ id, ref }: KnownRuntime): void {
    const tasks: readonly InspectedTask[] = ref.deref()?.inspect().tasks ?? []
    for (const { taskId, options } of tasks) this.options.set(`${id} ${taskId}`, optionRows(options))
  }
}

function rowOf(runtimeId: number, snapshot: RuntimeTaskSnapshot, options: readonly TaskOptionRow[]): TaskRow {
  const { taskId, taskName, type, status, queue, workers, counts, shared } = snapshot
  const { inFlight, pending, blocked, maxInFlight, maxQueueDepth, policy } = queue
  return {
    runtimeId,
    taskId,
    taskName,
    type,
    status,
    inFlight,
    pending,
    blocked,
    maxInFlight,
    maxQueueDepth,
    policy,
    workerCount: workers.active,
    workerLimit: workers.limit,
    ...(shared && { shared: placeOf(shared) }),
    counts,
    options,
  }
}

/** Which page is the host, how many pages there are, and how calls travel. */
function placeOf({ role, pages, transport }: NonNullable<RuntimeTaskSnapshot['shared']>): string {
  if (role === 'electing') return role
  const who = role === 'host' ? 'host' : 'guest of another page'
  return `${who}, ${counted(pages, 'page')}, ${transport === 'port' ? 'by port' : 'by BroadcastChannel'}`
}
