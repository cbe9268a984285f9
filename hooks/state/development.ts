/** Warnings for developers. Each is logged once, and never in a production build. */
import { toText } from '../../src/lib/words.ts'
import { isDevelopment, warnOnce as warnOnceWith } from '../../src/lib/warn.ts'
import { useEffect, useRef } from 'react'

export { isDevelopment }

/** Warns once per page about `topic`. The message names the fix. */
export function warnOnce(topic: string, message: string): void {
  warnOnceWith(`hooks ${topic}`, () => [`[atelier] ${message}`])
}

/** The same type, excluded from inference, like `NoInfer` in TypeScript 5.4. */
export type Fixed<T> = [T][T extends unknown ? 0 : never]

/** The names of a hook's options. */
export type OptionNames<Options> = readonly (keyof Options & string)[]

/**
 * In development, throws for an unknown option: a typo, or a name from another version. The build removes its calls and the
 * lists of names from production.
 */
export function refuseUnknown(caller: string, options: object, known: readonly string[]): void {
  if (!isDevelopment()) return
  const names = `Its options are ${known.join(', ')}`
  // An earlier version took a function here instead of an object.
  if (typeof options !== 'object' || options === null)
    throw new TypeError(`${caller} takes its options as an object, but got ${toText(options)}. ${names}`)
  const unknown = Object.keys(options).find((name) => !known.includes(name))
  if (unknown !== undefined) throw new TypeError(`${caller} has no option "${unknown}". ${names}`)
}

/**
 * In development, throws for a value that is neither a task nor a query. JavaScript has no compiler to report it, and an
 * import cycle leaves `undefined`. `mark` is a property of a correct value.
 */
export function refuseOther(caller: string, given: unknown, mark: 'worker' | '~prefetch'): void {
  if (!isDevelopment()) return
  // A stand-in for a task has its `control`.
  const marks = mark === 'worker' ? [mark, 'control'] : [mark]
  if (typeof given === 'object' && given !== null && marks.some((each) => Reflect.get(given, each))) return
  const takes =
    mark === 'worker' ? 'options from taskOptions(), or a task' : 'what taskQuery() makes, or skipToken'
  const circle = given === undefined ? '. Modules that import one another in a circle leave it undefined' : ''
  throw new TypeError(`${caller} takes ${takes}, and was given ${toText(given)}${circle}`)
}

/** In development, selects twice from one snapshot, once in the life of a component. */
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
      `The selector of ${caller} returns a different value each time it is called with the same snapshot, so its component ` +
        'renders at every change. Return a part of the snapshot itself, or pass { isEqual } after the selector',
    )
  }, [caller, getSnapshot, select, isEqual])
}
