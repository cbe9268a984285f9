/** What a channel knows about an engine that pages share: this page's role, and whether the host is gone. */
import type { SharedSnapshot } from '../types/snapshot.ts'
import { HOST_LOST, LINE_FAILED, SHARED } from '../wire/protocol.ts'
import type { SeenFailure } from './start-error.ts'

/** What the reports about the engine mean. */
interface EngineNews {
  changed(): void
  lost(seen: string): void
  failed(failure: SeenFailure): void
}

export class EnginePlace {
  /** Undefined if the worker belongs to this page alone. */
  state: SharedSnapshot | undefined = undefined
  /** The page that hosted the worker is gone. */
  isHostLost = false
  private readonly news: EngineNews

  constructor(news: EngineNews) {
    this.news = news
  }

  /** The error for a call that it leaves unfinished. */
  get code(): 'host-lost' | 'crashed' {
    return this.isHostLost ? 'host-lost' : 'crashed'
  }

  /** Reads messages that come from a line and not from a worker; others are ignored. */
  read([kind, what]: readonly unknown[]): void {
    if (kind === SHARED) {
      this.state = what as SharedSnapshot
      this.news.changed()
    } else if (kind === HOST_LOST) {
      this.isHostLost = true
      this.news.lost(what as string)
    } else if (kind === LINE_FAILED) this.news.failed(what as SeenFailure)
  }
}
