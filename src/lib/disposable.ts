/** What `using` calls, in every browser. Browsers without `Symbol.dispose` have compilers and polyfills, which agree on a registered symbol. */

/** The symbol to declare the method with in a type: the browser's, or the registered replacement. */
export const DISPOSE: typeof Symbol.dispose = Symbol.dispose ?? Symbol.for('Symbol.dispose')

/** The names under which `using` may look for the method, each once. */
const names = new Set<symbol>([DISPOSE, Symbol.for('Symbol.dispose')])

/** Gives an object, or the prototype of a class, the method that `using` calls. */
export function makeDisposable<Target extends object>(target: Target, dispose: (this: Target) => void): void {
  for (const name of names)
    Object.defineProperty(target, name, { configurable: true, writable: true, value: dispose })
}
