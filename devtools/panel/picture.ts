/** Creates the view of a session, with only what the open tab needs. */
import { treeOf } from '../model/critical-path.ts'
import { causeOf, workIn } from '../model/interactions.ts'
import { summaryOf } from '../model/traces.ts'
import type { CallRow, DevtoolsSession, RuntimeRow, TaskRow, WorkerRow } from '../model/types.ts'
import { verdictOf } from '../model/verdict.ts'
import { waterfallOf } from '../model/waterfall.ts'
import { whyOf } from '../model/why.ts'
import { CallList } from './call-list.ts'
import { figuresOf } from './figures.ts'
import type { CallDetail, Choices, MomentDetail, PanelView, TraceDetail, TraceWindow } from './panel-state.ts'
import { taskTimesOf } from './task-times.ts'
import { TraceList } from './trace-list.ts'

const MOST_EVENTS = 1_000
const NO_TRACES: TraceWindow = { total: 0, listed: 0, first: 0, rows: [], next: undefined }

export class Picture {
  private readonly session: DevtoolsSession
  private readonly runtimeName: string | undefined
  private readonly list: CallList
  private readonly traces: TraceList
  private seen = -1

  constructor(session: DevtoolsSession, runtimeName?: string) {
    this.session = session
    this.runtimeName = runtimeName
    this.list = new CallList(session)
    this.traces = new TraceList(session)
  }

  /** Something was recorded since the last view, or time itself is shown. */
  hasChanged(): boolean {
    return this.session.version !== this.seen || (this.session.isLive && this.session.openCount > 0)
  }

  viewOf(choices: Choices, isRecording: boolean): PanelView {
    const { session } = this
    const { tab } = choices
    const now = session.now()
    this.seen = session.version
    const runtimes = session.runtimes()
    const runtimeId = choices.runtimeId ?? this.named(runtimes)
    const isShown = (row: { readonly runtimeId: number }) =>
      runtimeId === undefined || row.runtimeId === runtimeId
    const tasks = session.tasks().filter(isShown)
    const workers = session.workers().filter(isShown)
    const { columns } = session
    const frames = session.frames({ start: now - 60_000, end: now })
    return {
      ...choices,
      runtimeId,
      now,
      isLive: session.isLive,
      isRecording,
      startTime: session.startTime,
      since: new Date(session.timeOrigin + session.startTime).toLocaleTimeString('en-GB'),
      earlierCalls: session.earlierCalls,
      droppedCalls: session.droppedCalls,
      runtimes,
      verdict: verdictOf({ columns, tasks, workers, frames, now }),
      figures: figuresOf(columns, tasks, workers, frames, now),
      isSimulated: workers.some(({ slowdown, endTime }) => slowdown !== undefined && endTime === undefined),
      list: this.list.windowOf(choices, runtimeId, now),
      call: this.callOf(choices.selected, tasks),
      trace: this.traceOf(choices.traceId, now, tasks, workers),
      momentDetail: this.momentOf(choices),
      tasks: tab === 'tasks' ? taskTimesOf(columns, tasks, workers, now) : [],
      traces: tab === 'traces' ? this.traces.windowOf(choices, runtimeId, now) : NO_TRACES,
      taskNames: new Map(
        tasks.map((task) => [`${task.runtimeId} ${task.taskId}`, task.taskName ?? task.taskId]),
      ),
      events: tab === 'events' ? session.events().slice(-MOST_EVENTS).toReversed() : [],
    }
  }

  private named(runtimes: readonly RuntimeRow[]): number | undefined {
    if (this.runtimeName === undefined) return undefined
    return runtimes.filter(({ name }) => name === this.runtimeName).at(-1)?.id
  }

  private callOf(row: number | undefined, tasks: readonly TaskRow[]): CallDetail | undefined {
    const call = row === undefined ? undefined : this.session.call(row)
    if (call === undefined) return undefined
    const behind = this.session.openCalls().filter((other) => isBehind(other, call)).length
    const isOf = (task: TaskRow) => task.taskId === call.taskId && task.runtimeId === call.runtimeId
    return { call, behind, task: tasks.find(isOf) }
  }

  private momentOf({ moment }: Choices): MomentDetail | undefined {
    const { session } = this
    if (moment === undefined) return undefined
    const isIt = (each: { readonly startTime: number }) => each.startTime === moment.startTime
    if (moment.kind === 'frame') {
      const frame = session.frames().find(isIt)
      return frame && { interaction: undefined, frame, work: workIn(frame, session) }
    }
    const interaction = session.interactions().find(isIt)
    return interaction && causeOf(interaction, session.frames(), session)
  }

  private traceOf(
    traceId: string | undefined,
    now: number,
    tasks: readonly TaskRow[],
    workers: readonly WorkerRow[],
  ): TraceDetail | undefined {
    const { session } = this
    const calls = traceId === undefined ? [] : session.callsOfTrace(traceId)
    if (traceId === undefined || calls.length === 0) return undefined
    const root = session.roots().find((each) => each.traceId === traceId)
    const tree = treeOf(calls, root, now)
    const frames = session.frames({ start: tree.start, end: tree.end })
    return {
      summary: summaryOf(calls, root, now),
      why: whyOf(tree, { columns: session.columns, tasks, workers, frames, now }),
      rows: waterfallOf(tree, session.spansOfTrace(traceId), now),
      frames,
    }
  }
}

function isBehind(other: CallRow, call: CallRow): boolean {
  return (
    other.runtimeId === call.runtimeId &&
    other.taskId === call.taskId &&
    other.row > call.row &&
    (other.status === 'pending' || other.status === 'blocked')
  )
}
