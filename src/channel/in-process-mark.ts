/** Workers without a thread: marked where they are created, checked where they are counted. */
// In the global registry, because the testing entry marks its workers and may be in another bundle.
const IN_PROCESS = Symbol.for('atelier.in-process')

/** Marks a worker that runs on the page's thread. */
export function markInProcess<Made extends Worker>(worker: Made): Made {
  return Object.defineProperty(worker, IN_PROCESS, { value: true })
}

/** Whether a factory returned a worker without a thread. */
export function isInProcess(made: unknown): boolean {
  return typeof made === 'object' && made !== null && IN_PROCESS in made
}
