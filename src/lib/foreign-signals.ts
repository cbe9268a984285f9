/** Abort signals that this page's own AbortSignal did not make: polyfills, test doubles, other realms' in some engines. */
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

/** A signal that `AbortSignal.any` takes: itself, or one of the page's own that follows it. */
export function ownSignal(option: string, signal: AbortSignal): AbortSignal {
  return isOwn(signal) ? signal : (followers.get(signal) ?? reading(option, () => follow(signal)))
}

/** A signal that aborts with each of the two, of which the first is the page's own. */
export function joinSignals(own: AbortSignal, option: string, signal: AbortSignal | undefined): AbortSignal {
  if (signal === undefined || signal === own) return own
  return AbortSignal.any([own, ownSignal(option, signal)])
}

/** What a signal says of why it aborted; what its getter throws, where that is hostile. */
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
