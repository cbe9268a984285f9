/** Errors that the suite makes on purpose: what else is thrown on the page is a fault. */

/** @see bareError in worker/evil */
export const onPurpose = (text: string): Error => new EvalError(`on purpose: ${text}`)

export function isOnPurpose(error: unknown): boolean {
  try {
    return /on purpose/.test(String((error as Error | null)?.message ?? error))
  } catch {
    // Only the suite throws what cannot be read.
    return true
  }
}

/** Words for anything, whatever it does when it is read. */
export function words(value: unknown): string {
  try {
    if (value instanceof Error) return `${value.name}: ${value.message}`
    return typeof value === 'object' ? (JSON.stringify(value) ?? '').slice(0, 200) : String(value)
  } catch {
    return `an unreadable ${typeof value}`
  }
}
