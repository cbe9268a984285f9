/** Warnings for developers: said once, and never in a production build. */
import { isDevelopment, warnOnce as warnOnceWith } from '../../src/lib/warn.ts'

export { isDevelopment }

/** Warns once a page about `topic`; the message names the fix. */
export function warnOnce(topic: string, message: string): void {
  warnOnceWith(`hooks ${topic}`, () => [`[atelier] ${message}`])
}
