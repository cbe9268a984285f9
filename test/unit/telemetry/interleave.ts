/** A hundred traces at once whose calls are made between awaits of random length. */
import type { Driver, Sdk } from './support.ts'

const TRACES = 100
const CALLS = 5

/** Seeded, so that a failure can be repeated. */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/** The method of each call is the name of the trace that it is made for; `pass` gives the trace to the call as well. */
export async function interleave(driver: Driver, pass: boolean, seed: number): Promise<void> {
  const next = random(seed)
  const pause = async () => {
    for (let ticks = Math.floor(next() * 6); ticks > 0; ticks--) {
      if (next() < 0.2) await new Promise((resolve) => setImmediate(resolve))
      else await Promise.resolve()
    }
  }
  const work = (name: string) =>
    driver.telemetry.trace(name, async (trace) => {
      for (let step = 0; step < CALLS; step++) {
        await pause()
        const call = driver.enqueue({ method: name, options: pass ? { trace } : {} })
        await pause()
        driver.dispatch(call)
        await pause()
        driver.settle(call)
      }
    })
  const begin = async (index: number) => {
    await pause()
    await work(`doc-${index}`)
  }
  await Promise.all(Array.from({ length: TRACES }, (_, index) => begin(index)))
}

/** Calls by whether their parent is the trace that they were made for. */
export function attribution({ spans, calls }: Sdk): { right: number; wrong: number; none: number } {
  const roots = spans.filter(({ attributes }) => 'atelier.trace.span_count' in attributes)
  const nameById = new Map(
    roots.map((span) => [span.spanContext().spanId, span.attributes['atelier.trace.name']]),
  )
  const counts = { right: 0, wrong: 0, none: 0 }
  for (const span of calls) {
    const name = nameById.get(span.parentSpanContext?.spanId ?? '')
    if (name === undefined) counts.none++
    else if (name === span.attributes['atelier.task.method']) counts.right++
    else counts.wrong++
  }
  return counts
}
