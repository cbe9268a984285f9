/** The one error of the document pipeline's own making: this file cannot be read as text, and why. */

export type UnreadableReason = 'empty' | 'binary' | 'encoding' | 'too-large'

export class UnreadableDocumentError extends Error {
  override readonly name = 'UnreadableDocumentError'
  /** An own field, so that it also survives the way from the worker to the page. */
  readonly reason: UnreadableReason

  constructor(reason: UnreadableReason, message: string) {
    super(message)
    this.reason = reason
  }
}
