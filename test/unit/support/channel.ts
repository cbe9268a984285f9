/** One channel on its own: a test speaks for its worker, and sees what its owner is told. */
import type { Call } from '../../../src/call/call.ts'
import type { ChannelOwner, ChannelSettings } from '../../../src/channel/channel-owner.ts'
import { WorkerChannel } from '../../../src/channel/worker-channel.ts'
import { WorkerLink } from '../../../src/channel/worker-link.ts'
import * as wire from '../../../src/wire/protocol.ts'
import { SilentWorker } from './silent-worker.ts'

export interface ChannelOptions extends Partial<ChannelSettings> {
  readonly slots?: number
  readonly isWanted?: boolean
  /** What the owner does about the news. */
  readonly onTold?: (name: string, channel: WorkerChannel) => void
}

/** A channel, its worker, and what its owner was told. */
export function makeChannel({ slots = 1, isWanted = true, onTold, ...settings }: ChannelOptions = {}) {
  const worker = new SilentWorker()
  const told: unknown[][] = []
  const timers: { fn: () => void; ms: number }[] = []
  let now = 100
  let turns = 0
  const clock = {
    now: () => now,
    setTimeout: (fn: () => void, ms: number) => timers.push({ fn, ms }),
    clearTimeout() {},
  } as unknown as ChannelSettings['clock']
  const tell =
    (name: string) =>
    (...args: unknown[]): void => {
      told.push([name, ...args.map((each) => (each === channel ? 'channel' : plain(each)))])
      if (name === 'takenBack') for (const call of args[1] as Call[]) channel.release(call)
      if (name === 'unsendable') channel.release(args[1] as Call)
      onTold?.(name, channel)
    }
  const owner = new Proxy({} as ChannelOwner<WorkerChannel>, {
    get: (_, name: string) =>
      name === 'turn'
        ? (fn: () => void) => {
            turns++
            fn()
          }
        : tell(name),
  })
  const channel: WorkerChannel = new WorkerChannel(3, slots, isWanted)
  const link: WorkerLink = new WorkerLink(
    channel,
    {
      worker: () => worker as unknown as Worker,
      name: 'task',
      wantsProgress: false,
      movesAhead: true,
      clock,
      ...settings,
    },
    owner,
  )
  channel.link = link
  const ready = (methods: readonly string[] = ['method'], hasTeardown = false): void =>
    worker.says(wire.READY, wire.PROTOCOL, methods, performance.timeOrigin, hasTeardown)
  const of = (name: string): unknown[][] =>
    told.filter(([each]) => each === name).map((each) => each.slice(1))
  return {
    channel,
    link,
    worker,
    told,
    timers,
    ready,
    of,
    turns: () => turns,
    later: (ms: number) => (now += ms),
    posted: (kind: number) => worker.posted.filter(([each]) => each === kind),
  }
}

/** What speaks with the worker of a channel. */
export const linkOf = ({ link }: WorkerChannel): WorkerLink => link as WorkerLink

/** Calls by their ids, replies by what matters of them: the object itself serves the next one. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  if ('runId' in value) return `call ${(value as Call).id}`
  return 'startedAt' in value ? { ...value } : value
}

/** A channel whose worker is ready. */
export function openChannel(options: ChannelOptions = {}) {
  const kit = makeChannel(options)
  kit.link.make()
  kit.ready()
  kit.told.length = 0
  return kit
}
