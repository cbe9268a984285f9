/** Asks one worker to save its state, and waits for the answer. */
import { decodeThrown, type Encoded } from '../wire/error-codec.ts'
import { CHECKPOINT } from '../wire/protocol.ts'
import type { Post } from '../wire/post.ts'
import type { Saved } from './worker-channel.ts'

export class CheckpointRequests {
  private readonly post: Post
  private readonly open = new Map<number, (saved: Saved) => void>()
  private last = 0

  constructor(post: Post) {
    this.post = post
  }

  /** Never rejects. */
  ask(): Promise<Saved> {
    return new Promise((resolve) => {
      // 0 is the worker's own checkpoint, at its end.
      const token = ++this.last
      this.open.set(token, resolve)
      this.post([CHECKPOINT, token])
    })
  }

  /** `[CHECKPOINTED, token, encoded error?]` */
  answer([, token, error]: readonly unknown[]): void {
    const resolve = this.open.get(token as number)
    this.open.delete(token as number)
    resolve?.(error === undefined ? undefined : { error: decodeThrown(error as Encoded) })
  }

  /** The worker will not answer any more. */
  end(): void {
    for (const resolve of this.open.values())
      resolve({ error: new Error('The worker ended before its checkpoint was done') })
    this.open.clear()
  }
}
