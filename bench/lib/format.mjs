/** Numbers as the tables and plots print them. */

/** @type {Record<import('../page/workload.ts').Unit, (value: number) => string>} */
const units = {
  us: (value) => `${digits(value)} µs`,
  ms: (value) => `${digits(value)} ms`,
  bytes: (value) => `${Math.round(value).toLocaleString('en')} B`,
  count: (value) => digits(value),
  share: (value) => value.toFixed(3),
}

/**
 * @param {number} value
 * @param {import('../page/workload.ts').Unit} unit
 */
export const withUnit = (value, unit) => units[unit](value)

/** Three digits that mean something. @param {number} value */
export function digits(value) {
  if (value === 0) return '0'
  if (Math.abs(value) >= 1_000) return Math.round(value).toLocaleString('en')
  return String(Number(value.toPrecision(3)))
}

/** @param {number} value */
export const ratio = (value) => (value >= 10 ? value.toFixed(0) : value.toFixed(2))
