/** What a channel knows of an engine that other pages share: this page's place among them, and whether its host is gone. */
import type { SharedSnapshot } from '../types/snapshot.ts'
import { HOST_LOST, LINE_FAILED, SHARED } from '../wire/protocol.ts'
import type { SeenFailure } from './start-error.ts'

/** What the news of the engine mean. */
interface EngineNews {
  changed(): void
  lost(seen: string): void
  failed(failure: SeenFailure): void
}

export class EnginePlace {
  /** Nothing where the worker is this page's alone. */
  state: SharedSnapshot | undefined = undefined
  /** The page whose worker it was is gone. */
  isHostLost = false
  private readonly news: EngineNews

  constructor(news: EngineNews) {
    this.news = news
  }

  /** What a call that it leaves unfinished fails with. */
  get code(): 'host-lost' | 'crashed' {
    return this.isHostLost ? 'host-lost' : 'crashed'
  }

  /** Reads what a line says in the place of a worker; anything else is left alone. */
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
