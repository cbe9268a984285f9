/** What the page holds at a moment: memory, listeners, timers, workers. */
import { onTestFinished, vi } from 'vitest'
import { commands } from 'vitest/browser'
import { lacks } from '../fixtures/lacks.ts'

export interface Footprint {
  /** Bytes of JavaScript and DOM of the page and its workers, after a collection; in WebKit, of JavaScript of the page. */
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

declare module 'vitest/browser' {
  interface BrowserCommands {
    /** What the driver measures, where the page cannot. */
    engineMemory(): Promise<{ bytes: number; workers: number }>
  }
}

/** Whether the page can measure itself. */
export const isMeasuredByPage = !(await lacks('memoryMeasurement'))

const memory = performance as unknown as {
  measureUserAgentSpecificMemory(): Promise<MemoryMeasurement>
}

/**
 * A measurement in Chromium 156 is at times too low, by the 2.1 MB of a large object or by a worker that was too busy to
 * answer: about one in twenty, on an idle machine. What is too much for one is garbage, and gone in the next.
 */
const MEASUREMENTS = isMeasuredByPage ? 5 : 1

async function measureMemory(): Promise<{ bytes: number; workers: number }> {
  if (!isMeasuredByPage) return commands.engineMemory()
  const { bytes, breakdown } = await memory.measureUserAgentSpecificMemory()
  const scopes = breakdown.flatMap(({ attribution }) => attribution.map(({ scope }) => scope))
  return { bytes, workers: scopes.filter((scope) => scope === 'DedicatedWorkerGlobalScope').length }
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
    let most = { bytes: 0, workers: 0 }
    for (let n = 0; n < MEASUREMENTS; n++) {
      const { bytes, workers } = await measureMemory()
      most = { bytes: Math.max(most.bytes, bytes), workers: Math.max(most.workers, workers) }
    }
    return { ...most, listeners: listeners(), timers: timers() }
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

function countListeners(): () => number {
  const { addEventListener, removeEventListener } = EventTarget.prototype
  type Listener = EventListenerOrEventListenerObject | null
  type Listen = (this: EventTarget, type: string, listener: Listener, options?: unknown) => void
  const isWatched = (target: unknown) => target instanceof AbortSignal || target instanceof Worker
  // Stand-ins notice that a listener for one event has had it: a second listener would keep a signal alive. They are kept
  // by their target itself: the table of a WeakMap keeps the size that the targets between two collections gave it.
  const standIns = Symbol('stand-ins')
  type Target = EventTarget & { [standIns]?: Map<Listener, Listener> }
  const standInsOf = (target: Target) => (target[standIns] ??= new Map<Listener, Listener>())
  let count = 0
  const forget = (target: Target, listener: Listener): Listener => {
    const standIn = target[standIns]?.get(listener)
    if (standIn === undefined) return listener
    target[standIns]?.delete(listener)
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
      standInsOf(this).set(listener, standIn)
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
