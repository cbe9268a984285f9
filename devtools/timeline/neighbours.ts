/** Which call the arrow keys select: the next of the same lane, or the nearest of the lane above or below. */
import type { CallRow, DevtoolsSession } from '../model/types.ts'
import type { Lane } from './lanes.ts'

/** The next call of the lane of the selected one; the newest call where none is selected. */
export function nextInLane(
  session: DevtoolsSession,
  selected: number | undefined,
  step: 1 | -1,
): CallRow | undefined {
  const chosen = selected === undefined ? undefined : session.call(selected)
  const calls = session
    .calls()
    .filter((call) => !chosen || (call.taskId === chosen.taskId && call.workerIndex === chosen.workerIndex))
  return calls[chosen ? calls.findIndex(({ row }) => row === chosen.row) + step : calls.length - 1]
}

/** In the next lane of a worker that has one, the call that ran nearest to the selected one. */
export function nearestInNextLane(
  session: DevtoolsSession,
  lanes: readonly Lane[],
  selected: number | undefined,
  step: 1 | -1,
): CallRow | undefined {
  const chosen = selected === undefined ? undefined : session.call(selected)
  if (!chosen) return nextInLane(session, selected, -1)
  const workers = lanes.filter((lane) => lane.kind === 'worker')
  const isOf = (call: CallRow) => (lane: (typeof workers)[number]) =>
    lane.index === call.workerIndex &&
    lane.task.taskId === call.taskId &&
    lane.task.runtimeId === call.runtimeId
  const time = chosen.startedTime ?? chosen.createdTime
  const apart = (call: CallRow) => Math.abs((call.startedTime ?? call.createdTime) - time)
  const calls = session.calls()
  for (let at = workers.findIndex(isOf(chosen)) + step; workers[at]; at += step) {
    const lane = workers[at] as (typeof workers)[number]
    const own = calls.filter((call) => isOf(call)(lane))
    const call = own.reduce<CallRow | undefined>(
      (near, each) => (near && apart(near) <= apart(each) ? near : each),
      undefined,
    )
    if (call) return call
  }
  return undefined
}
