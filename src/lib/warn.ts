/** Warnings that only appear in development. */
import { oneInstance } from './one-instance.ts'

declare const process: { readonly env: { readonly NODE_ENV?: string } }

/** Bundlers replace the expression. Without a bundler and without `process`, the code runs as in production. */
export function isDevelopment(): boolean {
  try {
    return process.env.NODE_ENV !== 'production'
  } catch {
    return false
  }
}

/** The part of an error message that says what to do. The build makes it empty in production. */
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
