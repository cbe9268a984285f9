/** Loads the code that talks to workers, then creates the requested workers. If loading fails, their start has failed. */
import type { ChannelSettings } from '../channel/channel-owner.ts'
import type { Link, WorkerChannel } from '../channel/worker-channel.ts'
import { seenWith, type StartFailure } from '../errors/failures.ts'
import { startFailed } from './failed-starts.ts'
import { loadSide, makeSide } from './late-side.ts'
import type { FleetNeeds } from './fleet-settings.ts'
import type { SideParts } from './worker-side.ts'

const WHAT = "Atelier's own code that speaks with workers, a file beside the page's scripts,"

export class SideLoading implements FleetNeeds {
  private readonly needs: SideParts
  private isLoading = false

  constructor(needs: SideParts) {
    this.needs = needs
  }

  /** @see FleetNeeds */
  link(channel: WorkerChannel, settings: ChannelSettings): Link | null {
    const { parts } = this.needs
    parts.side ??= makeSide(this.needs)
    if (parts.side === null) this.load()
    return parts.side?.link(channel, settings) ?? null
  }

  /** @see FleetNeeds */
  lateStart(channel: WorkerChannel, ms: number): void {
    if (channel.link !== null) channel.link.startTimedOut(ms)
    else this.fail(channel, 'start-timeout', `${WHAT} did not load within ${ms} ms (startTimeoutMs)`)
  }

  /** @see FleetNeeds */
  recovered(): void {
    this.needs.parts.pumpSoon()
  }

  private load(): void {
    if (this.isLoading) return
    this.isLoading = true
    const { host, fleet, pumpSoon } = this.needs.parts
    loadSide().then(
      () => {
        this.isLoading = false
        pumpSoon()
      },
      (cause: unknown) => {
        this.isLoading = false
        const unmade = fleet.channels.filter(({ link }) => link === null)
        host.turn(() => {
          for (const channel of unmade) this.fail(channel, 'start-failed', `${WHAT} did not load`, cause)
        })
      },
    )
  }

  private fail(channel: WorkerChannel, code: StartFailure['code'], what: string, cause?: unknown): void {
    if (!channel.isStarting) return
    channel.state = 'closed'
    const { parts, dispatcher, fate } = this.needs
    const failure: StartFailure = { code, seen: seenWith(what, cause), script: '', cause, stage: 'code' }
    parts.host.turn(() => startFailed(parts, dispatcher, fate, channel, failure))
  }
}
