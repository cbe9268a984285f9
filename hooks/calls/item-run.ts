/** Runs a function of the user's for an item, as a call that can be aborted. */
import { TaskAbortError } from '../../src/index.ts'
import type { CallEars } from './call-run.ts'

/** What {@link useTaskMap} gives to the function that it runs for each item. */
export interface TaskMapContext<Progress = unknown> {
  /** Fires when the item is aborted: give it to the calls, `task.with({ signal })`. */
  readonly signal: AbortSignal
  /** Tells how far the item is; at most once a frame the newest value is rendered. */
  readonly progress: (value: Progress) => void
}

/** An item's work under way. */
export interface ItemCall<Result> extends Promise<Result> {
  abort(reason?: unknown): void
}

/** What a function rejects with after it was aborted is that abort, whatever it is. */
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
