/** The leak tests see a leak, and nothing but a leak: what they make of measurements, which a test writes here. */
import { expect, it } from 'vitest'
import { type Footprint, type Watch, watchFootprint } from './footprint.ts'
import { growthByRound } from './growth.ts'

const MB = 1_000_000
const AT_REST: Footprint = { bytes: 50 * MB, listeners: 0, timers: 0, workers: 1 }

/** Measures what the rounds so far have left, each measurement off by what `noise` says. */
function scripted(leftBy: (rounds: number) => Partial<Footprint>, noise: readonly number[] = [0]) {
  let rounds = 0
  let measurements = 0
  const measure = async (): Promise<Footprint> => {
    const footprint = { ...AT_REST, ...leftBy(rounds) }
    return { ...footprint, bytes: footprint.bytes + (noise[measurements++ % noise.length] ?? 0) }
  }
  const watch: Watch = { measure, measureWith: measure }
  const growth = () =>
    growthByRound(
      watch,
      AT_REST,
      async () => {
        rounds++
      },
      { patienceMs: 300 },
    )
  return { growth, rounds: () => rounds }
}

it('a leak of 20 bytes a use has grown in every round', async () => {
  const { growth, rounds } = scripted((n) => ({ bytes: AT_REST.bytes + n * 2 * MB }))
  expect(await growth()).toHaveLength(4)
  expect(rounds()).toBe(4)
})

it('a leak is seen through measurements that are too low now and then', async () => {
  const { growth } = scripted((n) => ({ bytes: AT_REST.bytes + n * 4 * MB }), [0, -2 * MB, 0])
  expect(await growth()).toHaveLength(4)
})

it('a table that has grown once is no leak', async () => {
  const { growth, rounds } = scripted((n) => ({ bytes: AT_REST.bytes + Math.min(n, 1) * 4 * MB }))
  expect(await growth()).toEqual([])
  expect(rounds()).toBe(2)
})

it('what stays within the slack is none either', async () => {
  const { growth, rounds } = scripted((n) => ({ bytes: AT_REST.bytes + n * 0.9 * MB }))
  expect(await growth()).toEqual([])
  expect(rounds()).toBe(1)
})

it('a listener that stays has grown in the first round', async () => {
  const footprint = watchFootprint()
  const { signal } = new AbortController()
  const before = await footprint.measure()
  const round = async () => signal.addEventListener('abort', () => {})
  expect(await growthByRound(footprint, before, round, { patienceMs: 100 })).toContain('listeners: 0, then 1')
})
