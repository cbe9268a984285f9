/** The types of what a worker file serves and a page names. A mistake is a compile error in the right place, with a sentence in it. */

/** Names with a meaning on a task or on every object: no handler can have one. */
export type ReservedName =
  | 'then'
  | 'with'
  | 'control'
  | 'taskId'
  | 'taskName'
  | 'toJSON'
  | 'toString'
  | 'valueOf'
  | 'constructor'
  | 'prototype'
  | '__proto__'

/**
 * What `createTaskWorker` takes: an object of functions, which may be typed by an `interface`, or an instance of a class whose public
 * members are methods.
 */
export type ServedHandlers<Handlers> = {
  readonly [Name in keyof Handlers]: Handlers extends NoHandlers
    ? 'Pass an object of functions, or an instance of a class: new Service()'
    : Name extends ReservedName
      ? `"${Name}" is reserved and cannot be a method: rename the handler`
      : (...args: never[]) => unknown
}

/** A class in place of its instance, or a list. */
type NoHandlers = (abstract new (...args: never[]) => unknown) | readonly unknown[]

/** An object of functions, or an instance of a class: it replaces a worker file. */
export type FunctionsOf<Handlers> = { readonly [Name in keyof Handlers]: (...args: never[]) => unknown }

/** Read by its key, the type has no name, so errors show its sentence instead. */
interface Missing {
  api: {
    'Say which worker it is: taskOptions<SearchApi>({ ... }), with the type that the worker file exports'(
      ...args: unknown[]
    ): never
  }
}

/** The API of a task without a type argument: the compiler shows it where you use one of its methods. */
export type MissingApi = Missing['api']
