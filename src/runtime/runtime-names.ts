/** Names of runtimes that were given none: each of those that live has another, so that none writes the gauges of another one. */
import { oneInstance } from '../lib/one-instance.ts'

/** Weakly: one that was made and never used, as StrictMode does, gives its name back with its memory. */
const taken: Map<string, WeakRef<object>> = /* @__PURE__ */ oneInstance('runtime-names', () => new Map())

/** The first name that is free: `atelier`, `atelier-2`, … It is taken as long as `owner` is there. */
export function takeName(owner: object): string {
  for (let ordinal = 1; ; ordinal++) {
    const name = ordinal === 1 ? 'atelier' : `atelier-${ordinal}`
    if (taken.get(name)?.deref() === undefined) {
      taken.set(name, new WeakRef(owner))
      return name
    }
  }
}

/** The runtime has ended. */
export function freeName(name: string, owner: object): void {
  if (taken.get(name)?.deref() === owner) taken.delete(name)
}
