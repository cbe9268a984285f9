/** Where an object belongs, for those who are handed the object alone: hooks are given a task, and its changes are told elsewhere. */
import { oneInstance } from './one-instance.ts'

/** By the object that stands for a thing's identity. */
export const homes: WeakMap<object, object> = /* @__PURE__ */ oneInstance('homes', () => new WeakMap())

/**
 * What stands for a task's identity: the same for all that `with()` has made of it, another in each runtime. Options of a task
 * have none.
 */
export function identityOf(task: object): object | undefined {
  // A task's other names may all be methods of the worker; this one is reserved.
  const control: unknown = Reflect.get(task, 'control')
  return typeof control === 'object' && control !== null ? Reflect.get(control, 'getSnapshot') : undefined
}
