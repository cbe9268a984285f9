/** Development warnings about shared engines: two builds open at once, and a missing broker. */
import { isDevelopment, warnOnce } from '../lib/warn.ts'
import type { SharedTask } from './shared-line.ts'

declare const process: { readonly env: { readonly NODE_ENV?: string } }

/** What a page has at the end of its lock's name. */
const UUID = /:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Pages of another version have a separate engine; this explains why there are two. */
export function warnOfVersions(task: SharedTask): void {
  if (/* @__PURE__ */ isDevelopment() && process.env.NODE_ENV !== 'production')
    navigator.locks.query().then(
      ({ held = [], pending = [] }) => compare(task, [...held, ...pending]),
      () => {},
    )
}

function compare({ name, base }: SharedTask, locks: readonly LockInfo[]): void {
  const prefix = `atelier:${name}:`
  for (const lock of locks) {
    const other = lock.name?.replace(UUID, '')
    if (other === undefined || other === base || !other.startsWith(prefix)) continue
    const [ours, theirs] = [base, other].map((each) => JSON.stringify(each.slice(prefix.length)))
    warnOnce(`${name} in two versions`, () => [
      `[atelier] Pages of two versions of the shared task "${name}" are open: this one has shared.version ${ours}, another has ${theirs}. ` +
        'Each version has its own engine. Reload the older page.',
    ])
  }
}

/** Calls travel, but not in the requested way. */
export function warnOfBroker({ name }: SharedTask, why: string): void {
  warnOnce(`the broker of ${name}`, () => [
    `[atelier] The broker of the shared task "${name}" ${why}: calls use a BroadcastChannel, which is slower and cannot transfer. ` +
      "Look at the URL in shared.broker, and at its file, which is one line: import 'atelier-react/broker'.",
  ])
}
