/** Warnings for developers: said once, and never in a production build. */

declare const process: { readonly env: { readonly NODE_ENV?: string } }

/** Whether this is a development build. */
export const isDevelopment: boolean = readMode()

/** Bundlers replace `process.env.NODE_ENV` and leave `typeof process` alone, which a browser does not have: it must not be asked for. */
function readMode(): boolean {
  try {
    return process.env.NODE_ENV !== 'production'
  } catch {
    return false
  }
}

const said = new Set<string>()

/** Warns once a page about `topic`; the message names the fix. */
export function warnOnce(topic: string, message: string): void {
  if (!isDevelopment || said.has(topic)) return
  said.add(topic)
  // oxlint-disable-next-line no-console -- the one place that does
  console.warn(`[atelier] ${message}`)
}
