/** `task.map`: runs a method over inputs, and pulls them only as the queue has room. */
import { limitedRun } from '../lib/limited-run.ts'
import type { ResolvedTaskConfig } from '../options/task-options.ts'
import type { MapOptions } from '../types/task.ts'
import { abortSignal, joinSignals } from '../lib/foreign-signals.ts'
import { among, checkOptions, flag, iterable } from '../lib/validate.ts'

/** Calls a method for each input; yields results as they complete, or in the order of the inputs. Bad options throw now. */
export function mapCalls(
  config: Pick<ResolvedTaskConfig, 'maxInFlight' | 'maxQueueDepth'>,
  inputs: Iterable<unknown> | AsyncIterable<unknown>,
  options: MapOptions,
  /** Made once: what calls the method, with the signal that ends the iteration. */
  prepare: (signal: AbortSignal) => (input: unknown) => Promise<unknown>,
  /** The task's, from `with()`: it ends the iteration as well. */
  taskSignal?: AbortSignal,
): AsyncGenerator<unknown, void, void> {
  iterable('inputs', inputs)
  const checked = checkOptions('map(method, inputs, options)', options, {
    ordered: flag,
    onError: among('throw', 'skip', 'settle'),
    signal: abortSignal,
  })
  return run(config, inputs, checked, prepare, taskSignal)
}

async function* run(
  config: Pick<ResolvedTaskConfig, 'maxInFlight' | 'maxQueueDepth'>,
  inputs: Iterable<unknown> | AsyncIterable<unknown>,
  { ordered = false, onError = 'throw', signal }: MapOptions,
  prepare: (signal: AbortSignal) => (input: unknown) => Promise<unknown>,
  taskSignal: AbortSignal | undefined,
): AsyncGenerator<unknown, void, void> {
  const end = new AbortController()
  const joined = joinSignals(joinSignals(end.signal, 'signal', taskSignal), 'signal', signal)
  const call = prepare(joined)
  // Enough to keep every slot and the queue behind it filled.
  const limit = config.maxInFlight + Math.min(config.maxQueueDepth, config.maxInFlight * 2)
  // Also when the consumer leaves early: nothing of ours goes on.
  const onEnd = () => end.abort(new DOMException('The iteration over task.map ended', 'AbortError'))
  const bounds = { limit, isOrdered: ordered, signal: joined, onEnd }
  for await (const { settled } of limitedRun(inputs, call, bounds)) {
    if (onError === 'settle') yield settled
    else if (settled.status === 'fulfilled') yield settled.value
    else if (onError === 'throw') throw settled.reason
  }
}
