/** Keeps telemetry from harming the application: what a sink throws is swallowed, counted, and reported once. */
import { warn } from '../lib/warn.ts'

export class SinkGuard {
  /** Errors that sinks and listeners have thrown. */
  failures = 0
  private readonly said = new Set<string>()

  /** A sink threw; development is warned the first time. */
  failed(sink: string, error: unknown): void {
    this.failures++
    this.once(`failed:${sink}`, () => [
      `Atelier: ${sink} threw. Calls still work, but its data may be incomplete.`,
      error,
    ])
  }

  /** Warns in development, once for each topic. */
  once(topic: string, message: () => readonly unknown[]): void {
    if (this.said.has(topic)) return
    this.said.add(topic)
    try {
      warn(message)
    } catch {
      // A console that throws is one more sink that must do no harm.
    }
  }
}
