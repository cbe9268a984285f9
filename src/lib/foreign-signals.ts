/** Abort signals that were not made by this page's AbortSignal: polyfills, test doubles, in some engines those of other realms. */
import { fail, reading } from './validate.ts'

/** One follower for each foreign signal, however many calls share it. */
const followers = new WeakMap<AbortSignal, AbortSignal>()

/** The check for a signal: it has `aborted`, and can be listened to. */
export function abortSignal(option: string, value: AbortSignal): AbortSignal {
  if (isOwn(value)) return value
  const isSignal = reading(
    option,
    () => typeof value?.aborted === 'boolean' && typeof value.addEventListener === 'function',
  )
  if (!isSignal) fail(option, value, 'an AbortSignal')
  return value
}

/** A signal that `AbortSignal.any` accepts: the signal itself, or a native one that follows it. */
export function ownSignal(option: string, signal: AbortSignal): AbortSignal {
  return isOwn(signal) ? signal : (followers.get(signal) ?? reading(option, () => follow(signal)))
}

/** A signal that aborts with either of the two. The first is native. */
export function joinSignals(own: AbortSignal, option: string, signal: AbortSignal | undefined): AbortSignal {
  if (signal === undefined || signal === own) return own
  return AbortSignal.any([own, ownSignal(option, signal)])
}

/** The reason of an aborted signal; if its getter throws, what it threw. */
export function reasonOf(signal: AbortSignal): unknown {
  try {
    return signal.reason
  } catch (error) {
    return error
  }
}

function follow(signal: AbortSignal): AbortSignal {
  const controller = new AbortController()
  const abort = () => controller.abort(reasonOf(signal))
  if (signal.aborted) abort()
  else signal.addEventListener('abort', abort, { once: true })
  followers.set(signal, controller.signal)
  return controller.signal
}

/** Whether the platform takes it for a signal; that holds across frames, and for no proxy. */
function isOwn(value: AbortSignal): boolean {
  try {
    return typeof Reflect.get(AbortSignal.prototype, 'aborted', value) === 'boolean'
  } catch {
    return false
  }
}
