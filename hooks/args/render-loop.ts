/**
 * Detects a query that loops: each report renders the component, and each render requests something else, which makes the
 * query report again. `Date.now()` as an argument causes this, although it hardly changes within one render.
 */
import { useInsertionEffect, useState } from 'react'

/** By chance, arguments may change together with what a query reports, but hardly this many times more often than without a report. */
const MOST_CHANGES = 8

/** What a render shows of a query. */
interface Shown {
  readonly activity: string
}

/** The renders of one component that its query has caused. */
export class OwnRenders {
  private key: string | undefined
  private shown: Shown | undefined
  private isTold = false
  /** The component was shown the state of its query, for the arguments that it had requested. */
  private hasRested = false
  /** Renders that the query caused and that requested something else, less those with other causes. */
  private changes = 0

  /** Whether this render is part of a loop if it requests something else. */
  get isCircle(): boolean {
    return this.isTold && this.changes >= MOST_CHANGES
  }

  /** The query reports a state to its component. A state that is already shown causes no render. */
  tell(state: Shown): void {
    if (state !== this.shown) this.isTold = true
  }

  /** A render has reached this point. It may still request something else, for example if it sets a state. */
  render(key: string, { activity }: Shown): void {
    if (key === this.key && activity === 'none') this.hasRested = true
  }

  /** A render has committed. */
  commit(key: string, shown: Shown): void {
    if (this.hasRested) this.changes = 0
    else if (key !== this.key && this.isTold) this.changes++
    else if (key !== this.key && this.changes > 0 && this.changes < MOST_CHANGES) this.changes--
    this.isTold = this.hasRested = false
    this.key = key
    this.shown = shown
  }
}

/** Creates one detector for the life of a component. */
export function useOwnRenders(): OwnRenders {
  const [renders] = useState(() => new OwnRenders())
  return renders
}

/** Records what each render of the component requests and shows; a `refused` one requests nothing. */
export function useRenderNote(renders: OwnRenders, key: string, shown: Shown, isRefused: boolean): void {
  // The compiler does not treat the outcome of renders as data.
  'use no memo'
  if (!isRefused) renders.render(key, shown)
  useInsertionEffect(() => renders.commit(key, shown))
}
