/** Default names of runtimes. Each living runtime has a different one, so that no two write the same gauges. */
import { oneInstance } from '../lib/one-instance.ts'

/** Held weakly: the name of a runtime that was never used, as in StrictMode, becomes free with its memory. */
const taken: Map<string, WeakRef<object>> = /* @__PURE__ */ oneInstance('runtime-names', () => new Map())

/** The first free name: `atelier`, `atelier-2`, … It is taken as long as `owner` lives. */
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
