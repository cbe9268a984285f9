/** One trace as three consumers get it: OpenTelemetry's spans, the browser's measures, and a trace file from the events. */
import {
  AtelierProvider,
  collectTrace,
  createTaskRuntime,
  type Task,
  toChromeTrace,
  useRuntime,
  useTask,
} from 'atelier-react'
import { useState } from 'react'
import type { LabApi } from '../runtime/lab.worker.ts'
import { lab } from '../runtime/scenarios.ts'
import { Button } from '../ui/button.tsx'
import '../ui/page.css'
import { fromFile, fromMeasures, fromSpans, openTracer, type SinkSpan, type Tracer } from './sinks.ts'
import './sinks-story.css'

const task = lab({ taskName: 'steps', maxWorkers: 2 })

interface Sink {
  readonly name: string
  readonly source: string
  readonly spans: readonly SinkSpan[]
}

export function SinksStory() {
  const [tracer] = useState(openTracer)
  return (
    <AtelierProvider
      createRuntime={() => createTaskRuntime({ name: 'sinks', otel: { tracer: tracer.tracer } })}
      graceMs={0}
    >
      <Sinks tracer={tracer} />
    </AtelierProvider>
  )
}

function Sinks({ tracer }: { readonly tracer: Tracer }) {
  const runtime = useRuntime()
  const steps = useTask(task)
  const [sinks, setSinks] = useState<readonly Sink[]>()
  const [isRunning, setRunning] = useState(false)
  const start = async () => {
    setRunning(true)
    tracer.forget()
    const recording = collectTrace(runtime)
    const traceId = await runtime.trace('report', async (trace) => {
      await work(steps.with({ trace }))
      return trace.traceId
    })
    const measures = await fromMeasures(traceId)
    setSinks([
      {
        name: 'OpenTelemetry span',
        source: 'from a TracerProvider',
        spans: sinceFirst(fromSpans(tracer.spans())),
      },
      {
        name: 'User Timing measure',
        source: 'from a PerformanceObserver',
        spans: sinceFirst(measures),
      },
      {
        name: 'Trace file',
        source: 'from the events, for Perfetto',
        spans: sinceFirst(fromFile(toChromeTrace(recording.stop()))),
      },
    ])
    setRunning(false)
  }
  return (
    <div className="page">
      <header>
        <h1>One trace, three sinks</h1>
        <p className="lead">
          A trace of four calls: one, two beside each other, and one more. Each call is one span, and every
          sink gets it with the same id and the same times, counted from the first call.
        </p>
      </header>
      <main className="card">
        <div className="card-head">
          <Button tone="primary" isOff={isRunning} onClick={() => void start()}>
            {isRunning ? 'Running' : sinks ? 'Run again' : 'Run'}
          </Button>
          <code className="code">{"runtime.trace('report', async (trace) => …)"}</code>
        </div>
        {sinks ? <Comparison sinks={sinks} /> : <p className="soft">No trace yet.</p>}
      </main>
    </div>
  )
}

async function work(steps: Task<LabApi>): Promise<void> {
  await steps.with({ key: 'read' }).work(30)
  await Promise.all([steps.with({ key: 'words' }).work(60), steps.with({ key: 'links' }).work(40)])
  await steps.with({ key: 'write' }).work(20)
}

function Comparison({ sinks }: { readonly sinks: readonly Sink[] }) {
  const length = Math.max(...sinks.flatMap(({ spans }) => spans.map(({ end }) => end)))
  return (
    <>
      <div className="sinks">
        {sinks.map(({ name, source, spans }) => (
          <section key={name} aria-label={name}>
            <h2>{name}</h2>
            <p className="soft">{source}</p>
            <div className="sink-plot" role="img" aria-label={`${name}: ${spans.length} spans`}>
              {spans.map(({ spanId, key, start, end }) => (
                <span key={spanId} className="sink-lane">
                  <span className="sink-key">{key}</span>
                  <span className="sink-track">
                    <span
                      className="sink-bar"
                      style={{
                        left: `${(start / length) * 100}%`,
                        width: `${((end - start) / length) * 100}%`,
                      }}
                    />
                  </span>
                </span>
              ))}
            </div>
          </section>
        ))}
      </div>
      <Verdict sinks={sinks} />
      {/* Focusable, for a scroll area must be reachable by keyboard. */}
      <div className="sinks-table" role="region" aria-label="The spans of all sinks" tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">call</th>
              <th scope="col">sink</th>
              <th scope="col">span id</th>
              <th scope="col">parent id</th>
              <th scope="col" className="number">
                starts at
              </th>
              <th scope="col" className="number">
                lasts
              </th>
            </tr>
          </thead>
          {(sinks[0]?.spans ?? []).map(({ spanId, key }) => (
            <tbody key={spanId}>
              {sinks.map(({ name, spans }, index) => {
                const span = spans.find((each) => each.spanId === spanId)
                return (
                  <tr key={name}>
                    {index === 0 && (
                      <th scope="rowgroup" rowSpan={sinks.length}>
                        {key}
                      </th>
                    )}
                    <td>{name}</td>
                    <td className="id">{span?.spanId ?? 'missing'}</td>
                    <td className="id">{span?.parentId ?? 'none'}</td>
                    <td className="number">{span ? `${span.start.toFixed(1)} ms` : '–'}</td>
                    <td className="number">{span ? `${(span.end - span.start).toFixed(1)} ms` : '–'}</td>
                  </tr>
                )
              })}
            </tbody>
          ))}
        </table>
      </div>
    </>
  )
}

/** OpenTelemetry has the time of day, the others the page's clock: each counts from the first call of the trace. */
function sinceFirst(spans: readonly SinkSpan[]): readonly SinkSpan[] {
  const from = Math.min(...spans.map(({ start }) => start))
  return spans.map((span) => ({ ...span, start: span.start - from, end: span.end - from }))
}

/** What the table says, in a sentence: computed, so that it can be wrong. */
function Verdict({ sinks }: { readonly sinks: readonly Sink[] }) {
  const [first, ...others] = sinks
  let apart = 0
  let missing = 0
  for (const span of first?.spans ?? []) {
    for (const { spans } of others) {
      const twin = spans.find(({ spanId }) => spanId === span.spanId)
      if (!twin || twin.parentId !== span.parentId || twin.traceId !== span.traceId) missing++
      else apart = Math.max(apart, Math.abs(twin.start - span.start), Math.abs(twin.end - span.end))
    }
  }
  return (
    <p className="sinks-verdict" aria-live="polite">
      {missing === 0
        ? `${first?.spans.length} calls, the same ids in every sink. The times differ by ${apart.toFixed(3)} ms at most.`
        : `${missing} spans are missing in a sink, or have other ids there.`}
    </p>
  )
}
