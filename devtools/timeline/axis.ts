/**
 * The axis of the timeline: converts times to pixels and back. An idle period is folded to a few pixels, however long
 * it was. Everything between them has one scale, so that a longer bar is a longer time.
 */
import type { TimeScale } from '../model/time-scale.ts'
import type { TimeRange } from '../model/types.ts'

/** The width of a fold, in px. */
export const FOLD_PX = 28
/** When zoomed out, a fold is no wider than this many ms, so that folds do not fill the window of a long recording. */
const FOLD_MS = 500
/** The shortest time that can fill the window, in ms. */
const LEAST_MS = 1

/** A window onto the axis. */
export class Axis implements TimeScale {
  readonly range: TimeRange
  readonly pixels: number
  /** Pixels per ms outside folds. */
  readonly scale: number
  /** All folds of the recording, except one that fills the window: a user who zoomed into it wants to see it. */
  readonly folds: readonly TimeRange[]
  /** For each fold, the ms in the folds before it; the last entry is the ms in all of them. */
  private readonly gone: Float64Array
  private readonly left: number

  constructor(range: TimeRange, pixels: number, folds: readonly TimeRange[]) {
    this.range = range
    this.pixels = Math.max(1, pixels)
    this.folds = folds.some((fold) => isIn(range, fold)) ? folds.filter((fold) => !isIn(range, fold)) : folds
    this.gone = new Float64Array(this.folds.length + 1)
    for (const [at, { start, end }] of this.folds.entries())
      this.gone[at + 1] = (this.gone[at] as number) + end - start
    this.scale = this.scaleOf()
    this.left = this.placeOf(range.start, this.scale)
  }

  /** In px from the left of the window. */
  readonly x = (time: number): number => this.placeOf(time, this.scale) - this.left

  readonly timeAt = (x: number): number => this.timeOf(x + this.left, this.scale)

  /** The fold at a position in the window. */
  foldAt(x: number): TimeRange | undefined {
    const time = this.timeAt(x)
    return this.folds.find(({ start, end }) => time > start && time < end)
  }

  /** The parts of the window outside folds, in order of time. */
  pieces(): readonly TimeRange[] {
    const { start, end } = this.range
    const pieces: TimeRange[] = []
    let from = start
    for (const fold of this.folds) {
      if (fold.end <= start) continue
      if (fold.start >= end) break
      if (fold.start > from) pieces.push({ start: from, end: fold.start })
      from = fold.end
    }
    if (from < end) pieces.push({ start: from, end })
    return pieces
  }

  /** A window in which a ms takes `factor` times less room. The time at `anchor` stays where it was. */
  zoomed(factor: number, anchor: number = this.timeAt(this.pixels / 2)): TimeRange {
    const scale = Math.min(this.scale / factor, this.pixels / LEAST_MS)
    const left = this.placeOf(anchor, scale) - this.x(anchor)
    return { start: this.timeOf(left, scale), end: this.timeOf(left + this.pixels, scale) }
  }

  /** The window moved by this many px. */
  panned(by: number): TimeRange {
    return { start: this.timeAt(by), end: this.timeAt(this.pixels + by) }
  }

  /**
   * The window is filled by `scale` px for each ms outside folds, and by the width of each fold. That width depends on the scale
   * when zoomed out.
   */
  private scaleOf(): number {
    const { start, end } = this.range
    let ms = end - start
    let count = 0
    for (const fold of this.folds) {
      const part = Math.min(end, fold.end) - Math.max(start, fold.start)
      if (part <= 0) continue
      ms -= part
      count += part / (fold.end - fold.start)
    }
    const near = (this.pixels - count * FOLD_PX) / ms
    return widthAt(near) === FOLD_PX ? near : this.pixels / (ms + count * FOLD_MS)
  }

  /** The position on the whole axis in this scale, in px. */
  private placeOf(time: number, scale: number): number {
    const { folds, gone } = this
    // A fast path: each drawn call needs this twice, and most recordings have no folds.
    if (folds.length === 0) return time * scale
    const width = widthAt(scale)
    const before = countWhile(folds.length, (at) => (folds[at] as TimeRange).start < time)
    const last = folds[before - 1]
    if (last === undefined || time >= last.end)
      return (time - (gone[before] as number)) * scale + before * width
    const share = (time - last.start) / (last.end - last.start)
    return this.placeOfFold(before - 1, scale) + share * width
  }

  private timeOf(place: number, scale: number): number {
    const width = widthAt(scale)
    const { folds, gone } = this
    const before = countWhile(folds.length, (at) => this.placeOfFold(at, scale) < place)
    const last = folds[before - 1]
    if (last === undefined) return place / scale
    const into = place - this.placeOfFold(before - 1, scale)
    if (into < width) return last.start + (into / width) * (last.end - last.start)
    return (place - before * width) / scale + (gone[before] as number)
  }

  private placeOfFold(at: number, scale: number): number {
    return ((this.folds[at] as TimeRange).start - (this.gone[at] as number)) * scale + at * widthAt(scale)
  }
}

/** How many of the first `length` indexes `holds` is true for. It must be true up to one index and false from there on. */
function countWhile(length: number, holds: (at: number) => boolean): number {
  let low = 0
  let high = length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (holds(middle)) low = middle + 1
    else high = middle
  }
  return low
}

/** The width of a fold in this scale, in px. */
function widthAt(scale: number): number {
  return Math.min(FOLD_PX, FOLD_MS * scale)
}

function isIn(inner: TimeRange, outer: TimeRange): boolean {
  return inner.start >= outer.start && inner.end <= outer.end
}

/** The last `ms` before a time, not counting folded time. */
export function lastOf(ms: number, end: number, folds: readonly TimeRange[]): TimeRange {
  let start = end - ms
  for (const fold of folds.toReversed()) {
    if (fold.end <= start) break
    if (fold.start < end) start -= Math.min(end, fold.end) - fold.start
  }
  return { start, end }
}

/** Round times in the window, about one per `width` px, and none in a fold. */
export function ticksOf(axis: Axis, origin: number, width = 90): number[] {
  const wanted = width / axis.scale
  const power = 10 ** Math.floor(Math.log10(wanted))
  const step = [1, 2, 5, 10].map((each) => each * power).find((each) => each >= wanted) ?? 10 * power
  return axis.pieces().flatMap(({ start, end }) => {
    const first = Math.ceil((start - origin) / step)
    const last = Math.floor((end - origin) / step)
    return Array.from(
      { length: Math.max(0, last - first + 1) },
      (_, index) => origin + (first + index) * step,
    )
  })
}
