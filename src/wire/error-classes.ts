/** The classes of errors that keep their class across the worker boundary. */
import type { ErrorClass } from '../types/codec.ts'
import { oneInstance } from '../lib/one-instance.ts'

export const errorClasses: Map<string, ErrorClass> = /* @__PURE__ */ oneInstance(
  'error-classes',
  () =>
    new Map(
      [EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError, ...wasmErrors()].map(
        (type): [string, ErrorClass] => [type.name, type],
      ),
    ),
)

/** WebAssembly is missing in some embedded browsers, and where it is switched off. */
function wasmErrors(): ErrorClass[] {
  if (typeof WebAssembly !== 'object') return []
  return [WebAssembly.CompileError, WebAssembly.LinkError, WebAssembly.RuntimeError]
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
