/** Pulls a generator at the pace of its consumer: an item is produced only when the page has granted room for it. */
import { toText } from '../lib/words.ts'
import { encodeThrown } from '../wire/error-codec.ts'
import { CLOSING, ITEMS, type ReplyStatus, THROWN, UNCLONABLE } from '../wire/protocol.ts'
import { Refusal } from '../wire/refusal.ts'
import { postClonable, resultListOf } from './post-clonable.ts'
import type { ReplyBatch } from './reply-batch.ts'
import { type Job, macrotask, type PagePort, withJob } from './task-context.ts'

type AnyIterator = Iterator<unknown> | AsyncIterator<unknown>

/** Messages are let in between two items once so much time has passed, in ms: one may say that the reader has left. */
const BREATH_MS = 0.5
/** A generator whose item was refused has this long to close before its reader is told why it ends, in ms. */
const CLOSING_MS = 100

/** An item of a stream cannot be cloned; never seen by a user. */
class UnclonableItem {
  readonly path: string

  constructor(path: string) {
    this.path = path
  }
}

/** One stream on the worker. */
export class StreamProducer {
  private room: number
  private stopped = false
  private wake: (() => void) | undefined
  private letInAt = performance.now()

  private readonly job: Job
  private readonly iterator: AnyIterator
  private readonly port: PagePort
  private readonly replies: ReplyBatch

  constructor(job: Job, iterator: AnyIterator, port: PagePort, replies: ReplyBatch) {
    this.job = job
    this.iterator = iterator
    this.port = port
    this.replies = replies
    this.room = job.room
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

  /**
   * Pulls until the generator ends. `ended` is given what it returned, at once: nothing else may run first and change it.
   * Rejects with what it threw.
   */
  async run(ended: (value: unknown) => void): Promise<void> {
    // Nobody reads yet: the page is told, by a message without items.
    if (this.room <= 0) this.port.postMessage([ITEMS, this.job.id])
    for (;;) {
      while (this.room <= 0 && !this.stopped) await this.roomOrEnd()
      if (performance.now() - this.letInAt > BREATH_MS) await this.letIn()
      if (this.stopped) {
        // Runs the generator's finally blocks.
        await withJob(this.job, () => this.iterator.return?.())
        if (this.job.aborted) throw this.job.reason
        return ended(undefined)
      }
      // A generator's body runs at its first step: that is where it asks for its context.
      let step = withJob(this.job, () => this.iterator.next())
      // A step that is there is sent at once, as it was yielded: nothing else may run first and change it.
      if (isPromise(step)) step = await step
      if (typeof step !== 'object' || step === null)
        throw new TypeError(`An iterator gave ${toText(step)}, not an object`)
      if (step.done) {
        const { value } = step
        return ended(isPromise(value) ? await value : value)
      }
      this.room--
      this.job.flushProgress(performance.now())
      const { value } = step
      // A promise that a synchronous generator yields is awaited, as `for await` does.
      const refusal = isPromise(value)
        ? await Promise.resolve(value).then(this.send, (error: unknown) => ({ error }))
        : this.send(value)
      if (refusal) throw await this.closed(refusal)
    }
  }

  private async roomOrEnd(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.wake = resolve
    })
    this.letInAt = performance.now()
  }

  private async letIn(): Promise<void> {
    await macrotask()
    this.letInAt = performance.now()
  }

  /** Gives the error of an item that was refused. */
  private readonly send = (item: unknown): { readonly error: unknown } | undefined => {
    this.job.itemsSent++
    try {
      const list = typeof item === 'object' && item !== null ? resultListOf(this.job, item) : undefined
      postClonable(this.port, [ITEMS, this.job.id, item], item, list)
      return undefined
    } catch (error) {
      if (!(error instanceof Refusal)) return { error }
      return { error: error.isForClone ? new UnclonableItem(error.culprit) : error.cause }
    }
  }

  /** Closes the generator where it stands, so that its finally blocks run; what they throw is not why it ended. */
  private async closed({ error }: { readonly error: unknown }): Promise<unknown> {
    const late = setTimeout(() => {
      this.replies.add(this.job, CLOSING, performance.now(), failureOf(error))
      this.replies.flush()
    }, CLOSING_MS)
    try {
      await withJob(this.job, () => this.iterator.return?.())
    } catch {
      // See above.
    }
    clearTimeout(late)
    return error
  }
}

/** What is replied for what {@link StreamProducer.run} rejects with. */
export function failureOf(error: unknown): [ReplyStatus, unknown] {
  return error instanceof UnclonableItem ? [UNCLONABLE, error.path] : [THROWN, encodeThrown(error)]
}

function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  return (
    typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
  )
}
