/** Numbers as people read them. */

/** Three digits and one unit: `175 ms`, `3.19 s`, `11.3 s`, `2 min 5 s`. */
export function formatMs(ms: number): string {
  if (ms < 0.995) return ms > 0 ? `${ms.toPrecision(2)} ms` : '0 ms'
  if (ms < 999.5) return `${Number(ms.toPrecision(3))} ms`
  const seconds = ms / 1_000
  if (seconds < 59.95) return `${seconds < 9.995 ? seconds.toFixed(2) : seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  const rest = whole % 60
  return rest === 0 ? `${Math.floor(whole / 60)} min` : `${Math.floor(whole / 60)} min ${rest} s`
}

/** Whole units, for values that grow while they are read: `now`, `12 s`, `5 min`, `2 h`. */
export function formatAge(ms: number): string {
  const seconds = Math.floor(ms / 1_000)
  if (seconds < 1) return 'now'
  if (seconds < 60) return `${seconds} s`
  return seconds < 3_600 ? `${Math.floor(seconds / 60)} min` : `${Math.floor(seconds / 3_600)} h`
}

/** `37 %` */
export function formatShare(share: number): string {
  return `${Math.round(100 * share)} %`
}

/** `1 call`, `1,204 calls` */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`
}

/** `a`, `a and b`, `a, b and c` */
export function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
}
