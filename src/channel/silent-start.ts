/** In development, a worker file that forgot `createTaskWorker` is found before `startTimeoutMs` is over: its script is read. */
import type { Clock } from '../lib/clock.ts'
import { isDevelopment } from '../lib/warn.ts'
import type { SeenFailure } from './start-error.ts'
import { addressOf, notingAddresses, servesNothing } from './script-report.ts'

declare const process: { readonly env: { readonly NODE_ENV?: string } }

/** So long a worker may say nothing before its script is looked at, in ms. */
const SILENCE_MS = 500

/** Asks a factory for its worker, whose address is noted in development. */
export function askFactory<Made>(factory: () => Made): Made {
  return /* @__PURE__ */ isDevelopment() && process.env.NODE_ENV !== 'production'
    ? notingAddresses(factory)
    : factory()
}

/** What is asked of the worker's channel, and told to it. */
interface SilentEvents {
  readonly isStarting: boolean
  readonly startup: { readonly isSettingUp: boolean }
  onUnstarted(failure: SeenFailure): void
}

/** Fails the start of a worker that says nothing when it is certain that it never will. */
export function watchSilence(worker: Worker, clock: Clock, events: SilentEvents): void {
  // Not an early return: bundlers do not see through that.
  if (/* @__PURE__ */ isDevelopment() && process.env.NODE_ENV !== 'production') watch(worker, clock, events)
}

function watch(worker: Worker, clock: Clock, events: SilentEvents): void {
  const address = addressOf(worker)
  if (address === undefined) return
  const isSilent = () => events.isStarting && !events.startup.isSettingUp
  clock.setTimeout(() => {
    if (isSilent())
      void servesNothing(address).then((isCertain) => {
        if (!isCertain || !isSilent()) return
        events.onUnstarted({
          code: 'start-failed',
          seen: 'its script has run, and neither it nor what it imports calls createTaskWorker()',
          stage: 'unserved',
          script: address,
        })
      })
  }, SILENCE_MS)
}
