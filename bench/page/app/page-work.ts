/** Counts what scripts do on the main thread: each callback that the page runs for somebody, by the clock. */

export interface PageWork {
  /** ms of scripts since it was asked the last time. */
  readonly since: () => number
  /** A frame that is not counted. */
  readonly nextFrame: () => Promise<void>
  readonly stop: () => void
}

/** From now on timers, frames, microtasks and messages are measured; the turn of a message ends with its microtasks. */
export function watchPageWork(): PageWork {
  let total = 0
  let last = 0
  let depth = 0
  const measured =
    <Args extends unknown[]>(work: (...args: Args) => unknown) =>
    (...args: Args): unknown => {
      if (depth > 0) return work(...args)
      depth++
      const start = performance.now()
      try {
        return work(...args)
      } finally {
        depth--
        total += performance.now() - start
      }
    }
  const before = {
    requestAnimationFrame: globalThis.requestAnimationFrame.bind(globalThis),
    setTimeout: globalThis.setTimeout.bind(globalThis),
    setInterval: globalThis.setInterval.bind(globalThis),
    queueMicrotask: globalThis.queueMicrotask.bind(globalThis),
  }
  globalThis.requestAnimationFrame = (work) => before.requestAnimationFrame(measured<[number]>(work))
  globalThis.setTimeout = ((work: () => void, ms?: number) =>
    before.setTimeout(measured(work), ms)) as typeof setTimeout
  globalThis.setInterval = ((work: () => void, ms?: number) =>
    before.setInterval(measured(work), ms)) as typeof setInterval
  globalThis.queueMicrotask = (work) => before.queueMicrotask(measured<[]>(work))
  // React renders in a message to itself.
  const message = Object.getOwnPropertyDescriptor(MessagePort.prototype, 'onmessage') as PropertyDescriptor
  Object.defineProperty(MessagePort.prototype, 'onmessage', {
    ...message,
    set(this: MessagePort, work: ((event: MessageEvent) => void) | null) {
      message.set?.call(this, work && measured(work))
    },
  })
  return {
    since: () => {
      const ms = total - last
      last = total
      return ms
    },
    nextFrame: () => new Promise((resolve) => before.requestAnimationFrame(() => resolve())),
    stop: () => {
      Object.assign(globalThis, before)
      Object.defineProperty(MessagePort.prototype, 'onmessage', message)
    },
  }
}
