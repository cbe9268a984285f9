/** Runs a user function for an item, as a call that can be aborted. */
import { TaskAbortError } from '../../src/index.ts'
import type { CallEars } from './call-run.ts'

/** What {@link useTaskMap} gives to the function that it runs for each item. */
export interface TaskMapContext<Progress = unknown> {
  /** Fires when the item is aborted. Pass it to the calls: `task.with({ signal })`. */
  readonly signal: AbortSignal
  /** Reports the progress of the item. The newest value is rendered at most once a frame. */
  readonly progress: (value: Progress) => void
}

/** The running work of an item. */
export interface ItemCall<Result> extends Promise<Result> {
  abort(reason?: unknown): void
}

/** After an abort, any rejection of the function counts as the abort. */
export function runItem<Item, Result, Progress>(
  each: (item: Item, context: TaskMapContext<Progress>) => Result,
  item: Item,
  ears: Pick<CallEars, 'progress' | 'start'>,
): ItemCall<Awaited<Result>> {
  const { signal, abort } = controller()
  const run = async (): Promise<Awaited<Result>> => {
    ears.start()
    try {
      return await each(item, { signal, progress: ears.progress })
    } catch (error) {
      if (!signal.aborted) throw error
      throw new TaskAbortError('The item was aborted', { code: 'aborted', cause: signal.reason })
    }
  }
  return Object.assign(run(), { abort })
}

function controller(): { readonly signal: AbortSignal; readonly abort: (reason?: unknown) => void } {
  const made = new AbortController()
  return { signal: made.signal, abort: (reason) => made.abort(reason) }
}
