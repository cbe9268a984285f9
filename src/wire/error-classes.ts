/** The classes of errors that keep their class across the worker boundary. */
import type { ErrorClass } from '../types/codec.ts'
import { oneInstance } from '../lib/one-instance.ts'

const BUILT_IN = 'Eval,Range,Reference,Syntax,Type,URI,Suppressed,Internal,Compile,Link,Runtime'.split(',')

export const errorClasses: Map<string, ErrorClass> = /* @__PURE__ */ oneInstance(
  'error-classes',
  () =>
    new Map(
      [...builtIn(globalThis), ...builtIn(globalThis.WebAssembly)].map((type): [string, ErrorClass] => [
        type.name,
        type,
      ]),
    ),
)

/** The classes that there are: WebAssembly is missing in some embedded browsers, and some classes in some engines. */
function builtIn(scope: object | undefined): ErrorClass[] {
  return BUILT_IN.flatMap((name) => {
    const type = (scope as Record<string, unknown> | undefined)?.[`${name}Error`]
    return typeof type === 'function' ? (type as unknown as ErrorClass) : []
  })
}

/**
 * Lets errors of a class of yours keep that class across the worker boundary: `instanceof` works again on the
 * page. Register it on the page; the constructor is not run. Two classes of one name: the last one wins.
 */
export function registerErrorClass(errorClass: ErrorClass, name: string = errorClass.name): void {
  if (typeof errorClass !== 'function' || typeof errorClass.prototype !== 'object') {
    throw new TypeError(
      `registerErrorClass(errorClass): expected a class of errors, got ${typeof errorClass}`,
    )
  }
  errorClasses.set(name, errorClass)
}
