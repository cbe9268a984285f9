/**
 * Where developer tools find a page's runtimes: an object behind a global symbol. Tools create it before the first runtime.
 * In development the first runtime creates it, so that tools can load later. In production a runtime only looks for it once.
 */
import { runListener } from '../lib/run-listener.ts'
import { isDevelopment } from '../lib/warn.ts'
import type { DevtoolsRegistry, TaskRuntime } from '../types/runtime.ts'

const REGISTRY = Symbol.for('atelier.devtools')

/** A runtime was created. It is held weakly, so that an unused one can be collected. */
export function register(runtime: TaskRuntime): void {
  const holder = globalThis as { [REGISTRY]?: DevtoolsRegistry }
  if (isDevelopment()) holder[REGISTRY] ??= { runtimes: new Set(), listeners: new Set() }
  const registry = holder[REGISTRY]
  if (registry === undefined) return
  for (const each of registry.runtimes) if (each.deref() === undefined) registry.runtimes.delete(each)
  registry.runtimes.add(new WeakRef(runtime))
  for (const listener of registry.listeners) runListener(listener, runtime)
}
