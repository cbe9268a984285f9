/** The page of the torture suite: asks the driver what to run, runs it, and reports. */
import './footprint.ts'
import { generate } from '../program/generate.ts'
import type { Program } from '../program/program.ts'
import { seedOf } from '../program/random.ts'
import { measureHeap } from './heap.ts'
import { runProgram } from './run-program.ts'

/** Programs from a seed, until the time is up or one fails; or one program, given whole. */
interface Order {
  readonly program?: Program
  readonly programs?: readonly Program[]
  /** The seed of one program, as failures name it. */
  readonly programSeed?: number
  /** Instead of programs: so many calls, and what they leave in memory. */
  readonly heapCalls?: number
  readonly seed?: number
  readonly first?: number
  readonly count?: number
  readonly ms?: number
  readonly profile?: string
  /** Milliseconds that a call may take to settle. */
  readonly patience?: number
  /** The law that the program is run for. */
  readonly law?: string
  /** Laws that are not looked at. */
  readonly skip: readonly string[]
}

const page = new URLSearchParams(location.search).get('page') ?? ''

async function ask<Answer>(question: string, body: unknown = null): Promise<Answer> {
  const response = await fetch(`mail/${page}/${question}`, { method: 'POST', body: JSON.stringify(body) })
  return (await response.json()) as Answer
}

async function run(program: Program, { skip, patience, law }: Order) {
  await ask('begins', program)
  const driver = {
    freeze: (ms: number) => ask<void>('freeze', ms),
    offline: (ms: number) => ask<void>('offline', ms),
  }
  const report = await runProgram(program, { patience, law, driver })
  const failures = report.failures.filter((failure) => !skip.includes(failure.law))
  await ask('ends', { ...report, profile: program.profile, failures })
  return failures
}

async function carryOut(order: Order): Promise<unknown> {
  if (!crossOriginIsolated) throw new Error('the page is not cross-origin isolated')
  if (order.heapCalls !== undefined) {
    return { heap: await measureHeap(order.heapCalls, (line) => ask('progress', line)), failures: [] }
  }
  if (order.program) return { program: order.program, failures: await run(order.program, order) }
  if (order.programs) {
    for (const [index, program] of order.programs.entries()) {
      const failures = await run(program, order)
      if (failures.length > 0) return { program, failures, next: index + 1 }
    }
    return { failures: [], next: order.programs.length }
  }
  if (order.programSeed !== undefined) {
    const program = generate(order.programSeed, order.profile)
    return { program, failures: await run(program, order) }
  }
  const { seed = 1, first = 0, count = 1, ms = Number.POSITIVE_INFINITY } = order
  const end = performance.now() + ms
  for (let index = first; index < first + count && performance.now() < end; index++) {
    const program = generate(seedOf(seed, index), order.profile)
    const failures = await run(program, order)
    if (failures.length > 0) return { program, failures, next: index + 1 }
  }
  return { failures: [], next: first + count }
}

try {
  await ask('result', await carryOut(await ask<Order>('order')))
} catch (error) {
  await ask('error', `${String(error)} ${error instanceof Error ? error.stack : ''}`)
}
