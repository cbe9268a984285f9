/** Measures the cases of a workload round by round, each round in another order, and drops those that fail. */
import type {
  Case,
  CaseResult,
  Contestant,
  RunOptions,
  Sampler,
  Workload,
  WorkloadResult,
} from './workload.ts'
import { collectGarbage, pause } from './tools.ts'

/** A sample that takes longer has stalled. */
const LONGEST_SAMPLE_MS = 90_000

/** Who is told how far it is. */
export interface Driver {
  readonly progress: (line: string) => Promise<void>
  /** The warm-up is over; the last round is over, and everything is still there. */
  readonly phase: (name: 'measuring' | 'measured') => Promise<void>
}

interface Runner {
  readonly result: CaseResult
  readonly sampler: Sampler
}

export async function runWorkload(
  workload: Workload,
  contestants: readonly Contestant[],
  options: RunOptions,
  { progress, phase }: Driver,
): Promise<WorkloadResult> {
  const wanted = workload
    .cases(contestants)
    .filter(({ id }) => options.contestants.length === 0 || options.contestants.includes(id))
  const results: CaseResult[] = []
  const runners: Runner[] = []
  for (const each of wanted) {
    const result: CaseResult = { id: each.id, label: each.label, samples: [] }
    results.push(result)
    const sampler = await open(each, result)
    if (sampler) runners.push({ result, sampler })
  }
  const rounds = Math.min(options.rounds, workload.mostRounds ?? options.rounds)
  const warmups = Math.min(options.warmups, workload.warmups ?? options.warmups)
  for (let round = -warmups; round < rounds; round++) {
    if (round === 0) await phase('measuring')
    await progress(round < 0 ? `${workload.id}: warm-up` : `${workload.id}: round ${round + 1} of ${rounds}`)
    for (const runner of inTurn(runners, round + warmups)) {
      if (options.collect) collectGarbage()
      await pause(10)
      await measure(runner, round >= 0)
    }
  }
  await phase('measured')
  for (const { sampler } of runners) await sampler.close()
  const { id, title, what, metrics } = workload
  return { id, title, what, metrics, rounds, cases: results }
}

async function open(each: Case, result: CaseResult): Promise<Sampler | undefined> {
  try {
    return await withLimit(each.open())
  } catch (error) {
    result.failed = String(error)
    return undefined
  }
}

async function measure({ result, sampler }: Runner, counts: boolean): Promise<void> {
  if (result.failed !== undefined) return
  try {
    const sample = await withLimit(sampler.sample())
    if (counts) result.samples.push(sample)
  } catch (error) {
    result.failed = String(error)
  }
}

/** Nobody always follows the same neighbour: the order is turned by one each round, and reversed every other. */
function inTurn<T>(items: readonly T[], round: number): T[] {
  const start = items.length === 0 ? 0 : round % items.length
  const turned = [...items.slice(start), ...items.slice(0, start)]
  return round % 2 === 0 ? turned : turned.toReversed()
}

async function withLimit<T>(promise: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no end within 90 s')), LONGEST_SAMPLE_MS)
  })
  try {
    return await Promise.race([promise, limit])
  } finally {
    clearTimeout(timer)
  }
}
