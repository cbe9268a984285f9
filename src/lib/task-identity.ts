/** Finds the task that an object belongs to. Hooks receive only the object, and its changes are reported elsewhere. */
import { oneInstance } from './one-instance.ts'

/** Keyed by the object that represents the identity. */
export const homes: WeakMap<object, object> = /* @__PURE__ */ oneInstance('homes', () => new WeakMap())

/**
 * The object that represents a task's identity: the same for every handle that `with()` made, and different in each runtime. Options of
 * a task have none.
 */
export function identityOf(task: object): object | undefined {
  // All other names on a task may be methods of the worker; this one is reserved.
  const control: unknown = Reflect.get(task, 'control')
  return typeof control === 'object' && control !== null ? Reflect.get(control, 'getSnapshot') : undefined
}
