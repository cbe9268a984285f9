/** What a picture of lanes is drawn from: the steps of calls and the life of workers, as the runtime tells them. */
import type { RuntimeEvent } from 'atelier-react'

export type SegmentState =
  | 'blocked'
  | 'pending'
  | 'running'
  | 'success'
  | 'failure'
  | 'canceled'
  | 'rejected'
  | 'lost'

/** A stretch of time; without an end while it lasts. */
export interface Segment {
  readonly id: string
  readonly label: string
  readonly state: SegmentState
  readonly start: number
  readonly end?: number | undefined
}

export interface WorkerLane {
  readonly name: string
  readonly taskName: string
  /** From the spawn until it takes calls. */
  readonly starts: readonly Segment[]
  readonly runs: readonly Segment[]
  /** When it died, or was stopped. */
  readonly deaths: readonly { readonly time: number; readonly isCrash: boolean }[]
}

export interface LanePicture {
  readonly from: number
  /** When it was last certain that something was going on. */
  readonly until: number
  readonly isLive: boolean
  readonly workers: readonly WorkerLane[]
  readonly waits: readonly Segment[]
  readonly counts: Readonly<
    Record<'calls' | 'success' | 'failure' | 'canceled' | 'rejected' | 'requeued', number>
  >
}

interface OpenCall {
  readonly label: string
  wait?: { state: SegmentState; start: number } | undefined
  run?: { worker: string; start: number } | undefined
}

interface Lane {
  readonly name: string
  readonly taskName: string
  readonly starts: Segment[]
  readonly runs: Segment[]
  readonly deaths: { time: number; isCrash: boolean }[]
  spawned?: number | undefined
}

type CallEvent = Extract<RuntimeEvent, { kind: 'call' }>
type WorkerEvent = Extract<RuntimeEvent, { kind: 'worker' }>

export interface LaneLogOptions {
  readonly showsStops?: boolean | undefined
}

export class LaneLog {
  readonly #calls = new Map<string, OpenCall>()
  readonly #lanes = new Map<string, Lane>()
  readonly #showsStops: boolean
  #waits: Segment[] = []
  #counts = { calls: 0, success: 0, failure: 0, canceled: 0, rejected: 0, requeued: 0 }
  #from: number | undefined
  #until = 0
  #made = 0
  #version = 0

  /** `showsStops`: also workers that stop when nothing is left to do, which only make the picture longer where calls are the point. */
  constructor({ showsStops = false }: LaneLogOptions = {}) {
    this.#showsStops = showsStops
  }

  /** Another number whenever there is something to draw. */
  get version(): number {
    return this.#version
  }

  /** Whether the picture grows with time alone. */
  get isLive(): boolean {
    return this.#calls.size > 0 || [...this.#lanes.values()].some((lane) => lane.spawned !== undefined)
  }

  readonly take = (event: RuntimeEvent): void => {
    if (event.kind !== 'call' && event.kind !== 'worker') return
    const isStop = event.kind === 'worker' && event.action === 'terminate'
    if (isStop && !this.#showsStops && this.#calls.size === 0) {
      this.#laneOf(event).spawned = undefined
      return
    }
    this.#version += 1
    this.#from ??= event.time
    this.#until = Math.max(this.#until, event.time)
    if (event.kind === 'call') this.#takeCall(event)
    else this.#takeWorker(event)
  }

  /** Another run: what is still open is kept, from here on, and counted as calls of it. */
  clear(): void {
    this.#version += 1
    this.#waits = []
    for (const lane of this.#lanes.values()) {
      for (const list of [lane.starts, lane.runs, lane.deaths]) list.length = 0
    }
    const calls = this.#calls.size
    this.#counts = { calls, success: 0, failure: 0, canceled: 0, rejected: 0, requeued: 0 }
    this.#from = undefined
    // Two calls of one number could not be told apart.
    if (calls === 0) this.#made = 0
  }

