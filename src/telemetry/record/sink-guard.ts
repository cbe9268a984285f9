/** Keeps telemetry from harming the application: what a sink throws is swallowed, counted, and told once. */
import { warn } from '../../lib/warn.ts'

export class SinkGuard {
  /** Errors that sinks and listeners have thrown. */
  failures = 0
  private readonly told = new Set<string>()

  /** A sink threw; development hears of the first time. */
  failed(sink: string, error: unknown): void {
    this.failures++
    this.once(`failed:${sink}`, () => [
      `Atelier: ${sink} threw; tasks go on, its data may be incomplete.`,
      error,
    ])
  }

  /** Warns in development, once for each topic. */
  once(topic: string, message: () => readonly unknown[]): void {
    if (this.told.has(topic)) return
    this.told.add(topic)
    warn(message)
  }
}
