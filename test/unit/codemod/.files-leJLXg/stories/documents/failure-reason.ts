/** Says in a sentence why a document was not indexed. */

const known: Readonly<Record<string, string>> = {
  NotFoundError: 'The file is gone: it was moved or deleted before it could be read.',
  NotReadableError: 'The file cannot be read: it was changed or locked, or reading it is not permitted.',
  WorkerStartError: 'The worker that should read it did not start.',
  WorkerCrashedError: 'The worker died on it, and on each new attempt.',
  TimeoutError: 'It took longer than it was given.',
}

export function failureReason(error: unknown): string {
  if (!(error instanceof Error) && !(error instanceof DOMException)) return String(error)
  return known[error.name] ?? error.message
}

/** Canceled by a person, or because the page no longer needs it: not a failure. */
export function isCancel(error: unknown): boolean {
  const name = (error as { name?: unknown } | null | undefined)?.name
  return name === 'AbortError' || name === 'TaskDisposedError'
}
