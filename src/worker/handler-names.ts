/** The methods that a worker file serves: of an object of functions, or of an instance of a class. */
import type { ReservedName } from '../types/handlers.ts'
import type { TaskHandlers } from '../types/task.ts'

/** As a record, so that the type and the check cannot differ. */
const RESERVED: { readonly [Name in ReservedName]: true } = {
  // oxlint-disable-next-line unicorn/no-thenable -- a list of names
  then: true,
  with: true,
  control: true,
  taskId: true,
  taskName: true,
  toJSON: true,
  toString: true,
  valueOf: true,
  constructor: true,
  prototype: true,
  ['__proto__']: true,
}

/**
 * The names of the methods. Those of a class come from its prototypes, without what every object has. Fields of the instance that
 * are not functions are ignored. Throws TypeError for something that is not a function, or has a reserved name.
 */
export function methodsOf(handlers: object): string[] {
  if (typeof handlers !== 'object' || handlers === null || Array.isArray(handlers)) {
    throw new TypeError(
      `createTaskWorker(handlers) takes an object of functions, or an instance of a class: new Service(), got ${Object.prototype.toString.call(handlers)}`,
    )
  }
  const methods = new Set<string>()
  const isInstance = !isRoot(Object.getPrototypeOf(handlers) as object | null)
  for (const name of Object.keys(handlers)) {
    const handler = (handlers as TaskHandlers)[name]
    if (typeof handler === 'function') methods.add(name)
    else if (!isInstance)
      throw new TypeError(`createTaskWorker: handler "${name}" must be a function, got ${typeof handler}`)
  }
  for (let from = Object.getPrototypeOf(handlers) as object | null; !isRoot(from); ) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(from)))
      if (typeof value === 'function' && name !== 'constructor') methods.add(name)
    from = Object.getPrototypeOf(from) as object | null
  }
  for (const name of methods) {
    if (Object.hasOwn(RESERVED, name))
      throw new TypeError(
        `createTaskWorker: "${name}" is reserved and cannot be a method; rename the handler`,
      )
  }
  return [...methods]
}

/** What every object has, in any realm. */
function isRoot(prototype: object | null): prototype is null {
  return prototype === null || Object.hasOwn(prototype, 'isPrototypeOf')
}
