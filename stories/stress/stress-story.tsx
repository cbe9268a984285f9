/** Ten thousand calls at once, beside the frames of the page that makes them. */
import { AtelierProvider, createTaskRuntime, useTask, useTaskSnapshot } from 'atelier-react'
import { useState } from 'react'
import { lab } from '../runtime/scenarios.ts'
import { Button } from '../ui/button.tsx'
import type { FrameReport } from '../ui/frames/frame-watch.ts'
import { JankMeter } from '../ui/frames/jank-meter.tsx'
import '../ui/page.css'

const stressTask = lab({ taskName: 'stress', maxQueueDepth: Number.POSITIVE_INFINITY, maxInFlight: 64 })
const createRuntime = () => createTaskRuntime({ name: 'stress' })

interface StressProps {
  readonly calls: number
}

interface Outcome {
  readonly ms: number
  readonly right: number
}

export function StressStory(props: StressProps) {
  return (
    <AtelierProvider createRuntime={createRuntime} graceMs={0}>
      <Stress {...props} />
    </AtelierProvider>
  )
}

function Stress({ calls }: StressProps) {
  const task = useTask(stressTask)
  const waiting = useTaskSnapshot(task, ({ queue }) => queue.pending + queue.inFlight)
  const [isRunning, setRunning] = useState(false)
  const [outcome, setOutcome] = useState<Outcome>()
  const [report, setReport] = useState<FrameReport>()
  const number = (value: number) => Math.round(value).toLocaleString('en')
  const start = async () => {
    setOutcome(undefined)
    setReport(undefined)
    setRunning(true)
    const began = performance.now()
    let right = 0
    await Promise.all(
      Array.from(batches(calls), async ([from, to], batch) => {
        // A hundred in a turn: one turn that makes them all would be a long frame by itself.
        for (let turn = 0; turn < batch; turn++) await new Promise((resolve) => setTimeout(resolve))
        const made = Array.from({ length: to - from }, (_, index) => task.echo(from + index))
        for (const [index, value] of (await Promise.all(made)).entries()) if (value === from + index) right++
      }),
    )
    setOutcome({ ms: performance.now() - began, right })
    setRunning(false)
  }
  return (
    <div className="page">
      <header>
        <h1>{number(calls)} calls</h1>
        <p className="lead">
          Each goes to a worker and back, and each has its own promise, its place in the queue and its span.
          The page makes a hundred in a turn, and keeps painting.
        </p>
      </header>
      <main className="card">
        <div className="card-head">
          <Button tone="primary" isOff={isRunning} onClick={() => void start()}>
            {isRunning ? 'Running' : outcome ? 'Run again' : 'Run'}
          </Button>
          <code className="code">await Promise.all(numbers.map((n) =&gt; task.echo(n)))</code>
        </div>
        <JankMeter isOn={isRunning} label="The page" onDone={setReport} />
        <dl className="figures" aria-live="polite">
          <Figure name="open calls" value={number(waiting)} />
          <Figure name="right answers" value={outcome ? number(outcome.right) : 'not yet'} />
          <Figure name="calls a second" value={outcome ? number((calls / outcome.ms) * 1_000) : 'not yet'} />
          <Figure name="longest frame" value={report ? `${number(report.longestMs)} ms` : 'not yet'} />
          <Figure name="frames over 50 ms" value={report ? number(report.long.length) : 'not yet'} />
        </dl>
      </main>
    </div>
  )
}

function Figure({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  )
}

/** Where each hundred begins and ends. */
function* batches(calls: number): Generator<readonly [number, number]> {
  for (let from = 0; from < calls; from += 100) yield [from, Math.min(calls, from + 100)]
}
