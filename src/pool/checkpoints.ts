/** Has the workers of a task save what they hold: when somebody asks, and when the page is hidden. */
import type { Link, WorkerChannel } from '../channel/worker-channel.ts'

export class PoolCheckpoints {
  private readonly channels: () => readonly WorkerChannel[]
  private readonly failed: (channel: WorkerChannel, error: unknown) => void
  private listening: AbortController | null = null

  /** `failed` gets the errors that nobody waits for. */
  constructor(
    channels: () => readonly WorkerChannel[],
    failed: (channel: WorkerChannel, error: unknown) => void,
  ) {
    this.channels = channels
    this.failed = failed
  }

  /** Every worker that is up and has a `checkpoint`. Rejects with the first error, once all are done. */
  async save(): Promise<void> {
    const all = await Promise.all(this.able().map(({ link }) => link.checkpoint()))
    const failure = all.find((saved) => saved !== undefined)
    if (failure) throw failure.error
  }

  /** From now on also when the page is hidden: it may be gone next, and no event tells. */
  watch(): void {
    const { document } = globalThis
    if (this.listening !== null || document === undefined) return
    this.listening = new AbortController()
    // A page that is visible is hidden after its `pagehide`; one that was hidden before has only that.
    const onHide = (): void => {
      if (document.visibilityState === 'hidden') this.saveAll()
    }
    document.addEventListener('visibilitychange', onHide, this.listening)
    globalThis.addEventListener('pagehide', onHide, this.listening)
  }

  end(): void {
    this.listening?.abort()
  }

  private saveAll(): void {
    for (const { channel, link } of this.able())
      void link.checkpoint().then((saved) => {
        // One that ends runs it once more, at its end; one that dies is reported as dead.
        if (saved && !channel.isClosed) this.failed(channel, saved.error)
      })
  }

  private able(): { channel: WorkerChannel; link: Link }[] {
    return this.channels().flatMap((channel) => {
      const { state, link } = channel
      return state === 'ready' && link?.hasCheckpoint ? [{ channel, link }] : []
    })
  }
}
