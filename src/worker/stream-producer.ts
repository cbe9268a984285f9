/** Pulls a generator at the pace of its consumer: an item is produced only when the page has granted room for it. */
import { toText } from '../lib/words.ts'
import { encodeThrown } from '../wire/error-codec.ts'
import { CLOSING, ITEMS, type ReplyStatus, THROWN, UNCLONABLE } from '../wire/protocol.ts'
import { Refusal } from '../wire/refusal.ts'
import { postClonable, resultListOf } from './post-clonable.ts'
import type { ReplyBatch } from './reply-batch.ts'
import { type Job, macrotask, type PagePort, withJob } from './task-context.ts'

type AnyIterator = Iterator<unknown> | AsyncIterator<unknown>

/** Messages are read between two items once this much time has passed, in ms: one may say that the reader has left. */
const BREATH_MS = 0.5
/** How long a generator whose item was refused may take to close before its reader gets the reason, in ms. */
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

  /** The call was aborted: the generator is closed at its current step. */
  stop(): void {
    this.stopped = true
    this.wake?.()
  }

  /**
   * Pulls until the generator ends. `ended` receives its return value at once, before other code can change it.
   * Rejects with what it threw.
   */
  async run(ended: (value: unknown) => void): Promise<void> {
    // It has no reader yet. A message without items tells the page.
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
      // A generator's body runs at its first step. There it requests its context.
      let step = withJob(this.job, () => this.iterator.next())
      // A step that has arrived is sent at once, as it was yielded, before other code can change it.
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

  /** Returns the error of an item that was refused. */
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

  /** Closes the generator at its current step, so that its finally blocks run. What they throw is not the reason for the end. */
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

/** The reply for what {@link StreamProducer.run} rejects with. */
export function failureOf(error: unknown): [ReplyStatus, unknown] {
  return error instanceof UnclonableItem ? [UNCLONABLE, error.path] : [THROWN, encodeThrown(error)]
}

function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  return (
    typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
  )
}
