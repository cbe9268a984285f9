/** What a worker file passes besides its handlers: functions that run at its start, at its end, and to save its state. */
import type { Codec, ErrorClass } from '../types/codec.ts'
import { encodeThrown } from '../wire/error-codec.ts'
import { CHECKPOINTED } from '../wire/protocol.ts'
import type { PagePort } from './task-context.ts'

/** What `setup` can tell the page while it runs. */
export interface SetupContext {
  /** A sign of life: `startTimeoutMs` counts from the last one. */
  readonly beat: () => void
  /** A sign of life with a value; within a frame the newest wins. */
  readonly progress: (value: unknown) => void
  /** Aborts when the worker is stopped before it is ready. */
  readonly signal: AbortSignal
}

/** Functions that run at the start and the end of a worker's life, and in between. `Data` is the type of `setup`'s argument. */
export interface TaskWorkerLifecycle<Data = unknown> {
  /**
   * Runs before the first call, at every start of the worker. Calls wait for the promise or thenable that it returns.
   * `data` is a clone of the task's `setupData`; `undefined` if the task has none.
   */
  // Method syntax: a handler that knows the type of the data names it there.
  setup?(data: Data, context: SetupContext): unknown
  /**
   * Saves the worker's state: when the page is hidden, when you call `control.checkpoint()`, and before `teardown`. It may
   * run while handlers run. Only one runs at a time; requests that arrive during a run cause one more.
   */
  checkpoint?(): unknown
  /** Codecs with which objects keep their class: the same as the task's `codecs`. @default none */
  readonly codecs?: readonly Codec[] | undefined
  /** Classes of errors that the page's keep here: reasons of an abort, and what a callback throws. @default those of the platform */
  readonly errors?: readonly ErrorClass[] | undefined
  /** Runs when the worker is stopped in an orderly way; at most one second of it and `checkpoint` is waited for. */
  teardown?(): unknown
}

/** Runs `checkpoint`, one at a time, whichever page requests it: two at once would write the same file. */
export class Checkpoints {
  private readonly lifecycle: TaskWorkerLifecycle
  private last: Promise<void> | undefined
  /** Requests since the last run began: one more run serves them all. */
  private asked: [port: PagePort, token: unknown][] | undefined

  constructor(lifecycle: TaskWorkerLifecycle) {
    this.lifecycle = lifecycle
  }

  /** Answers the port with the token. Never rejects: a failed save stops nothing. */
  run(port: PagePort, token: unknown): Promise<void> | undefined {
    if (!this.lifecycle.checkpoint) return undefined
    if (this.asked) this.asked.push([port, token])
    else {
      this.asked = [[port, token]]
      this.last = this.next(this.last)
    }
    return this.last
  }

  private async next(earlier: Promise<void> | undefined): Promise<void> {
    if (earlier) await earlier
    const asked = this.asked ?? []
    this.asked = undefined
    const errors: unknown[] = []
    try {
      await this.lifecycle.checkpoint?.()
    } catch (error) {
      errors.push(encodeThrown(error))
    }
    for (const [port, token] of asked) port.postMessage([CHECKPOINTED, token, ...errors])
  }
}
