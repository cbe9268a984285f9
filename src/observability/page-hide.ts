/** Runs a flush when the page is hidden, after which it may never run again; listens only while it is armed. */

const EVENTS = ['pagehide', 'visibilitychange'] as const

export class PageHideGuard {
  private armed = false
  private readonly listener: (event: Event) => void

  constructor(flush: () => void) {
    this.listener = (event) => {
      if (event.type === 'pagehide' || document.visibilityState === 'hidden') flush()
    }
  }

  arm(): void {
    if (this.armed || typeof document === 'undefined') return
    this.armed = true
    // At the window and capturing: ahead of the exporters, which flush on the same events.
    for (const event of EVENTS) globalThis.addEventListener(event, this.listener, { capture: true })
  }

  disarm(): void {
    if (!this.armed) return
    this.armed = false
    for (const event of EVENTS) globalThis.removeEventListener(event, this.listener, { capture: true })
  }
}
