/** Times the work of animation frames: their callbacks, and what React renders and commits in the microtasks after. */

export interface FrameClock {
  /** Length in ms of the next frame in which anything ran. */
  readonly next: () => Promise<number>
  readonly restore: () => void
}

export function frameClock(): FrameClock {
  const original = window.requestAnimationFrame
  let report: (ms: number) => void = () => {}
  window.requestAnimationFrame = (callback) =>
    original.call(window, (time) => {
      const start = performance.now()
      callback(time)
      // Behind the microtask in which React renders what the callback has changed.
      queueMicrotask(() => report(performance.now() - start))
    })
  return {
    next: () =>
      new Promise((resolve) => {
        report = resolve
      }),
    restore: () => {
      window.requestAnimationFrame = original
    },
  }
}
