/**
 * Whether a state comes from the render that is going on. A component that sets its state while it renders is called again at
 * once, with the same props: what is another object then was made by the component itself. A state that never committed
 * can be seen by no other render than the one that has set it, since React drops it with that.
 */
import { useInsertionEffect } from 'react'
import { oneInstance } from '../../src/lib/one-instance.ts'

const committed: WeakSet<object> = /* @__PURE__ */ oneInstance('committed', () => new WeakSet())

/** Marks the state of a render that commits. */
export function useCommitted(state: object): void {
  useInsertionEffect(() => {
    committed.add(state)
  }, [state])
}

/** Whether this render has set it. */
export function isInThisRender(state: object): boolean {
  return !committed.has(state)
}
