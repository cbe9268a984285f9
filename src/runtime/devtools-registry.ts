/**
 * Where a page's runtimes can be found by developer tools: an object behind a global symbol. Tools make it before the first runtime;
 * in development the first runtime does, so that tools may also come late. In production a runtime looks for it once, and makes none.
 */
import { runListener } from '../lib/run-listener.ts'
import { isDevelopment } from '../lib/warn.ts'
import type { DevtoolsRegistry, TaskRuntime } from '../types/runtime.ts'

const REGISTRY = Symbol.for('atelier.devtools')

/** A runtime has been created. It is held weakly: a spare one is garbage. */
export function register(runtime: TaskRuntime): void {
  const holder = globalThis as { [REGISTRY]?: DevtoolsRegistry }
  if (isDevelopment()) holder[REGISTRY] ??= { runtimes: new Set(), listeners: new Set() }
  const registry = holder[REGISTRY]
  if (registry === undefined) return
  for (const each of registry.runtimes) if (each.deref() === undefined) registry.runtimes.delete(each)
  registry.runtimes.add(new WeakRef(runtime))
  for (const listener of registry.listeners) runListener(listener, runtime)
}
