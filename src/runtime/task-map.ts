/** `control.map`: runs a method over inputs, and pulls them only as the queue has room. */
import { MANY_CHECKS, overMany } from '../lib/many-items.ts'
import type { ResolvedTaskConfig } from '../options/task-options.ts'
import type { MapOptions } from '../types/control.ts'
import { bound, checkOptions, iterable } from '../lib/validate.ts'

/** Calls a method for each input; yields results as they complete, or in the order of the inputs. Bad options throw now. */
export function mapCalls(
  config: Pick<ResolvedTaskConfig, 'maxInFlight' | 'maxQueueDepth'>,
  inputs: Iterable<unknown> | AsyncIterable<unknown>,
  options: MapOptions,
  /** Called once: returns the function that calls the method, with the signal that ends the iteration. */
  prepare: (signal: AbortSignal) => (input: unknown) => Promise<unknown>,
  /** The task's, from `with()`: it ends the iteration as well. */
  endSignal?: AbortSignal,
): AsyncGenerator<unknown, void, void> {
  iterable('inputs', inputs)
  const checked = checkOptions('map(method, inputs, options)', options, {
    ...MANY_CHECKS,
    maxInFlight: bound(1),
  })
  // Enough to fill every slot and the queue behind it.
  const limit =
    checked.maxInFlight ?? config.maxInFlight + Math.min(config.maxQueueDepth, config.maxInFlight * 2)
  return overMany(inputs, prepare, checked, { name: 'control.map', limit, endSignal })
}
