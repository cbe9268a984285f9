/** Makes the workers of a task save their state: on request, and when the page is hidden. */
import type { Link, WorkerChannel } from '../channel/worker-channel.ts'

export class PoolCheckpoints {
  private readonly channels: () => readonly WorkerChannel[]
  private readonly failed: (channel: WorkerChannel, error: unknown) => void
  private listening: AbortController | null = null

  /** `failed` gets the errors of saves that no caller requested. */
  constructor(
    channels: () => readonly WorkerChannel[],
    failed: (channel: WorkerChannel, error: unknown) => void,
  ) {
    this.channels = channels
    this.failed = failed
  }

  /** Saves every ready worker that has a `checkpoint`. Rejects with the first error after all have finished. */
  async save(): Promise<void> {
    const all = await Promise.all(this.able().map(({ link }) => link.checkpoint()))
    const failure = all.find((saved) => saved !== undefined)
    if (failure) throw failure.error
  }

  /** From now on, also saves when the page is hidden: it may be discarded next, and no event announces that. */
  watch(): void {
    const { document } = globalThis
    if (this.listening !== null || document === undefined) return
    this.listening = new AbortController()
    // A visible page becomes hidden after its `pagehide`. An already hidden page only gets `pagehide`.
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
        // A worker that is stopped runs `checkpoint` again at its end. A worker that dies is reported as dead.
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
