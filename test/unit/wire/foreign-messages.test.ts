/** Messages that are not the library's, or only look like it, on both ends of a worker's port. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as protocol from '../../../src/wire/protocol.ts'
import { type Lab, makeLab, shown, watch } from '../support/lab.ts'
import type { StepWorker } from '../support/step-worker.ts'

/** To page and to worker, those that end a worker excepted: what they say is done. */
const operations = Object.entries(protocol)
  .filter(([name, value]) => typeof value === 'number' && value > 0xffff && !/^CLOSE|^FAILED/.test(name))
  .map(([, value]) => value as number)

/** `numbers`: what stands where ids, indexes and counts are looked for. */
const forgedWith = (numbers: fc.Arbitrary<number>) => {
  const other = fc.anything({ maxDepth: 2 }).filter((value) => typeof value !== 'number')
  const column = fc.oneof(
    fc.array(numbers, { maxLength: 10 }),
    fc.array(fc.oneof(numbers, other), { maxLength: 10 }),
  )
  const field = fc.oneof(numbers, column, other)
  return fc
    .tuple(fc.constantFrom(...operations), fc.array(field, { maxLength: 5 }))
    .map(([operation, fields]): unknown => [operation, ...fields])
}
const forged = forgedWith(fc.integer({ min: -5, max: 6 }))
/** A whole and true call of another id is not to be told from ours; one of our ids would be answered for ours. */
const forgedOfOthers = forgedWith(fc.constantFrom(0, -1, 0.5, 101, 102))
const foreign = fc
  .anything({ maxDepth: 2 })
  .filter((data) => !operations.includes((data as number[] | null)?.[0] ?? 0))

const handlers = () => {
  const gates: (() => void)[] = []
  return {
    echo: (value: unknown) => value,
    gate: () => new Promise<string>((resolve) => gates.push(() => resolve('opened'))),
    open: () => gates.splice(0).forEach((open) => open()),
  }
}

describe('on the page', () => {
  it('a foreign message changes nothing', async () => {
    const { lab, worker } = await started()
    fc.assert(
      fc.property(foreign, (data) => {
        const before = lab.task.control.getSnapshot()
        worker.emit('message', { data })
        expect(lab.task.control.getSnapshot()).toBe(before)
      }),
    )
  })

  it('a forged message hangs no call, leaks no slot and throws nothing', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(forged, { minLength: 1, maxLength: 4 }), async (messages) => {
        const { lab, worker } = await started()
        const fates = [lab.task.gate(), lab.task.echo(1), lab.task.gate()].map(watch)
        await lab.settle()
        for (const data of messages) worker.emit('message', { data: guarded(data) })
        for (let round = 0; round < 3; round++) {
          void lab.task.open().catch(() => {})
          await lab.settle()
        }
        expect(fates.filter((fate) => fate().status === 'open')).toEqual([])
        expect(lab.task.control.getSnapshot().queue).toMatchObject({ inFlight: 0, pending: 0, blocked: 0 })
      }),
      { numRuns: 300 },
    )
  })
})

describe('in the worker', () => {
  it('neither a foreign nor a forged message keeps it from its calls', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(foreign, forgedOfOthers), { minLength: 1, maxLength: 4 }),
        async (messages) => {
          const { lab, worker } = await started()
          worker.toWorker.push(...messages.map(guarded))
          const fates = [lab.task.echo(1), lab.task.echo(2)].map(watch)
          await lab.settle()
          expect(fates.map((fate) => shown(fate()))).toEqual([1, 2])
        },
      ),
      { numRuns: 300 },
    )
  })
})

async function started(): Promise<{ lab: Lab<ReturnType<typeof handlers>>; worker: StepWorker }> {
  const lab = makeLab(handlers, { maxInFlight: 4, maxQueueDepth: 10 })
  lab.task.control.start()
  await lab.settle()
  return { lab, worker: lab.workers[0] as StepWorker }
}

/** A message that can be read so many times, and then throws: reading it forever would end no test. */
function guarded(data: unknown): unknown {
  if (!Array.isArray(data)) return data
  let reads = 0
  return new Proxy(data, {
    get(target, name, receiver): unknown {
      if (++reads > 2_000) throw new Error(`read forever: ${JSON.stringify(data)}`)
      return Reflect.get(target, name, receiver)
    },
  })
}
