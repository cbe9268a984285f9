/** The lives of workers, and the lines of the log. */
import type { WorkerEvent } from '../../src/index.ts'
import type { EventRow, WorkerRow } from '../model/types.ts'
import { Bounded } from './bounded.ts'

type Life = { -readonly [Name in keyof WorkerRow]: WorkerRow[Name] }

const MOST_LIVES = 2_000
const MOST_LINES = 5_000

export class WorkerLog {
  private readonly lives = new Bounded<Life>(MOST_LIVES)
  /** The workers that are still alive. */
  private readonly living = new Map<string, Life>()
  private readonly lines = new Bounded<EventRow>(MOST_LINES)
  private lastLine = 0

  workers(): readonly WorkerRow[] {
    return this.lives.all()
  }

  events(): readonly EventRow[] {
    return this.lines.all()
  }

  line(line: Omit<EventRow, 'row'>): void {
    this.lines.add({ row: ++this.lastLine, ...line })
  }

  /** Adds a worker that existed before the recording. */
  found(runtimeId: number, taskId: string, workerIndex: number, isReady: boolean, time: number): void {
    this.begin({ runtimeId, taskId, workerIndex, spawnTime: time, readyTime: isReady ? time : undefined })
  }

  happened(runtimeId: number, event: WorkerEvent): void {
    const { taskId, workerIndex, action, time } = event
    const key = keyOf(runtimeId, taskId, workerIndex)
    if (action === 'spawn') this.begin({ runtimeId, taskId, workerIndex, spawnTime: time })
    const life = this.living.get(key)
    if (life && action === 'ready') {
      life.readyTime = time
      life.setupMs = event.setupMs
    } else if (life && (action === 'crash' || action === 'terminate')) {
      Object.assign(life, { endTime: time, end: action, reason: event.reason, error: event.error })
      this.living.delete(key)
    }
    this.line({ time, runtimeId, kind: action, taskId, workerIndex, text: textOf(event) })
  }

  /** The runtime creates no event for this, because the panel itself requested it. */
  slowed(
    { runtimeId, taskId, workerIndex }: Pick<WorkerRow, 'runtimeId' | 'taskId' | 'workerIndex'>,
    factor: number,
    time: number,
  ): void {
    const life = this.living.get(keyOf(runtimeId, taskId, workerIndex))
    if (life) life.slowdown = factor > 1 ? factor : undefined
    const how = factor > 1 ? `is ${factor} times as slow from here on` : 'is as fast as it was'
    const text = `worker #${workerIndex} ${how} (simulated)`
    this.line({ time, runtimeId, kind: 'slowdown', taskId, workerIndex, text })
  }

  clear(): void {
    this.lives.clear()
    for (const life of this.living.values()) this.lives.add(life)
    this.lines.clear()
  }

  private begin(life: Life): void {
    this.lives.add(life)
    this.living.set(keyOf(life.runtimeId, life.taskId, life.workerIndex), life)
  }
}

function keyOf(runtimeId: number, taskId: string, workerIndex: number): string {
  return `${runtimeId} ${workerIndex} ${taskId}`
}

function textOf({ action, workerIndex, reason, error, startMs, setupMs }: WorkerEvent): string {
  const worker = `worker #${workerIndex}`
  switch (action) {
    case 'spawn':
      return `${worker} starts`
    case 'ready': {
      const setup = setupMs === undefined ? '' : `, ${Math.round(setupMs)} ms of it setup`
      return `${worker} is ready after ${Math.round(startMs ?? 0)} ms${setup}`
    }
    case 'crash':
      return `${worker} crashed: ${error}`
    case 'terminate':
      return `${worker} was stopped: ${reason}`
    default:
      return `an error in ${worker}: ${error}`
  }
}
