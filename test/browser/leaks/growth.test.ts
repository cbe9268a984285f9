/** The leak tests see a leak, and nothing but a leak. */
import { expect, it } from 'vitest'
import { watchFootprint } from './footprint.ts'
import { growthByRound } from './growth.ts'

const USES = 100_000

it('a leak of 20 bytes a use has grown in every round', { timeout: 60_000 }, async () => {
  const footprint = watchFootprint()
  const kept: ArrayBuffer[] = []
  const before = await footprint.measure()
  const round = async () => void kept.push(new ArrayBuffer(20 * USES))
  expect(await growthByRound(footprint, before, round, { patienceMs: 500 })).toHaveLength(4)
  expect(kept).toHaveLength(4)
})

it('a table that has grown once is no leak', { timeout: 60_000 }, async () => {
  const footprint = watchFootprint()
  const table = new WeakMap<object, number>()
  const before = await footprint.measure()
  let rounds = 0
  const round = async () => {
    rounds++
    const alive = Array.from({ length: 2 * USES }, () => ({}))
    for (const [n, key] of alive.entries()) table.set(key, n)
  }
  expect(await growthByRound(footprint, before, round, { patienceMs: 500 })).toEqual([])
  // The second round adds nothing; where the first measurement was low, neither does the first.
  expect(rounds).toBeLessThanOrEqual(2)
  // Two of the four megabytes of the table are its own: it is used to the end.
  expect(table.has({})).toBe(false)
})

it('a listener that stays has grown in the first round', async () => {
  const footprint = watchFootprint()
  const { signal } = new AbortController()
  const before = await footprint.measure()
  const round = async () => signal.addEventListener('abort', () => {})
  expect(await growthByRound(footprint, before, round, { patienceMs: 100 })).toEqual(['listeners: 0, then 1'])
})
