/** What `using` ends, in every browser: those without `Symbol.dispose` have compilers and polyfills, which agree on a registered symbol. */

/** The names under which `using` may look for the method; without a duplicate, and never `undefined`. */
const names = new Set<symbol | undefined>([Symbol.dispose, Symbol.for('Symbol.dispose')])

/** Gives an object, or the prototype of a class, the method that `using` calls. */
export function makeDisposable<Target extends object>(target: Target, dispose: (this: Target) => void): void {
  for (const name of names) {
    if (name !== undefined)
      Object.defineProperty(target, name, { configurable: true, writable: true, value: dispose })
  }
}
