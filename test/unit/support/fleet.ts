/** The workers of a task without its calls: a clock that a test moves, workers that only say when they are ended. */
import type { ChannelOwner } from '../../../src/channel/channel-owner.ts'
import { WorkerLink } from '../../../src/channel/worker-link.ts'
import type { WorkerChannel } from '../../../src/channel/worker-channel.ts'
import { AbortTaskController } from '../../../src/lib/abort-task-controller.ts'
import type { FleetSettings } from '../../../src/pool/fleet-settings.ts'
import { WorkerFleet } from '../../../src/pool/worker-fleet.ts'
import { Host, type Seam } from '../../../src/pool/turns.ts'
import type { TaskIdentity } from '../../../src/telemetry/instrumentation.ts'
import { makeCall } from './calls.ts'

export function makeFleet(settings: Partial<FleetSettings> = {}) {
  const timers: { at: number; fn: () => void }[] = []
  let now = 0
  const clock = {
    now: () => now,
    setTimeout: (fn: () => void, ms: number) => {
      const timer = { at: now + ms, fn }
      timers.push(timer)
      return timer
    },
    clearTimeout: (timer: unknown) => {
      const at = timers.indexOf(timer as { at: number; fn: () => void })
      if (at >= 0) timers.splice(at, 1)
    },
  }
  const advance = (ms: number): void => {
    const end = now + ms
    for (;;) {
      const due = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0]
      if (!due) break
      timers.splice(timers.indexOf(due), 1)
      now = Math.max(now, due.at)
      due.fn()
    }
    now = end
  }
  /** Time in which no timer can fire, as on a page that is busy. */
  const stall = (ms: number): void => {
    now += ms
  }
  const events: unknown[][] = []
  const seam = {
    active: {
      workerReady: () => {},
      workerSpawned: (_task: unknown, index: number) => events.push(['spawned', index]),
      workerTerminated: (_task: unknown, index: number, reason: string) =>
        events.push(['terminated', index, reason]),
      flush() {},
    },
  } as unknown as Seam
  const host = new Host(clock, seam, new AbortTaskController())
  const late: number[] = []
  const owner = {
    turn: (fn: () => void) => fn(),
    channelFailed: (channel: WorkerChannel) => late.push(channel.index),
  } as unknown as ChannelOwner<WorkerChannel>
  const terminated: number[] = []
  const worker: FleetSettings['worker'] = ({ index }) =>
    ({
      postMessage() {},
      terminate: () => terminated.push(index),
      addEventListener() {},
      removeEventListener() {},
    }) as unknown as Worker
  let recoveries = 0
  const fleet = new WorkerFleet(
    {
      worker,
      name: 'task',
      wantsProgress: false,
      movesAhead: true,
      clock,
      limit: 2,
      maxInFlight: 2,
      startTimeoutMs: 1_000,
      idleTimeoutMs: undefined,
      maxCrashes: 3,
      minWorkers: 0,
      maxCallsPerWorker: undefined,
      isSole: false,
      isEager: false,
      ...settings,
    },
    { taskId: 'task' } as TaskIdentity,
    host,
    {
      link: (channel, own) => new WorkerLink(channel, own, owner),
      lateStart: (channel, ms) => channel.link?.startTimedOut(ms),
      recovered: () => recoveries++,
    },
  )
  /** Takes a slot of the worker that is picked. */
  const pick = (): WorkerChannel | null => {
    const channel = fleet.pick()
    if (channel !== null) {
      channel.running++
      channel.held.set(channel.running, makeCall(channel.running))
    }
    return channel
  }
  const up = (channel: WorkerChannel): void => {
    channel.state = 'ready'
    fleet.ready(channel)
  }
  const free = (channel: WorkerChannel): void => {
    channel.held.clear()
    channel.running = 0
  }
  const indexes = () => fleet.channels.map(({ index }) => index)
  return {
    fleet,
    host,
    pick,
    up,
    free,
    advance,
    stall,
    events,
    late,
    terminated,
    indexes,
    recoveries: () => recoveries,
  }
}
