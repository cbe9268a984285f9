/** Puts the page's monotonic clock on the wall clock, exactly and the same way for every stamp of a trace. */

/** `[seconds, nanoseconds]` since the epoch: OpenTelemetry's HrTime. */
export type HrTime = [number, number]

/** A laptop that slept, or a clock that was set: past this the anchor is replaced. */
const MOST_DRIFT_MS = 50

/**
 * The epoch time, in ms, at which the monotonic clock read 0. Not `performance.timeOrigin`: in most browsers the
 * monotonic clock stands still while the machine sleeps, and the origin knows nothing of it.
 */
export interface TimeAnchor {
  /** An integer, so that stamps are exact to the nanosecond. */
  readonly epoch: number
}

/** The anchor of a runtime. */
export class AnchorKeeper {
  /** The last anchor that was returned, checked or not. */
  latest: TimeAnchor = { epoch: Number.NaN }

  /** The anchor for what starts at `now`: the same as the last time, unless the clocks have parted. */
  at(now: number): TimeAnchor {
    const epoch = Date.now() - now
    // Written so that the NaN of the beginning counts as drifted.
    if (!(Math.abs(epoch - this.latest.epoch) <= MOST_DRIFT_MS)) this.latest = { epoch: Math.round(epoch) }
    return this.latest
  }
}

/**
 * A stamp of the monotonic clock as HrTime. A plain number will not do: an SDK reads one that is larger than
 * `performance.now()` as epoch milliseconds, and a stamp slightly in the future lands in 1970.
 */
export function toHrTime(anchor: TimeAnchor, time: number): HrTime {
  const whole = Math.floor(time)
  const nanos = Math.round((time - whole) * 1e6)
  const epoch = anchor.epoch + whole
  const seconds = Math.floor(epoch / 1000)
  const rest = (epoch - seconds * 1000) * 1e6 + nanos
  return rest < 1e9 ? [seconds, rest] : [seconds + 1, rest - 1e9]
}
