/** What a caller holds: the promise of a call's result, with a handle on the call. */
import { BLOCKED, type Call, SETTLED } from './call.ts'
import { unclonable } from '../errors/failures.ts'
import { StreamBuffer } from './stream-buffer.ts'
import type { TaskCall, TaskPriority } from '../types/task.ts'

/** The promise of a call; see {@link WatchedPromise}. */
export class CallPromise<T> extends Promise<T> implements TaskCall<T>, AsyncIterable<unknown> {
  /** `then` returns plain promises: a derived value is not a call. */
  static override get [Symbol.species](): PromiseConstructor {
    return Promise
  }

  readonly #call: Call
  #admitted: Promise<void> | undefined

  constructor(call: Call) {
    super((resolve, reject) => {
      call.resolve = resolve as (value: unknown) => void
      const { codecs } = call.options
      if (codecs)
        call.resolve = (value) =>
          resolve(codecs.decoded(value, (culprit, cause) => undecodable(call, culprit, cause)) as T)
      call.reject = reject
    })
    this.#call = call
  }

  get callId(): string {
    return this.#call.callId
  }

  get admitted(): Promise<void> {
    if (!this.#admitted) {
      const call = this.#call
      this.#admitted =
        call.state === BLOCKED
          ? new Promise<void>((resolve, reject) => {
              call.onAdmitted = resolve
              super.then(() => resolve(), reject)
            })
          : call.state === SETTLED && call.place === null && call.attempt === 0 && call.error !== undefined
            ? Promise.reject(call.error)
            : Promise.resolve()
      // Handled here: code that reads only `admitted` must not get a second unhandled rejection from it.
      this.#admitted.catch(() => {})
    }
    return this.#admitted
  }

  abort(reason?: unknown): void {
    this.#call.task.control.abort(this.#call, reason)
  }

  setPriority(priority: TaskPriority): void {
    this.#call.task.control.prioritize(this.#call, priority)
  }

  /** The items of a generator method. The promise itself settles with the generator's return value. */
  [Symbol.asyncIterator](): AsyncIterator<unknown> {
    const stream = this.#stream()
    return {
      next: () => this.#read(stream),
      return: (value) => stream.return(value),
    }
  }

  next(): Promise<IteratorResult<unknown>> {
    return this.#read(this.#stream())
  }

  return(value?: unknown): Promise<IteratorResult<unknown>> {
    return this.#stream().return(value)
  }

  /** A consumer waits for its result. */
  protected noteAwaited(): void {
    this.#call.task.control.awaited(this.#call)
  }

  /** The next item, decoded if it travelled by a codec. */
  #read(stream: StreamBuffer): Promise<IteratorResult<unknown>> {
    const step = stream.next()
    if (this.#call.options.codecs === undefined) return step
    return step.then(async ({ done, value }) => {
      try {
        return { done: done === true, value: await this.#decoded(value) }
      } catch (error) {
        // A `for await` loop reads no more after an error, and does not call `return()`.
        void stream.return()
        throw error
      }
    })
  }

  #decoded(value: unknown): unknown {
    const call = this.#call
    return call.options.codecs?.decoded(value, (culprit, cause) => undecodable(call, culprit, cause))
  }

  #stream(): StreamBuffer {
    const call = this.#call
    if (!call.stream) {
      call.stream = new StreamBuffer(
        (items) => call.task.control.grant(call, items),
        call.options.highWaterMark,
        call.options.codecs && ((item) => this.#decoded(item)),
      )
      // The items carry the outcome, so the promise must not report it a second time.
      this.catch(() => {})
      if (call.state === SETTLED) {
        super.then(
          (value) => call.stream?.end(value),
          (error: unknown) => call.stream?.fail(error),
        )
      }
    }
    return call.stream as StreamBuffer
  }
}

/** Known only when the call has settled and its handler has run. */
function undecodable({ callId, taskId, method, attempt }: Call, culprit: string, cause: unknown): Error {
  return unclonable({ callId, taskId, method, attempt, phase: 'running' }, 'clone-result', culprit, cause)
}

/**
 * For a method that has not returned a result yet. It may be a generator method, and code that awaits one waits forever, so development warns. This `then`
 * costs each call some 0.1 µs, so promises of known methods have the platform's.
 */
export class WatchedPromise<T> extends CallPromise<T> {
  // oxlint-disable-next-line unicorn/no-thenable -- it is a promise
  override then<Value = T, Reason = never>(
    onValue?: ((value: T) => Value | PromiseLike<Value>) | null,
    onReason?: ((reason: unknown) => Reason | PromiseLike<Reason>) | null,
  ): Promise<Value | Reason> {
    if (onValue) this.noteAwaited()
    return super.then(onValue, onReason)
  }
}
