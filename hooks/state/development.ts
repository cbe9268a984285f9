/** Warnings for developers: said once, and never in a production build. */
import { isDevelopment, warnOnce as warnOnceWith } from '../../src/lib/warn.ts'
import { useEffect, useRef } from 'react'

export { isDevelopment }

/** Warns once a page about `topic`; the message names the fix. */
export function warnOnce(topic: string, message: string): void {
  warnOnceWith(`hooks ${topic}`, () => [`[atelier] ${message}`])
}

/** Selects twice from one snapshot, once in the life of a component, in development. */
export function useSelectorCheck<Snapshot, Selection>(
  caller: string,
  getSnapshot: () => Snapshot,
  select: (snapshot: Snapshot) => Selection,
  isEqual: (a: Selection, b: Selection) => boolean,
): void {
  const checked = useRef(false)
  useEffect(() => {
    if (!isDevelopment() || checked.current) return
    checked.current = true
    const snapshot = getSnapshot()
    if (isEqual(select(snapshot), select(snapshot))) return
    warnOnce(
      `selector:${caller}`,
      `The selector given to ${caller} returns another value each time it is called with the same snapshot, so its component ` +
        'renders whenever anything changes. Return a part of the snapshot itself, or pass isEqual, as the argument after the selector',
    )
  }, [caller, getSnapshot, select, isEqual])
}
