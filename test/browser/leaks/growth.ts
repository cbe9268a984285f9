/** What is held longer than it is used, and what of it grows with use. */
import { vi } from 'vitest'
import type { Footprint, Watch } from './footprint.ts'

/** At 100,000 uses ten bytes for each, which is less than any object or listener takes. */
const SLACK_BYTES = 1_000_000

/**
 * A leak grows with every round. What grows once and for all does not: compiled code, and tables, whose size comes from
 * the most entries that were ever alive between two collections (V8 makes the table of a WeakMap no smaller when its
 * entries are collected: 100,000 of them leave 2 MB, 200,000 leave 4 MB).
 */
const MOST_ROUNDS = 4

const LONGEST_MS = 10_000

interface Growth {
  readonly lines: readonly string[]
  readonly isOfBytesAlone: boolean
  /** The least that was measured. */
  readonly bytes: number
}

/** What there is more of than before, as text. */
function compare(now: Footprint, before: Footprint): Growth {
  const names = ['bytes', 'listeners', 'timers', 'workers'] as const
  const grown = names.filter((name) => now[name] > before[name] + (name === 'bytes' ? SLACK_BYTES : 0))
  return {
    lines: grown.map((name) => `${name}: ${before[name]}, then ${now[name]}`),
    isOfBytesAlone: grown.length === 1 && grown[0] === 'bytes',
    bytes: now.bytes,
  }
}

/** Measured again and again until nothing has grown, or time is up. */
async function lasting({ measure }: Watch, before: Footprint, patienceMs: number): Promise<Growth> {
  // The first measurement may take longer than all patience: without it, nothing is known.
  let growth = compare(await measure(), before)
  let least = growth.bytes
  await vi
    .waitFor(
      async () => {
        if (growth.lines.length === 0) return
        growth = compare(await measure(), before)
        least = Math.min(least, growth.bytes)
        throw new Error('measure again')
      },
      { timeout: patienceMs, interval: 100 },
    )
    .catch(() => {})
  return { ...growth, bytes: least }
}

/** What has grown for good. */
export async function lastingGrowth(watch: Watch, before: Footprint): Promise<readonly string[]> {
  return (await lasting(watch, before, LONGEST_MS)).lines
}

/**
 * What every round of use has added for good, a line for each round: none, when one of them has added nothing. Listeners,
 * timers and workers may not grow in any.
 */
export async function growthByRound(
  watch: Watch,
  before: Footprint,
  round: () => Promise<unknown>,
  { patienceMs = LONGEST_MS }: { patienceMs?: number } = {},
): Promise<readonly string[]> {
  const lines: string[] = []
  let { bytes } = before
  for (let n = 0; n < MOST_ROUNDS; n++) {
    await round()
    const growth = await lasting(watch, { ...before, bytes }, patienceMs)
    if (growth.lines.length === 0) return []
    lines.push(...growth.lines)
    if (!growth.isOfBytesAlone) break
    bytes = growth.bytes
  }
  return lines
}
