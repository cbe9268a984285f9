/** How numbers are written on the page. */

const whole = new Intl.NumberFormat('en-US')

export const formatCount = (value: number): string => whole.format(value)

export function formatPercent(share: number): string {
  return share > 0 && share < 0.005 ? '< 1 %' : `${Math.round(share * 100)} %`
}

/** `0.4 ms`, `38 ms`, `5.21 s`, `12.3 s`: as many digits as one compares by. */
export function formatMs(ms: number): string {
  if (ms >= 995) return `${(ms / 1000).toFixed(ms < 9950 ? 2 : 1)} s`
  return `${ms.toFixed(ms < 9.95 ? 1 : 0)} ms`
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`
}
