/** Bad options and their refusals: which option, what was received, what is allowed. */
import { expect } from 'vitest'

export type Bad = readonly [option: string, value: unknown, type: 'TypeError' | 'RangeError', allowed: string]

export const counts = (option: string, least: number): Bad[] => [
  [option, '2', 'TypeError', `a whole number, at least ${least}`],
  [option, null, 'TypeError', `a whole number, at least ${least}`],
  [option, Number.NaN, 'TypeError', `a whole number, at least ${least}`],
  [option, 1.5, 'RangeError', `a whole number, at least ${least}`],
  [option, least - 1, 'RangeError', `a whole number, at least ${least}`],
]
export const times = (option: string, allowed = 'milliseconds, 0 or more'): Bad[] => [
  [option, '5', 'TypeError', allowed],
  [option, Number.NaN, 'TypeError', allowed],
  [option, -1, 'RangeError', allowed],
]
/** Where none at all would leave no time for anything. */
export const someTimes = (option: string): Bad[] => [
  ...times(option, 'milliseconds, more than 0'),
  [option, 0, 'RangeError', 'milliseconds, more than 0'],
  [option, -0, 'RangeError', 'milliseconds, more than 0'],
]
export const timeouts: Bad[] = [
  ['timeoutMs', '5', 'TypeError', 'milliseconds, or { queue?, run?, total? } in milliseconds'],
  ['timeoutMs', -1, 'RangeError', 'milliseconds, 0 or more'],
  ['timeoutMs', Number.NaN, 'TypeError', 'milliseconds, 0 or more'],
]
export const choices = (option: string, ...allowed: string[]): Bad[] =>
  ['Parallel', '', 0, null, {}].map((value) => [
    option,
    value,
    'TypeError',
    allowed.map((each) => `'${each}'`).join(' | '),
  ])
export const functions = (option: string): Bad[] => [[option, 'f', 'TypeError', 'a function']]

/** What an act throws. */
export function refusal(act: () => unknown): unknown {
  try {
    act()
    return 'none'
  } catch (error) {
    return { name: (error as Error).name, message: (error as Error).message }
  }
}

/** Names the option, what is allowed, and what was received. */
export function naming([option, value, type, allowed]: Bad): unknown {
  const received = typeof value === 'string' ? JSON.stringify(value) : String(value)
  const parts = [`"${option}"`, allowed, `got ${received}`].map((part) => part.replace(/[^\w\s]/g, '\\$&'))
  return { name: type, message: expect.stringMatching(parts.join('.*')) as string }
}
