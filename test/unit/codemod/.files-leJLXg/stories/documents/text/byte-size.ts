/** Writes a number of bytes the way a person reads it. */

const units = ['bytes', 'KB', 'MB', 'GB'] as const

/** Decimal units, two significant digits below ten: `1 byte`, `940 bytes`, `4.2 KB`, `50 MB`. */
export function formatBytes(bytes: number): string {
  if (bytes === 1) return '1 byte'
  let value = bytes
  let unit = 0
  // 999.5 would round to "1000 KB"; it belongs to the next unit.
  while (unit < units.length - 1 && value >= (unit === 0 ? 1000 : 999.5)) {
    value /= 1000
    unit += 1
  }
  const digits = unit > 0 && value < 9.95 ? 1 : 0
  return `${value.toFixed(digits)} ${units[unit]}`
}
