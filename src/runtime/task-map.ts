/** `task.map`: runs a method over inputs, and pulls them only as the queue has room. */
import { limitedRun } from '../lib/limited-run.ts'
import type { ResolvedTaskConfig } from '../options/task-options.ts'
import type { MapOptions } from '../types/task.ts'
import { abortSignal, among, checkOptions, flag, iterable } from '../lib/validate.ts'

/** Calls a method for each input; yields results as they complete, or in the order of the inputs. Bad options throw now. */
export function mapCalls(
  config: Pick<ResolvedTaskConfig, 'maxInFlight' | 'maxQueueDepth'>,
  inputs: Iterable<unknown> | AsyncIterable<unknown>,
  options: MapOptions,
  /** Made once: what calls the method, with the signal that ends the iteration. */
  prepare: (signal: AbortSignal) => (input: unknown) => Promise<unknown>,
): AsyncGenerator<unknown, void, void> {
  iterable('inputs', inputs)
  checkOptions('map(method, inputs, options)', options, {
    ordered: flag,
    onError: among('throw', 'skip', 'settle'),
    signal: abortSignal,
  })
  return run(config, inputs, options, prepare)
}

async function* run(
  config: Pick<ResolvedTaskConfig, 'maxInFlight' | 'maxQueueDepth'>,
  inputs: Iterable<unknown> | AsyncIterable<unknown>,
  { ordered = false, onError = 'throw', signal }: MapOptions,
  prepare: (signal: AbortSignal) => (input: unknown) => Promise<unknown>,
): AsyncGenerator<unknown, void, void> {
  const end = new AbortController()
  const call = prepare(signal ? AbortSignal.any([signal, end.signal]) : end.signal)
  // Enough to keep every slot and the queue behind it filled.
  const limit = config.maxInFlight + Math.min(config.maxQueueDepth, config.maxInFlight * 2)
  try {
    for await (const { settled } of limitedRun(inputs, call, { limit, isOrdered: ordered, signal })) {
      if (onError === 'settle') yield settled
      else if (settled.status === 'fulfilled') yield settled.value
      else if (onError === 'throw') throw settled.reason
    }
  } finally {
    // Also when the consumer leaves early: nothing of ours goes on.
    end.abort(new DOMException('The iteration over task.map ended', 'AbortError'))
  }
}
