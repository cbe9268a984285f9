/** Calls of one method and key in different modes: a newer one takes the place of an older one only where it waits for the same. */
import { describe, expect, it } from 'vitest'
import type { KeyMode } from '../../../src/types/task.ts'
import { makeLab, shown, watch } from '../support/lab.ts'
import { makeLanes } from '../support/lanes.ts'

function setUp(maxQueueDepth: number) {
  const gates: (() => void)[] = []
  const lab = makeLab(
    () => ({
      gate: (value: unknown) => new Promise((resolve) => gates.push(() => resolve(value))),
    }),
    { maxWorkers: 2, maxInFlight: 1, maxQueueDepth },
  )
  const open = async () => {
    for (let round = 0; round < 4; round++) {
      for (const each of gates.splice(0)) each()
      await lab.settle()
    }
  }
  return { ...lab, open, as: (keyMode: KeyMode) => lab.task.with({ key: 'key', keyMode }) }
}

const MODES = ['serial', 'latest', 'dedupe', 'keep-last', 'parallel'] as const
const triples = MODES.flatMap((a) => MODES.flatMap((b) => MODES.map((c) => [a, b, c] as const)))

describe.each([0, 1, 4])('in a queue of %i', (depth) => {
  it.each(triples)('%s, %s, %s: each of them settles, and so does the next call', async (...modes) => {
    const { as, task, settle, open } = setUp(depth)
    const fates: (() => unknown)[] = []
    for (const [index, mode] of modes.entries()) {
      fates.push(watch(as(mode).gate(index)))
      if (index === 1) await settle()
      fates.push(watch(task.gate(`other ${index}`)))
    }
    await settle()
    await open()
    await open()
    expect(fates.map((fate) => (fate() as { status: string }).status)).not.toContain('open')
    const next = watch(task.gate('next'))
    await settle()
    await open()
    expect(shown(next())).toBe('next')
  })
})

it('keep-last does not run beside a serial call of its key, though a latest one that it replaces would', () => {
  const { queue, call, run, finish, superseded } = makeLanes({ maxInFlight: 2 })
  const serial = call('serial')
  const other = call('parallel')
  run()
  run()
  const latest = call('latest')
  const last = call('keep-last')
  expect(superseded).toEqual([[latest.id, last.id]])
  finish(other)
  expect(queue.take()).toBe(null)
  finish(serial)
  expect(queue.take()).toBe(last)
})
