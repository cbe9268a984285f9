/** Watches the page's own thread during a run: the longest task in which it could not have answered a click. */

export interface LongTaskReport {
  /** Milliseconds, or undefined while none was longer than the threshold. */
  readonly longestMs: number | undefined
  /** Tasks shorter than this are not reported by the browser, or not told from noise. */
  readonly thresholdMs: number
}

/** The Long Tasks API reports from 50 ms on. */
const thresholdMs = 50
const noneYet: LongTaskReport = { longestMs: undefined, thresholdMs }

export class LongTaskWatch {
  #report = noneYet
  readonly #listeners = new Set<() => void>()

  readonly getReport = (): LongTaskReport => this.#report

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  reset(): void {
    this.#set(noneYet)
  }

  /** Watches until the returned function is called. */
  start(): () => void {
    return supportsLongTasks() ? this.#observe() : this.#measureGaps()
  }

  #observe(): () => void {
    const observer = new PerformanceObserver((list) => this.#take(list.getEntries()))
    observer.observe({ type: 'longtask' })
    return () => {
      this.#take(observer.takeRecords())
      observer.disconnect()
    }
  }

  #take(entries: PerformanceEntryList): void {
    // A frame also hears of the tasks of the page around it; those are not this application's.
    for (const entry of entries) if (entry.name !== 'same-origin-ancestor') this.#found(entry.duration)
  }

  /** Without the API: how much later than asked for a timer comes. */
  #measureGaps(): () => void {
    const intervalMs = 10
    let expected = performance.now() + intervalMs
    const timer = setInterval(() => {
      const now = performance.now()
      this.#found(now - expected)
      expected = now + intervalMs
    }, intervalMs)
    return () => clearInterval(timer)
  }

  #found(ms: number): void {
    if (ms >= thresholdMs && ms > (this.#report.longestMs ?? 0)) this.#set({ longestMs: ms, thresholdMs })
  }

  #set(report: LongTaskReport): void {
    this.#report = report
    for (const listener of this.#listeners) listener()
  }
}

function supportsLongTasks(): boolean {
  return PerformanceObserver.supportedEntryTypes.includes('longtask')
}
