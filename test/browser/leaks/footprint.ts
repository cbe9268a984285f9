/** What the page holds at a moment: memory, listeners, timers, workers. */
import { onTestFinished, vi } from 'vitest'

export interface Footprint {
  /** Bytes of JavaScript and DOM of the page and its workers, after a collection. */
  readonly bytes: number
  /** On workers and abort signals. */
  readonly listeners: number
  readonly timers: number
  /** Workers that are alive for the browser. */
  readonly workers: number
}

interface MemoryMeasurement {
  readonly bytes: number
  readonly breakdown: readonly { readonly attribution: readonly { readonly scope: string }[] }[]
}

const memory = performance as unknown as {
  measureUserAgentSpecificMemory(): Promise<MemoryMeasurement>
}

export interface Watch {
  measure(): Promise<Footprint>
  /** Measures when the browser counts so many workers: it leaves out those that are too busy to answer. */
  measureWith(workers: number): Promise<Footprint>
}

/** Counts listeners and timers from now on, until the test ends. */
export function watchFootprint(): Watch {
  const listeners = countListeners()
  const timers = countTimers()
  const measure = async () => {
    const { bytes, breakdown } = await memory.measureUserAgentSpecificMemory()
    const scopes = breakdown.flatMap(({ attribution }) => attribution.map(({ scope }) => scope))
    const workers = scopes.filter((scope) => scope === 'DedicatedWorkerGlobalScope').length
    return { bytes, workers, listeners: listeners(), timers: timers() }
  }
  const measureWith = (expected: number) =>
    vi.waitFor(
      async () => {
        const footprint = await measure()
        if (footprint.workers !== expected)
          throw new Error(`${footprint.workers} workers are counted, ${expected} expected`)
        return footprint
      },
      { timeout: 60_000, interval: 100 },
    )
  return { measure, measureWith }
}

/**
 * What tables that have grown once keep of it: at 100,000 uses ten bytes for each, which is less than any object or
 * listener takes.
 */
const SLACK_BYTES = 1_000_000

/** What there is more of than before, as text. */
function growth(now: Footprint, before: Footprint): string[] {
  const names = ['bytes', 'listeners', 'timers', 'workers'] as const
  return names
    .filter((name) => now[name] > before[name] + (name === 'bytes' ? SLACK_BYTES : 0))
    .map((name) => `${name}: ${before[name]}, then ${now[name]}`)
}

/** What has grown for good: measured again and again until nothing has, or time is up. */
export async function lastingGrowth({ measure }: Watch, before: Footprint): Promise<string[]> {
  let grown: string[] = []
  await vi
    .waitFor(
      async () => {
        grown = growth(await measure(), before)
        if (grown.length > 0) throw new Error(grown.join('; '))
      },
      { timeout: 10_000, interval: 100 },
    )
    .catch(() => {})
  return grown
}

function countListeners(): () => number {
  const { addEventListener, removeEventListener } = EventTarget.prototype
  type Listener = EventListenerOrEventListenerObject | null
  type Listen = (this: EventTarget, type: string, listener: Listener, options?: unknown) => void
  const isWatched = (target: unknown) => target instanceof AbortSignal || target instanceof Worker
  // Stand-ins notice that a listener for one event has had it: a second listener would keep a signal alive.
  const byTarget = new WeakMap<EventTarget, Map<Listener, Listener>>()
  let count = 0
  const forget = (target: EventTarget, listener: Listener): Listener => {
    const standIn = byTarget.get(target)?.get(listener)
    if (standIn === undefined) return listener
    byTarget.get(target)?.delete(listener)
    count--
    return standIn
  }
  const add: Listen = function (type, listener, options) {
    const isOnce = typeof options === 'object' && (options as AddEventListenerOptions | null)?.once === true
    let standIn = listener
    if (isWatched(this) && typeof listener === 'function') {
      standIn = (event: Event) => {
        if (isOnce) forget(this, listener)
        listener.call(this, event)
      }
      const known = byTarget.get(this) ?? new Map<Listener, Listener>()
      byTarget.set(this, known.set(listener, standIn))
      count++
    }
    addEventListener.call(this, type, standIn, options as AddEventListenerOptions)
  }
  const remove: Listen = function (type, listener, options) {
    removeEventListener.call(this, type, forget(this, listener), options as EventListenerOptions)
  }
  Object.assign(EventTarget.prototype, { addEventListener: add, removeEventListener: remove })
  onTestFinished(() => {
    Object.assign(EventTarget.prototype, { addEventListener, removeEventListener })
  })
  return () => count
}

function countTimers(): () => number {
  const { setTimeout, clearTimeout, setInterval, clearInterval } = globalThis
  const open = new Set<unknown>()
  const end = (handle: unknown): void => void open.delete(handle)
  const start = (handler: TimerHandler, ms?: number, ...args: unknown[]): number => {
    const handle: unknown = setTimeout(() => {
      end(handle)
      ;(handler as (...given: unknown[]) => void)(...args)
    }, ms)
    open.add(handle)
    return handle as number
  }
  Object.assign(globalThis, {
    setTimeout: start,
    clearTimeout(handle: number) {
      end(handle)
      clearTimeout(handle)
    },
    setInterval(handler: TimerHandler, ms?: number) {
      const handle = setInterval(handler as () => void, ms)
      open.add(handle)
      return handle
    },
    clearInterval(handle: number) {
      end(handle)
      clearInterval(handle)
    },
  })
  onTestFinished(() => {
    Object.assign(globalThis, { setTimeout, clearTimeout, setInterval, clearInterval })
  })
  return () => open.size
}
