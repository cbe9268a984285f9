/** What a task of a type is where its config says nothing. */
import { afterEach, expect, it, vi } from 'vitest'
import { typeDefaults } from '../../../src/options/type-defaults.ts'

afterEach(() => {
  vi.unstubAllGlobals()
})

it('a singleton has one worker, which is never ended for a handler that goes on', () => {
  expect(typeDefaults('singleton')).toEqual({ maxWorkers: 1, abortGraceMs: Number.POSITIVE_INFINITY })
})

it.each([
  { cores: 8, maxWorkers: 7 },
  { cores: 2, maxWorkers: 1 },
  { cores: 1, maxWorkers: 1 },
  { cores: undefined, maxWorkers: 1 },
])(
  'a pool on $cores cores has $maxWorkers workers: one core is left to the page',
  ({ cores, maxWorkers }) => {
    vi.stubGlobal('navigator', cores === undefined ? undefined : { hardwareConcurrency: cores })
    expect(typeDefaults('parallel')).toEqual({ maxWorkers, abortGraceMs: 2_000 })
  },
)
