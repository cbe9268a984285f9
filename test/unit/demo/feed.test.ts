/** How the demo starts its documents: never many in one turn, never more than the workers have room for. */
import { describe, expect, it } from 'vitest'
import { Feed } from '../../../stories/documents/feed.ts'

function createFeed(width: number, startTakesMs: number) {
  let time = 0
  const turns: (() => void)[] = []
  const started: string[] = []
  const feed = new Feed({
    width,
    sliceMs: 4,
    start: (id) => {
      started.push(id)
      time += startTakesMs
    },
    now: () => time,
    defer: (run) => turns.push(run),
  })
  const runTurn = () => {
    const before = time
    turns.shift()?.()
    return time - before
  }
  return { feed, started, turns, runTurn }
}

const names = (count: number) => Array.from({ length: count }, (_, i) => `d${i}`)

describe('Feed', () => {
  it('spends no more than a slice of a turn on starting', () => {
    const { feed, started, turns, runTurn } = createFeed(100, 3)
    feed.add(names(100))
    expect(started).toHaveLength(2)
    while (turns.length > 0) expect(runTurn()).toBeLessThanOrEqual(6)
    expect(started).toHaveLength(100)
  })

  it('starts one document even where that alone takes longer than a slice', () => {
    const { feed, started, runTurn } = createFeed(10, 50)
    feed.add(names(3))
    expect(started).toEqual(['d0'])
    runTurn()
    runTurn()
    expect(started).toEqual(['d0', 'd1', 'd2'])
  })

  it('keeps no more under way than it is wide, and starts what follows an end in a later turn', () => {
    const { feed, started, turns, runTurn } = createFeed(4, 0)
    feed.add(names(10))
    expect(started).toHaveLength(4)
    feed.ended()
    feed.ended()
    feed.ended()
    expect(started).toHaveLength(4)
    expect(turns).toHaveLength(1)
    runTurn()
    expect(started).toHaveLength(7)
  })

  it('takes what is urgent first, and gives back what has not started', () => {
    const { feed, started, runTurn } = createFeed(1, 0)
    feed.add(names(3))
    feed.add(['mine'], true)
    expect(feed.remove('d1')).toBe(true)
    expect(feed.remove('d0')).toBe(false)
    for (let i = 0; i < 2; i++) {
      feed.ended()
      runTurn()
    }
    expect(started).toEqual(['d0', 'mine', 'd2'])
    expect(feed.isEmpty).toBe(true)
  })
})
