/** What happens to the page from outside: it freezes, is left for another one and returned to, or its network is gone. */
import { chaos } from './calls.ts'
import { nextReturn } from './native.ts'
import type { World } from './world.ts'

/** What the driver of the suite does to a page; resolves when it is over. */
export interface Driver {
  readonly freeze: (ms: number) => Promise<void>
  /** The server answers no request for a script. */
  readonly offline: (ms: number) => Promise<void>
}

/** Gives the program these powers, one at a time: the browser knows no more. */
export function surround(world: World, { freeze, offline }: Driver): void {
  let isBusy = false
  const alone = (happen: (ms: number) => Promise<void>) => (ms: number) => {
    if (isBusy) return
    isBusy = true
    const over = happen(ms)
    world.background.add(over)
    void over.finally(() => {
      isBusy = false
      world.background.delete(over)
    })
  }
  world.freeze = alone((ms) => {
    world.blockedMs += ms
    return freeze(ms)
  })
  world.offline = alone(async (ms) => {
    for (const book of world.books.values()) chaos(world, book)
    world.isOffline = true
    await offline(ms)
    world.isOffline = false
  })
  world.leave = alone(async (ms) => {
    const left = performance.now()
    location.href = `away.html?${ms}`
    await nextReturn()
    world.blockedMs += performance.now() - left
  })
}
