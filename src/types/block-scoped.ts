/** What `using` ends with its block, for every compiler: in older libraries the global `Symbol` has no `dispose`. */

/** Has the method of `Symbol.dispose` where the compiler's library knows it, so that `using` can end the object with its block. */
export type BlockScoped = SymbolConstructor extends { readonly dispose: infer Key extends symbol }
  ? { readonly [Name in Key]: () => void }
  : Record<never, never>

/** Has the method of `Symbol.asyncDispose` where the compiler's library knows it, so that `await using` can end the object with its block. */
export type AsyncBlockScoped = SymbolConstructor extends { readonly asyncDispose: infer Key extends symbol }
  ? { readonly [Name in Key]: () => Promise<void> }
  : Record<never, never>
