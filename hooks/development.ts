/** Warnings for developers: said once, and gone from a production build. */

// Bundlers replace the whole expression; where none does, there may be no `process` at all.
declare const process: { readonly env: { readonly NODE_ENV?: string } }

/** Whether this is a development build. */
export const isDevelopment: boolean = typeof process !== 'undefined' && process.env.NODE_ENV !== 'production'

const said = new Set<string>()

/** Warns once a page about `topic`; the message names the fix. */
export function warnOnce(topic: string, message: string): void {
  if (!isDevelopment || said.has(topic)) return
  said.add(topic)
  // oxlint-disable-next-line no-console -- the one place that does
  console.warn(`[atelier] ${message}`)
}
