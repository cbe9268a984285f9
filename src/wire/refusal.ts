/** Why a message was not posted. */
import { isCloneFailure } from './clone-failure.ts'

/** Thrown where a message was not posted; never seen by a user. */
export class Refusal extends Error {
  /** See `findUnclonable`. */
  readonly culprit: string

  /** `cause`: what the browser threw, or a getter inside the value; nothing for a mistake in the list. */
  constructor(culprit: string, cause: unknown) {
    super(culprit, { cause })
    this.culprit = culprit
  }

  /** Whether the value or the list is at fault; else a getter of the user's threw. */
  get isForClone(): boolean {
    return this.cause === undefined || isCloneFailure(this.cause)
  }
}
