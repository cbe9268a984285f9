/** Law: when the runtime is disposed, nothing of it is left on the page. */
import { expectNoLiveWorkers } from 'atelier-react/testing'
import { locksOf, openListeners, openTimers } from '../footprint.ts'
import { until } from '../native.ts'
import { words } from '../purpose.ts'
import type { World } from '../world.ts'

/** Chromium takes two seconds to end a worker that loops; a teardown may take one. */
const LONGEST_END_MS = 4_000

/** What there was before the program. */
export interface Ground {
  readonly timers: number
  readonly listeners: ReturnType<typeof openListeners>
}

export const ground = (): Ground => ({ timers: openTimers().length, listeners: openListeners() })

export async function judgeGround(world: World, before: Ground): Promise<void> {
  const { ledger } = world
  const check = async (law: string, complaint: () => string | undefined | Promise<string | undefined>) => {
    const last = await until(LONGEST_END_MS, complaint)
    if (last !== undefined) ledger.fail(law, `after dispose(): ${last}`)
  }
  await check('workers', () => {
    try {
      expectNoLiveWorkers()
      return undefined
    } catch (error) {
      return words(error)
    }
  })
  await check('locks', async () => {
    const locks = await locksOf('atelier:', 'torture:')
    return locks.length === 0 ? undefined : `locks ${locks.join(', ')}`
  })
  await check('timers', () => {
    const timers = openTimers()
    return timers.length <= before.timers ? undefined : `timers ${timers.join(', ')}`
  })
  await check('listeners', () => {
    const now = openListeners()
    const grown = (['signal', 'worker', 'page'] as const).filter((kind) => now[kind] > before.listeners[kind])
    return grown.length === 0
      ? undefined
      : grown.map((kind) => `${now[kind] - before.listeners[kind]} listeners on a ${kind}`).join(', ')
  })
  world.runtime.clearMeasures()
  await check('timeline', () => {
    const left = performance.getEntries().filter(({ name }) => name.startsWith('atelier:'))
    return left.length === 0 ? undefined : `${left.length} entries in the timeline, ${left[0]?.name}`
  })
}
