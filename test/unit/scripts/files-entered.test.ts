/** How much of the source somebody reads who follows one call. */
import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { root } from '../../../scripts/lib/entries.mjs'

interface EnteredFile {
  readonly file: string
  readonly sides: readonly ('page' | 'worker')[]
  readonly functions: readonly string[]
}

/** Most files that a warm call may enter. 20 and 32 are the goal: these only ever go down. */
const LIMITS = { off: 28, default: 42 }

/** In a process of its own: the coverage of one process is counted once for all who ask. */
const entered = JSON.parse(
  execFileSync(process.execPath, [`${root}scripts/files-entered.mjs`, '--json'], { encoding: 'utf8' }),
) as Readonly<Record<keyof typeof LIMITS, readonly EnteredFile[]>>

describe('a warm call', () => {
  it.each([
    ['with telemetry off', 'off'],
    ['by default', 'default'],
  ] as const)('%s enters no more files than it may', (_what, telemetry) => {
    const files = entered[telemetry].map(({ file }) => file)
    expect(files.slice(LIMITS[telemetry])).toEqual([])
  })

  it('enters the queue on the page, the harness in the worker, and the telemetry only when it is on', () => {
    const sidesOf = (file: string) => entered.off.find((each) => each.file === file)?.sides
    expect(sidesOf('src/queue/dispatch-queue.ts')).toEqual(['page'])
    expect(sidesOf('src/worker/harness.ts')).toEqual(['worker'])
    const telemetry = (files: readonly EnteredFile[]) =>
      files.filter(({ file }) => file.startsWith('src/telemetry/')).length
    // One that says that nobody listens, at most.
    expect(telemetry(entered.off)).toBeLessThan(2)
    expect(telemetry(entered.default)).toBeGreaterThan(5)
  })
})
