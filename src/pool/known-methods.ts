/**
 * Learns a task's methods from its workers. In development, warns about options of a method that does not exist: no call
 * will ever read them.
 */
import { didYouMean } from '../lib/nearest.ts'
import { isDevelopment, warnOnce } from '../lib/warn.ts'
import type { PoolParts } from './pool-parts.ts'

declare const process: { readonly env: { readonly NODE_ENV?: string } }

/** Called with the methods of a worker that is ready. */
export function learnMethods({ task, config }: PoolParts, methods: readonly string[]): void {
  task.methods = methods
  if (/* @__PURE__ */ isDevelopment() && process.env.NODE_ENV !== 'production') {
    const unknown = [...config.calls.methods.keys()].filter((name) => !methods.includes(name))
    for (const name of unknown) {
      warnOnce(`unknown-method-options ${task.taskId}.${name}`, () => [
        `Atelier: task "${task.taskId}" has options for "methods.${name}", but its worker has no method "${name}"` +
          `${didYouMean(name, methods)}; it has: ${methods.join(', ')}.`,
      ])
    }
  }
}
