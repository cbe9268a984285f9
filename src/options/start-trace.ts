/** Traces that start with their first use. */

/** A trace that starts when it is first used starts now: its ids are about to be read. What it throws costs its ids, no task. */
export function startTrace(trace: unknown): void {
  try {
    if (typeof trace !== 'object' || trace === null || !('start' in trace)) return
    if (typeof trace.start === 'function') (trace as { start(): void }).start()
  } catch {
    // Telemetry asks again, and reports it.
  }
}
