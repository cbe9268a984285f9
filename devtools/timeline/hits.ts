/** Finds what is at a position on the timeline, and the text of its tooltip. */
import { totalMs } from '../model/call-times.ts'
import { runEndAt } from '../model/density.ts'
import { formatMs } from '../model/format.ts'
import { eachOverlapping } from '../model/ranges.ts'
import type { CallRow, DevtoolsSession, FrameRow, InteractionRow, TimeRange } from '../model/types.ts'
import type { Lane } from './lanes.ts'

/** A call, a long frame or an interaction. */
export type Hit =
  | { readonly kind: 'call'; readonly call: CallRow }
  | { readonly kind: 'frame'; readonly frame: FrameRow }
  | { readonly kind: 'interaction'; readonly interaction: InteractionRow }

/** Finds what is in a lane near a time. `y` is measured from the top of the lane. */
export function hitIn(session: DevtoolsSession, lane: Lane, near: TimeRange, y: number): Hit | undefined {
  if (lane.kind === 'page') {
    const interaction = session.interactions(near).at(-1)
    const frame = session.frames(near).at(-1)
    if (interaction && (frame === undefined || y > lane.height / 2))
      return { kind: 'interaction', interaction }
    return frame && { kind: 'frame', frame }
  }
  if (lane.kind === 'queue') return undefined
  const { columns } = session
  let found: number | undefined
  eachOverlapping(columns, near, (slot) => {
    if (columns.lane[slot] !== lane.lane) return
    if (lane.kind === 'worker' && columns.worker[slot] !== lane.index) return
    const started = columns.started[slot] as number
    if (started <= near.end && runEndAt(columns, slot, session.now()) >= near.start) found = slot
  })
  return found === undefined ? undefined : { kind: 'call', call: session.callAt(found) }
}

/** For the tooltip. */
export function wordsOf(hit: Hit, now: number): string {
  switch (hit.kind) {
    case 'call': {
      const { taskName, taskId, method, key, status } = hit.call
      return `${taskName ?? taskId}.${method}${key === undefined ? '' : `(${key})`}: ${status}, ${formatMs(totalMs(hit.call, now))}`
    }
    case 'frame': {
      const { durationMs, blockingMs, scripts } = hit.frame
      const lines = scripts.map((script) => `${script.invoker} ${formatMs(script.durationMs)}`)
      return [`Long frame ${formatMs(durationMs)}, blocked for ${formatMs(blockingMs)}`, ...lines].join('\n')
    }
    case 'interaction': {
      const { name, target, durationMs } = hit.interaction
      return `${name}${target === undefined ? '' : ` on ${target}`}: ${formatMs(durationMs)} until the next paint`
    }
  }
}
