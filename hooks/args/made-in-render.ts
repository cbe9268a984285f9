/** The errors for arguments that a component creates in each render. */
import { toText } from '../../src/lib/words.ts'
import { warnOnce } from '../state/development.ts'
import { keyOfArg } from '../../src/lib/args-key.ts'

/** Finds the argument by comparing two lists from one render, and says what to do. */
export function madeInRender(caller: string, one: unknown, other: unknown): Error {
  return said(caller, nameOfArgument(one, other), 'Keep it with useMemo() or outside the component')
}

/** The error for a component that has not mounted: React discards what it memoized. */
export function madeAtEachAttempt(caller: string): Error {
  return said(
    caller,
    'one of its arguments',
    'Keep it outside the component that suspends, which loses its useMemo()',
  )
}

/** In development, also logs to the console: a status is easily overlooked. */
function said(caller: string, what: string, remedy: string): Error {
  const message =
    `${caller} was not called: ${what} is created while the component renders, so it is different each time. ` +
    `${remedy}, or pass a key that stands for the arguments: { argsKey: version }`
  warnOnce(`made-in-render:${caller}`, message)
  return new TypeError(message)
}

function nameOfArgument(one: unknown, other: unknown): string {
  if (!Array.isArray(one) || !Array.isArray(other)) return 'its list of arguments'
  const index = one.findIndex((value, i) => keyOfArg(value) !== keyOfArg(other[i]))
  return index < 0 ? 'its key' : `args[${index}] (${kindOf(one[index])})`
}

function kindOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return toText(value).slice(0, 40)
  try {
    return Object.prototype.toString.call(value).slice(8, -1)
  } catch {
    return 'an object'
  }
}
