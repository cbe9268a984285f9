/** What the page holds beside memory: timers, listeners, locks. Import it before the library. */

interface Timers {
  setTimeout: (handler: TimerHandler, ms?: number, ...args: unknown[]) => number
  clearTimeout: (handle?: number) => void
  setInterval: (handler: TimerHandler, ms?: number, ...args: unknown[]) => number
}
const { setTimeout, clearTimeout, setInterval } = globalThis as unknown as Timers

const timers = new Map<number, string>()
const end = (handle?: number): void => void (handle !== undefined && timers.delete(handle))

Object.assign(globalThis, {
  setTimeout(handler: TimerHandler, ms?: number, ...args: unknown[]): number {
    const handle = setTimeout.call(
      globalThis,
      () => {
        end(handle)
        ;(handler as (...given: unknown[]) => void)(...args)
      },
      ms,
    )
    timers.set(handle, `setTimeout(${ms ?? 0})`)
    return handle
  },
  clearTimeout(handle?: number) {
    end(handle)
    clearTimeout.call(globalThis, handle)
  },
  setInterval(handler: TimerHandler, ms?: number, ...args: unknown[]): number {
    const handle = setInterval.call(globalThis, handler, ms, ...args)
    timers.set(handle, `setInterval(${ms ?? 0})`)
    return handle
  },
  clearInterval(handle?: number) {
    end(handle)
    clearTimeout.call(globalThis, handle)
  },
})

/** Timers that are set, by what set them. */
export const openTimers = (): string[] => [...timers.values()]

const { addEventListener, removeEventListener } = EventTarget.prototype
type Listener = EventListenerOrEventListenerObject | null
type Options = boolean | AddEventListenerOptions | undefined
const counts = { signal: 0, worker: 0, page: 0 }
type Kind = keyof typeof counts

/** Of abort signals, workers and the page itself: what outlives a call. React leaves one on the document, for good. */
function kindOf(target: unknown, type: string): Kind | undefined {
  if (type === 'selectionchange') return undefined
  if (target instanceof AbortSignal) return 'signal'
  if (target instanceof Worker) return 'worker'
  return target === globalThis || target === document ? 'page' : undefined
}

// A listener for one event stands in for itself, so that it is counted out when it has had the event.
const standIns = new WeakMap<EventTarget, Map<string, Map<Listener, Listener>>>()

function listenersOf(target: EventTarget, type: string): Map<Listener, Listener> {
  const byType = standIns.get(target) ?? new Map<string, Map<Listener, Listener>>()
  standIns.set(target, byType)
  const known = byType.get(type) ?? new Map<Listener, Listener>()
  byType.set(type, known)
  return known
}

Object.assign(EventTarget.prototype, {
  addEventListener(this: EventTarget | undefined, type: string, listener: Listener, options: Options) {
    const target = this ?? globalThis
    const kind = kindOf(target, type)
    if (kind === undefined || typeof listener !== 'function') {
      addEventListener.call(target, type, listener, options)
      return
    }
    const known = listenersOf(target, type)
    if (known.has(listener)) return
    const isOnce = typeof options === 'object' && options.once === true
    const standIn: Listener = isOnce
      ? (event: Event) => {
          if (known.delete(listener)) counts[kind]--
          listener.call(target, event)
        }
      : listener
    known.set(listener, standIn)
    counts[kind]++
    addEventListener.call(target, type, standIn, options)
    const signal = typeof options === 'object' ? options.signal : undefined
    if (!signal) return
    const gone = () => {
      if (known.delete(listener)) counts[kind]--
    }
    if (signal.aborted) gone()
    else addEventListener.call(signal, 'abort', gone)
  },
  removeEventListener(this: EventTarget | undefined, type: string, listener: Listener, options: Options) {
    const target = this ?? globalThis
    const kind = kindOf(target, type)
    const standIn = kind && listenersOf(target, type).get(listener)
    if (kind === undefined || !standIn) {
      removeEventListener.call(target, type, listener, options)
      return
    }
    listenersOf(target, type).delete(listener)
    counts[kind]--
    removeEventListener.call(target, type, standIn, options)
  },
})

/** Listeners on abort signals, workers and the page. */
export const openListeners = (): Readonly<Record<Kind, number>> => ({ ...counts })

/** Names of the locks that are held or waited for and begin so. */
export async function locksOf(...prefixes: readonly string[]): Promise<string[]> {
  const { held = [], pending = [] } = await navigator.locks.query()
  return [...held, ...pending]
    .map(({ name }) => name ?? '')
    .filter((name) => prefixes.some((prefix) => name.startsWith(prefix)))
}
