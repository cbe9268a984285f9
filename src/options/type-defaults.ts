/** The defaults of a pool, and of a singleton, which is a pool of one. */
import type { TypeDefaults } from './task-options.ts'
import type { TaskConfig } from '../types/task.ts'

/**
 * One worker, one call after another. By default, an aborted handler is never killed, because the state that the worker owns
 * would be lost with it.
 */
export const SINGLETON: TypeDefaults = { maxWorkers: 1, abortGraceMs: Number.POSITIVE_INFINITY }

/** As many workers as the machine has cores, less one for the page. */
export function parallelDefaults(): TypeDefaults {
  const cores = globalThis.navigator?.hardwareConcurrency ?? 2
  return { maxWorkers: Math.max(1, cores - 1), abortGraceMs: 2_000 }
}

/** The defaults of a task. */
export function typeDefaults(type: TaskConfig<unknown>['type']): TypeDefaults {
  return type === 'singleton' ? SINGLETON : parallelDefaults()
}
