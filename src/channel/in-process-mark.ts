/** Workers without a thread: marked where they are made, known where they are counted. */
// In the global registry: the testing entry marks its workers, and may be another bundle.
const IN_PROCESS = Symbol.for('atelier.in-process')

/** Marks a worker as running on the page's own thread, unlike those that have one of their own. */
export function markInProcess<Made extends Worker>(worker: Made): Made {
  return Object.defineProperty(worker, IN_PROCESS, { value: true })
}

/** Whether a factory has made a worker without a thread; whatever else it made has one. */
export function isInProcess(made: unknown): boolean {
  return typeof made === 'object' && made !== null && IN_PROCESS in made
}
