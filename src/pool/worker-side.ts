/** The side of a task's executor that talks to workers. It is a separate chunk; see late-side.ts. */
import type { ChannelSettings } from '../channel/channel-owner.ts'
import { awaitsCallback } from '../channel/callbacks.ts'
import { isInProcess } from '../channel/in-process-mark.ts'
import type { Link, WorkerChannel } from '../channel/worker-channel.ts'
import type { WorkerFactory } from '../channel/worker-handle.ts'
import { WorkerLink } from '../channel/worker-link.ts'
import type { Call } from '../call/call.ts'
import type { Canceller } from './canceller.ts'
import { PoolCheckpoints } from './checkpoints.ts'
import type { Dispatcher } from './dispatcher.ts'
import type { TaskFate } from './failed-starts.ts'
import { HandAhead } from './hand-ahead.ts'
import type { PoolParts, WorkerSide } from './pool-parts.ts'
import { Retries } from './retries.ts'
import { lineTo, sharedLine, sharedTask } from '../shared/late-line.ts'
import { AheadWindow } from './ahead-window.ts'
import { WorkerNews } from './worker-news.ts'

/** What the side needs from an executor. */
export interface SideParts {
  readonly parts: PoolParts
  readonly dispatcher: Dispatcher
  readonly canceller: Canceller
  readonly fate: TaskFate
}

class TaskSide implements WorkerSide {
  private readonly news: WorkerNews
  private readonly ahead: HandAhead
  private readonly retries: Retries
  private readonly checkpoints: PoolCheckpoints
  private readonly makeWorker: WorkerFactory

  constructor({ parts, dispatcher, canceller, fate }: SideParts) {
    const window = new AheadWindow()
    this.makeWorker = factoryOf(parts)
    this.retries = new Retries(parts)
    this.ahead = new HandAhead(parts, dispatcher, window)
    this.checkpoints = new PoolCheckpoints(
      () => parts.fleet.channels,
      (...news) => this.news.channelError(...news),
    )
    const { ahead, retries, checkpoints } = this
    this.news = new WorkerNews({ parts, dispatcher, canceller, fate, window, ahead, retries, checkpoints })
  }

  link(channel: WorkerChannel, settings: ChannelSettings): Link {
    return new WorkerLink(channel, { ...settings, worker: this.makeWorker }, this.news)
  }

  handOut(): void {
    this.ahead.handOut()
  }

  crashesOf(call: Call): number {
    return this.retries.crashesOf(call)
  }

  inherit(call: Call, heir: Call): void {
    this.retries.inherit(call, heir)
  }

  awaitsCallback(call: Call): boolean {
    return awaitsCallback(call)
  }

  checkpoint(): Promise<void> {
    return this.checkpoints.save()
  }

  end(): void {
    this.checkpoints.end()
  }
}

/** Returns a factory for workers. If the engine is shared, it creates a line to the engine instead. */
function factoryOf({ config, task }: PoolParts): WorkerFactory {
  const { worker } = config
  const shared = config.shared && sharedTask(task.taskId, config)
  if (shared) task.shared = shared
  const make: WorkerFactory = (info) => {
    const made = shared ? sharedLine(shared) : lineTo(worker(info))
    task.isInProcess = isInProcess(made)
    return made
  }
  // Errors of failed starts show the source text of the user's factory.
  make.toString = () => String(worker)
  return make
}

export function createSide(parts: SideParts): WorkerSide {
  return new TaskSide(parts)
}
