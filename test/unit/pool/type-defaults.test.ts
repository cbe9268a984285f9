/** What a task of a type is where its config says nothing. */
import { afterEach, expect, it, vi } from 'vitest'
import { typeDefaults } from '../../../src/pool/singleton-worker.ts'

afterEach(() => {
  vi.unstubAllGlobals()
})

it('a singleton has one worker, which is never ended for a handler that goes on', () => {
  expect(typeDefaults('singleton')).toEqual({ poolSize: 1, abortGraceMs: Number.POSITIVE_INFINITY })
})

it.each([
  { cores: 8, poolSize: 7 },
  { cores: 2, poolSize: 1 },
  { cores: 1, poolSize: 1 },
  { cores: undefined, poolSize: 1 },
])('a pool on $cores cores has $poolSize workers: one core is left to the page', ({ cores, poolSize }) => {
  vi.stubGlobal('navigator', cores === undefined ? undefined : { hardwareConcurrency: cores })
  expect(typeDefaults('parallel')).toEqual({ poolSize, abortGraceMs: 2_000 })
})
