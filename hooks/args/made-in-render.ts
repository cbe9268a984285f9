/** The error of arguments that a component makes anew whenever it is called. */
import { toText } from '../../src/lib/words.ts'
import { warnOnce } from '../state/development.ts'
import { keyOfArg } from './args-key.ts'

/** Names the argument, and says what to do. Development reads it on the console as well: a status is easily overlooked. */
export function madeInRender(caller: string, one: unknown, other: unknown): Error {
  const message =
    `${caller} was not called: ${nameOfArgument(one, other)} is made while the component renders, so that it is another one each time. ` +
    'Keep it with useMemo() or outside the component, or pass a key that stands for the arguments: { key: version }'
  warnOnce(`made-in-render:${caller}`, message)
  return new TypeError(message)
}

function nameOfArgument(one: unknown, other: unknown): string {
  if (!Array.isArray(one) || !Array.isArray(other)) return 'its list of arguments'
  const index = one.findIndex((value, i) => keyOfArg(value) !== keyOfArg(other[i]))
  return index < 0 ? 'its key, or an argument,' : `args[${index}] (${kindOf(one[index])})`
}

function kindOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return toText(value).slice(0, 40)
  try {
    return Object.prototype.toString.call(value).slice(8, -1)
  } catch {
    return 'an object'
  }
}
