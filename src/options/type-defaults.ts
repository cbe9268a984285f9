/** What holds for a pool and for a singleton, which is a pool of one, where a task's options say nothing. */
import type { TypeDefaults } from './task-options.ts'
import type { TaskConfig } from '../types/task.ts'

/**
 * One worker, one call after another. An aborted handler is never killed by default: the state that the worker owns
 * would die with it.
 */
export const SINGLETON: TypeDefaults = { maxWorkers: 1, abortGraceMs: Number.POSITIVE_INFINITY }

/** As many workers as the machine has cores, one left to the page. */
export function parallelDefaults(): TypeDefaults {
  const cores = globalThis.navigator?.hardwareConcurrency ?? 2
  return { maxWorkers: Math.max(1, cores - 1), abortGraceMs: 2_000 }
}

/** What holds for a task where its config says nothing. */
export function typeDefaults(type: TaskConfig<unknown>['type']): TypeDefaults {
  return type === 'singleton' ? SINGLETON : parallelDefaults()
}
