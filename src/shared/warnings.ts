/** What only development is told of engines that pages share: two builds that are open at once, and a broker that is not there. */
import { isDevelopment, warnOnce } from '../lib/warn.ts'
import type { SharedTask } from './shared-line.ts'

const UUID = /:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Pages of another version have an engine to themselves: who wonders why there are two is told. */
export async function warnOfVersions({ name, base }: SharedTask): Promise<void> {
  if (!isDevelopment()) return
  const { held = [], pending = [] } = await navigator.locks.query()
  const prefix = `atelier:${name}:`
  for (const lock of [...held, ...pending]) {
    const other = lock.name?.replace(UUID, '')
    if (other === undefined || other === base || !other.startsWith(prefix)) continue
    const [ours, theirs] = [base, other].map((each) => JSON.stringify(each.slice(prefix.length)))
    warnOnce(`${name} in two versions`, () => [
      `[atelier] Pages of two versions of the shared task "${name}" are open: this one has shared.version ${ours}, another has ${theirs}. ` +
        'Each version has an engine to itself. Reload the older page to have one.',
    ])
  }
}

/** Calls travel, but not as was asked for. */
export function warnOfBroker({ name }: SharedTask, why: string): void {
  if (!isDevelopment()) return
  warnOnce(`the broker of ${name}`, () => [
    `[atelier] The broker of the shared task "${name}" ${why}: calls travel by BroadcastChannel, which is slower and transfers nothing. ` +
      "Look at the URL in shared.broker, and at its file, which is one line: import 'atelier-react/broker'.",
  ])
}
