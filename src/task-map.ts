/** `task.map`: runs a method over inputs, and pulls them only as the queue has room. */
import type { MapOptions } from './task-types.ts'
import type { ResolvedTaskConfig } from './task-config.ts'

type Outcome = { readonly index: number; readonly settled: PromiseSettledResult<unknown> }

/** Calls a method for each input; yields results as they complete, or in the order of the inputs. */
export async function* mapCalls(
  config: Pick<ResolvedTaskConfig, 'maxInFlight' | 'maxQueueDepth'>,
  inputs: Iterable<unknown> | AsyncIterable<unknown>,
  { ordered = false, onError = 'throw', signal }: MapOptions = {},
  /** Made once: what calls the method, with the signal that ends the iteration. */
  prepare: (signal: AbortSignal) => (input: unknown) => Promise<unknown>,
): AsyncGenerator<unknown, void, void> {
  // Enough to keep every slot and the queue filled; what is finished and not yet read counts too.
  const most = Math.max(1, config.maxInFlight + Math.min(config.maxQueueDepth, config.maxInFlight * 2))
  const stop = new AbortController()
  const joined = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal
  const run = prepare(joined)
  const open = new Map<number, Promise<Outcome>>()
  const source = Symbol.asyncIterator in inputs ? inputs[Symbol.asyncIterator]() : inputs[Symbol.iterator]()
  let next = 0
  let isExhausted = false
  try {
    while (!isExhausted || open.size > 0) {
      while (!isExhausted && open.size < most) {
        signal?.throwIfAborted()
        const step = await source.next()
        if (step.done) isExhausted = true
        else open.set(next, settle(next++, run(step.value)))
      }
      if (open.size === 0) break
      const first = open.keys().next().value as number
      const outcome = await (ordered ? (open.get(first) as Promise<Outcome>) : Promise.race(open.values()))
      open.delete(outcome.index)
      if (onError === 'settle') yield outcome.settled
      else if (outcome.settled.status === 'fulfilled') yield outcome.settled.value
      else if (onError === 'throw') throw outcome.settled.reason
    }
  } finally {
    // Also when the consumer leaves early: nothing of ours goes on.
    stop.abort(new DOMException('The iteration over task.map ended', 'AbortError'))
    if (!isExhausted) await source.return?.()
  }
}

function settle(index: number, call: Promise<unknown>): Promise<Outcome> {
  return call.then(
    (value): Outcome => ({ index, settled: { status: 'fulfilled', value } }),
    (reason: unknown): Outcome => ({ index, settled: { status: 'rejected', reason } }),
  )
}
