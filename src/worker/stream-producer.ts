/** Pulls a generator at the pace of its consumer: an item is produced only when the page has granted room for it. */
import { ITEMS } from '../wire/protocol.ts'
import { findUnclonable } from '../wire/clone-path.ts'
import { isCloneFailure, postClonable } from './reply-batch.ts'
import { type Job, type PagePort, withJob } from './task-context.ts'

type AnyIterator = Iterator<unknown> | AsyncIterator<unknown>

/** Whether a handler returned a generator (or another iterator), whose items are to be streamed. */
export function isIterator(value: unknown): value is AnyIterator {
  if (typeof value !== 'object' || value === null) return false
  const candidate = value as {
    next?: unknown
    [Symbol.iterator]?: unknown
    [Symbol.asyncIterator]?: unknown
  }
  if (typeof candidate.next !== 'function') return false
  return (
    typeof candidate[Symbol.asyncIterator] === 'function' || typeof candidate[Symbol.iterator] === 'function'
  )
}

/** An item of a stream cannot be cloned; never seen by a user. */
export class UnclonableItem {
  readonly path: string

  constructor(path: string) {
    this.path = path
  }
}

/** One stream on the worker. `done` settles with the generator's return value or its error. */
export class StreamProducer {
  readonly done: Promise<unknown>
  private room: number
  private stopped = false
  private wake: (() => void) | undefined

  private readonly job: Job
  private readonly iterator: AnyIterator
  private readonly port: PagePort

  constructor(job: Job, iterator: AnyIterator, port: PagePort) {
    this.job = job
    this.iterator = iterator
    this.port = port
    this.room = job.room
    this.done = this.pump()
  }

  /** Room for so many more items; a negative count means that the consumer has left. */
  credit(items: number): void {
    if (items < 0) this.stopped = true
    else this.room += items
    this.wake?.()
  }

  /** The call was aborted: the generator is closed where it stands. */
  stop(): void {
    this.stopped = true
    this.wake?.()
  }

  private async send(item: unknown): Promise<void> {
    this.job.itemsSent++
    try {
      postClonable(this.port, [ITEMS, this.job.id, item], item)
    } catch (error) {
      // Closed where it stands, so that its finally blocks run.
      await withJob(this.job, () => this.iterator.return?.())
      throw isCloneFailure(error) ? new UnclonableItem(findUnclonable(item, 'result')) : error
    }
  }

  private async pump(): Promise<unknown> {
    // Nobody reads yet: the page is told, by a message without items.
    if (this.room <= 0) this.port.postMessage([ITEMS, this.job.id])
    for (;;) {
      while (this.room <= 0 && !this.stopped) {
        await new Promise<void>((resolve) => {
          this.wake = resolve
        })
      }
      if (this.stopped) {
        // Runs the generator's finally blocks.
        await withJob(this.job, () => this.iterator.return?.())
        if (this.job.aborted) throw this.job.reason
        return undefined
      }
      // A generator's body runs at its first step: that is where it asks for its context.
      const step = await withJob(this.job, () => this.iterator.next())
      if (step.done) return step.value
      this.room--
      this.job.flushProgress(performance.now())
      await this.send(step.value)
    }
  }
}
