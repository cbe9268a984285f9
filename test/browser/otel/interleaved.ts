/** A hundred traces at once, whose calls of a real worker are made between awaits of random length. */
import type { SpanEvent, Trace } from 'atelier-react/core'
import { type OtelLab, otelLab } from './bench.ts'

const TRACES = 100
const CALLS = 3
/** The attribute that says for which trace a call was made. */
const MADE_FOR = 'test.trace'

export interface Attribution {
  readonly right: number
  readonly wrong: number
  readonly none: number
}

/** Seeded, so that a failure can be repeated. */
export function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/** By the events of all calls: whether the trace of a call is the one that it was made for, another, or none. */
function attribution({ events }: OtelLab, names: ReadonlyMap<string, string>): Attribution {
  const counts = { right: 0, wrong: 0, none: 0 }
  for (const event of events) {
    if (event.kind !== 'span') continue
    const name = names.get(event.traceId)
    if (name === undefined) counts.none++
    else if (name === event.attributes?.[MADE_FOR]) counts.right++
    else counts.wrong++
  }
  return counts
}

export const all: Attribution = { right: TRACES * CALLS, wrong: 0, none: 0 }

/** Runs `body` in a hundred traces at once; it makes one call, and is run three times a trace. */
export async function interleave(
  body: (lab: OtelLab, trace: Trace, call: (given?: Trace) => Promise<number>) => Promise<unknown>,
): Promise<Attribution> {
  const lab = otelLab({ maxInFlight: 8 })
  const { runtime, task } = lab
  const names = new Map<string, string>()
  const run = (name: string) =>
    runtime.trace(name, (trace) => {
      names.set(trace.traceId, name)
      const call = (given?: Trace) =>
        task.with({ attributes: { [MADE_FOR]: name }, ...(given && { trace: given }) }).add(1, 1)
      return body(lab, trace, call)
    })
  await Promise.all(Array.from({ length: TRACES }, (_, index) => run(`doc-${index}`)))
  return attribution(lab, names)
}

/** The page's next task; a message, as a timer would wait. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(null)
  })
}

/** Three calls with pauses between them: microtasks, and now and then a task. */
export async function withPauses(next: () => number, call: () => Promise<unknown>): Promise<void> {
  for (let step = 0; step < CALLS; step++) {
    for (let ticks = Math.floor(next() * 6); ticks > 0; ticks--) {
      if (next() < 0.2) await nextTask()
      else await Promise.resolve()
    }
    await call()
  }
}

/** What each call of a lab says of how it came by its trace. */
export function spanOf(lab: OtelLab, index: number): SpanEvent {
  const event = lab.events.filter((one): one is SpanEvent => one.kind === 'span')[index]
  if (!event) throw new Error(`there is no call ${index}`)
  return event
}