  picture(now: number): LanePicture {
    const open = [...this.#calls]
    const { isLive } = this
    const from = this.#from ?? now
    const waits = open.flatMap(([id, { label, wait }]) =>
      wait ? [{ id, label, ...wait, start: Math.max(from, wait.start) }] : [],
    )
    const running = (name: string): Segment[] =>
      open.flatMap(([id, { label, run }]) =>
        run?.worker === name
          ? [{ id, label, state: 'running' as const, start: Math.max(from, run.start) }]
          : [],
      )
    const workers = [...this.#lanes.values()].map((lane) => ({
      name: lane.name,
      taskName: lane.taskName,
      starts:
        lane.spawned === undefined
          ? [...lane.starts]
          : [
              ...lane.starts,
              {
                id: 'start',
                label: 'starts',
                state: 'pending' as const,
                start: Math.max(from, lane.spawned),
              },
            ],
      runs: [...lane.runs, ...running(lane.name)],
      deaths: [...lane.deaths],
    }))
    workers.sort((a, b) => (a.name < b.name ? -1 : 1))
    const until = isLive ? now : Math.max(from, this.#until)
    return { from, until, isLive, workers, waits: [...this.#waits, ...waits], counts: { ...this.#counts } }
  }

  #takeCall(event: CallEvent): void {
    const { callId, phase, time } = event
    if (phase === 'created') {
      this.#made += 1
      this.#counts.calls += 1
      const label = event.key ?? String(this.#made)
      this.#calls.set(callId, { label, wait: { state: 'blocked', start: time } })
      return
    }
    const call = this.#calls.get(callId)
    if (!call) return
    switch (phase) {
      case 'sent':
      case 'progressed':
        return
      case 'admitted':
        this.#endWait(callId, call, time)
        call.wait = { state: 'pending', start: time }
        return
      case 'started':
        this.#endWait(callId, call, time)
        call.run = { worker: this.#laneOf(event).name, start: time }
        return
      case 'requeued':
        this.#counts.requeued += 1
        this.#endRun(callId, call, 'lost', time)
        this.#endWait(callId, call, time)
        call.wait = { state: 'pending', start: time }
        return
      case 'settled': {
        const outcome = event.outcome ?? 'success'
        this.#counts[outcome] += 1
        // One that never ran ends where it waited, and the mark of its end stands there.
        if (call.run) this.#endRun(callId, call, outcome, time)
        else this.#endWait(callId, call, time, outcome)
        this.#calls.delete(callId)
      }
    }
  }

  #takeWorker(event: WorkerEvent): void {
    const lane = this.#laneOf(event)
    if (event.action === 'spawn') lane.spawned = event.time
    if (event.action === 'error') return
    if (event.action !== 'spawn' && lane.spawned !== undefined) {
      const start = lane.spawned
      lane.spawned = undefined
      if (this.#from !== undefined && start >= this.#from)
        lane.starts.push({ id: `start ${start}`, label: 'starts', state: 'success', start, end: event.time })
    }
    if (event.action === 'crash' || event.action === 'terminate')
      lane.deaths.push({ time: event.time, isCrash: event.action === 'crash' })
  }

  #endWait(id: string, call: OpenCall, end: number, outcome?: SegmentState): void {
    const { wait, label } = call
    call.wait = undefined
    if (wait && (end - wait.start > 0.5 || outcome))
      this.#waits.push({
        id: `${id} ${wait.start}`,
        label,
        state: outcome ?? wait.state,
        start: this.#seen(wait.start),
        end,
      })
  }

  #endRun(id: string, call: OpenCall, state: SegmentState, end: number): void {
    const { run, label } = call
    call.run = undefined
    if (run)
      this.#lanes
        .get(run.worker)
        ?.runs.push({ id: `${id} ${run.start}`, label, state, start: this.#seen(run.start), end })
  }

  /** Not before the picture begins: it may have begun in an earlier run. */
  #seen(time: number): number {
    return Math.max(time, this.#from ?? time)
  }

  #laneOf(event: CallEvent | WorkerEvent): Lane {
    const taskName = event.taskName ?? event.taskId
    const name = event.taskType === 'singleton' ? taskName : `${taskName} #${event.workerIndex ?? 0}`
    const known = this.#lanes.get(name)
    if (known) return known
    const lane: Lane = { name, taskName, starts: [], runs: [], deaths: [] }
    this.#lanes.set(name, lane)
    return lane
  }
}

/** Puts stretches that overlap in rows of their own, each in the first that is free. */
export function packRows(segments: readonly Segment[], until: number): Segment[][] {
  const rows: Segment[][] = []
  for (const segment of segments.toSorted((a, b) => a.start - b.start)) {
    const row = rows.find((candidate) => (candidate.at(-1)?.end ?? until) <= segment.start)
    if (row) row.push(segment)
    else rows.push([segment])
  }
  return rows
}
