/** Warnings that only development sees. */
import { oneInstance } from './one-instance.ts'

declare const process: { readonly env: { readonly NODE_ENV?: string } }

/** Bundlers replace the expression; where nothing did and there is no `process`, it is production. */
export function isDevelopment(): boolean {
  try {
    return process.env.NODE_ENV !== 'production'
  } catch {
    return false
  }
}

/** What to do about an error: a part of its message that only development is told; the build makes it empty in production. */
export function advice(text: string): string {
  return text
}

/** Writes a warning to the console, in development; the message is not even made in production. */
export function warn(message: () => readonly unknown[]): void {
  // oxlint-disable-next-line no-console -- the one place that does
  if (isDevelopment()) console.warn(...message())
}

const said: Set<string> = /* @__PURE__ */ oneInstance('warnings', () => new Set())
const MOST_SAID = 100

/** {@link warn}, once for each key on this page. */
export function warnOnce(key: string, message: () => readonly unknown[]): void {
  if (said.has(key) || said.size >= MOST_SAID) return
  said.add(key)
  warn(message)
}
