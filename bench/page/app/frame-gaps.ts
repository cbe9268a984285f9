/** The times between animation frames: what a person sees of a busy page. */

export interface FrameGaps {
  readonly longest: number
  /** Of twenty frames, one took longer. */
  readonly p95: number
}

/** Watches until it is called, in ms. */
export function watchFrames(): () => FrameGaps {
  const gaps: number[] = []
  let last = 0
  let handle = requestAnimationFrame(function next(time) {
    if (last > 0) gaps.push(time - last)
    last = time
    handle = requestAnimationFrame(next)
  })
  return () => {
    cancelAnimationFrame(handle)
    gaps.sort((a, b) => a - b)
    return { longest: gaps.at(-1) ?? 0, p95: gaps[Math.floor(gaps.length * 0.95)] ?? 0 }
  }
}
