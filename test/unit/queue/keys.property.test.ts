/** Random programs of keyed calls: what each key mode promises, and that none of them loses a call or a slot. */
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { KeyMode } from '../../../src/types/task.ts'
import { ensure } from '../support/ensure.ts'
import type { Entry } from '../support/entry.ts'
import { programs, setups } from '../support/program.ts'
import { runProgram } from '../support/run-program.ts'
import type { World } from '../support/world.ts'

const RUNS = { numRuns: 600, interruptAfterTimeLimit: 60_000 }

beforeEach(() => {
  // The jitter of restarts.
  vi.spyOn(Math, 'random').mockReturnValue(0.5)
  // Uncaught errors of workers are told in development.
  vi.spyOn(console, 'warn').mockImplementation(() => {})
})

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

/** The most open calls of one method and key. */
function mostOpen(world: World): number {
  const openPeers = (entry: Entry) => world.peersOf(entry).filter(({ isOpen }) => isOpen).length
  return Math.max(0, ...world.entries.map(openPeers))
}

/** Whether no two handlers of one method and key run at once. */
function isOneAtATime({ actors, entries }: World): boolean {
  const running = new Set(actors.callsThatRun())
  const lanes = entries
    .filter(({ callId }) => running.has(callId))
    .map(({ step }) => `${step.method} ${step.key}`)
  return new Set(lanes).size === lanes.length
}

/** Of one method, key and priority, handlers start in the order of the calls. */
function isInOrder({ actors, entries, lastFault }: World): boolean {
  if (lastFault > 0) return true
  const last = new Map<string, number>()
  return actors.starts.every((callId) => {
    const index = entries.findIndex((entry) => entry.callId === callId)
    const { method, key, priority } = entries[index]?.step ?? {}
    const lane = `${method} ${key} ${priority}`
    const isLater = (last.get(lane) ?? -1) <= index
    last.set(lane, index)
    return isLater
  })
}

const promises: Record<KeyMode, (world: World) => void> = {
  parallel: () => {},
  serial: (world) => {
    ensure(isOneAtATime(world), 'one at a time')
    ensure(isInOrder(world), 'in order')
  },
  latest: (world) => {
    ensure(mostOpen(world) <= 1, 'the newest alone is open')
  },
  'keep-last': (world) => {
    ensure(isOneAtATime(world), 'one at a time')
    ensure(mostOpen(world) <= 2, 'one runs, one waits')
  },
  dedupe: () => {},
  'drop-latest': (world) => {
    ensure(mostOpen(world) <= 1, 'the oldest alone is open')
  },
}

describe.each([false, true])('calls of one method and key (isolated: %s)', (isIsolated) => {
  beforeEach(() => {
    vi.stubGlobal('crossOriginIsolated', isIsolated)
  })

  it.each(Object.keys(promises) as KeyMode[])(
    'keep what %s promises',
    async (keyMode) => {
      await fc.assert(
        fc.asyncProperty(setups, programs([keyMode], true), async (setup, steps) => {
          expect(await runProgram(setup, steps, promises[keyMode])).toBe('in order')
        }),
        RUNS,
      )
    },
    120_000,
  )

  it('settle once and leak nothing when their modes are mixed', async () => {
    const keyModes = Object.keys(promises) as KeyMode[]
    await fc.assert(
      fc.asyncProperty(setups, programs(keyModes, true), async (setup, steps) => {
        expect(await runProgram(setup, steps)).toBe('in order')
      }),
      RUNS,
    )
  }, 120_000)
})
