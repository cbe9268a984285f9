/** Live metrics: a runtime writes to a real MeterProvider, and the page draws what it collects four times a second. */
import { AtelierProvider, createTaskRuntime, useTask } from 'atelier-react'
import { useEffect, useState } from 'react'
import { lab } from '../runtime/scenarios.ts'
import { Button } from '../ui/button.tsx'
import '../ui/page.css'
import { HistogramChart, SHOWN, TimeChart } from './charts.tsx'
import { openMeter, type Reading } from './meter.ts'

const EVERY_MS = 250
const CALLS = 200

const metered = lab({ taskName: 'metered', maxQueueDepth: 40 })

type Meter = ReturnType<typeof openMeter>

export function MetricsStory() {
  const [meter] = useState(openMeter)
  return (
    <AtelierProvider
      createRuntime={() => createTaskRuntime({ name: 'metrics', otel: { meter: meter.meter } })}
      graceMs={0}
    >
      <Metrics meter={meter} />
    </AtelierProvider>
  )
}

function Metrics({ meter }: { readonly meter: Meter }) {
  const task = useTask(metered)
  const [isRunning, setRunning] = useState(false)
  const { readings, read } = useReadings(meter)
  const newest = readings.at(-1)
  const series = (name: string) => readings.map(({ values }) => values.get(name) ?? 0)
  const start = async () => {
    setRunning(true)
    // Of different lengths, and always the same ones.
    const calls = Array.from({ length: CALLS }, (_, index) => task.work(2 + ((index * 7) % 23)))
    // The queue is never fuller than now: on a busy machine the next reading would come too late to see it.
    await read()
    await Promise.allSettled(calls)
    setRunning(false)
  }
  return (
    <div className="page">
      <header>
        <h1>Live metrics</h1>
        <p className="lead">
          The runtime writes to an OpenTelemetry MeterProvider, as it would to yours. Four times a second a
          reader collects what an exporter would send, and this page draws it.
        </p>
      </header>
      <main className="card">
        <div className="card-head">
          <Button tone="primary" isOff={isRunning} onClick={() => void start()}>
            {isRunning ? 'Running' : `Make ${CALLS} calls`}
          </Button>
          <code className="code">{'createTaskRuntime({ otel: { meter } })'}</code>
        </div>
        <div className="charts">
          <TimeChart
            name="task.success.total"
            unit="a second"
            values={rates(readings, 'task.success.total')}
          />
          <TimeChart name="task.success.total" unit="calls in all" values={series('task.success.total')} />
          <TimeChart name="queue.in_flight" unit="calls at work" values={series('queue.in_flight')} />
          <TimeChart name="queue.pending" unit="calls in the queue" values={series('queue.pending')} />
          <TimeChart name="queue.blocked" unit="calls without room" values={series('queue.blocked')} />
          <TimeChart name="workers.active" unit="workers" values={series('workers.active')} />
        </div>
        <div className="charts two">
          <HistogramChart name="queue.wait_ms" unit="ms" buckets={newest?.histograms.get('queue.wait_ms')} />
          <HistogramChart name="task.run_ms" unit="ms" buckets={newest?.histograms.get('task.run_ms')} />
        </div>
      </main>
    </div>
  )
}

/** The newest readings, oldest first, and one more whenever it is asked for. */
function useReadings(meter: Meter) {
  const [readings, setReadings] = useState<readonly Reading[]>([])
  const [read] = useState(() => async () => {
    const reading = await meter.read()
    setReadings((before) => [...before, reading].slice(-SHOWN))
  })
  useEffect(() => {
    const timer = setInterval(() => void read(), EVERY_MS)
    return () => clearInterval(timer)
  }, [read])
  return { readings, read }
}

/** Of a counter: how much it has grown from one reading to the next, for each second. */
function rates(readings: readonly Reading[], name: string): number[] {
  return readings.map(({ time, values }, index) => {
    const before = readings[index - 1]
    if (!before) return 0
    return ((values.get(name) ?? 0) - (before.values.get(name) ?? 0)) / ((time - before.time) / 1_000)
  })
}
