/** The first page: what Atelier is, why, how to begin, and the same work on workers and on the main thread. */
import { AtelierProvider, createTaskRuntime, useTask } from 'atelier-react'
import { type ReactNode, useState } from 'react'
import { lab } from '../runtime/scenarios.ts'
import { Button } from '../ui/button.tsx'
import type { FrameReport } from '../ui/frames/frame-watch.ts'
import { JankMeter } from '../ui/frames/jank-meter.tsx'
import type { LanePicture, Segment } from '../ui/lanes/lane-log.ts'
import { Lanes } from '../ui/lanes/lanes.tsx'
import { useLanes } from '../ui/lanes/use-lanes.ts'
import '../ui/page.css'
import './start.css'
import { FIRST_TASK, INSTALL, NEXT } from './texts.ts'

const PIECES = 12
const PIECE_MS = 50

const workTask = lab({ taskName: 'work', maxQueueDepth: 32 })
const createRuntime = () => createTaskRuntime({ name: 'start' })

export function StartStory() {
  return (
    <AtelierProvider createRuntime={createRuntime} graceMs={0}>
      <div className="page start">
        <header>
          <h1>Atelier</h1>
          <p className="lead">
            Functions that run in Web Workers, called as if they were here. A bounded queue, typed results,
            cancellation that reaches the worker, and a trace of every call.
          </p>
        </header>
        <main>
          <section className="card" aria-labelledby="same-work">
            <h2 id="same-work">The same work, twice</h2>
            <p className="soft">
              {PIECES} pieces of work, {PIECE_MS} ms each. Run both, and watch the frames of this page.
            </p>
            <div className="start-halves">
              <OnWorkers />
              <OnPage />
            </div>
          </section>
          <section className="card" aria-labelledby="begin">
            <h2 id="begin">Begin</h2>
            <p>Install it. The worker and the page are two files that share the type of the handlers.</p>
            <pre className="code">{INSTALL}</pre>
            {FIRST_TASK.map(({ file, code }) => (
              <figure key={file} className="start-file">
                <figcaption>{file}</figcaption>
                <pre className="code">{code}</pre>
              </figure>
            ))}
          </section>
          <nav className="card" aria-labelledby="next">
            <h2 id="next">Look around</h2>
            <ul className="start-links">
              {NEXT.map(({ path, name, about }) => (
                <li key={path}>
                  <a href={`?path=/story/${path}`} target="_top">
                    {name}
                  </a>
                  <span className="soft">{about}</span>
                </li>
              ))}
            </ul>
          </nav>
        </main>
      </div>
    </AtelierProvider>
  )
}

interface HalfProps {
  readonly title: string
  readonly picture: LanePicture
  /** What is not measured, such as the start of workers. */
  readonly prepare?: () => Promise<unknown>
  readonly run: () => Promise<void>
  readonly empty?: string
}

/** One of the two: a button, the lanes, the frames, and what came of it. */
function Half({ title, picture, prepare, run, empty }: HalfProps): ReactNode {
  const [isRunning, setRunning] = useState(false)
  const [isMeasured, setMeasured] = useState(false)
  const [report, setReport] = useState<FrameReport>()
  const start = async () => {
    setReport(undefined)
    setRunning(true)
    await prepare?.()
    setMeasured(true)
    // The meter sees the frames before the work, and the one after it.
    await frames(3)
    await run()
    await frames(2)
    setMeasured(false)
    setRunning(false)
  }
  return (
    <section className="start-half" aria-label={title}>
      <h3>{title}</h3>
      <Button tone="primary" isOff={isRunning} onClick={() => void start()}>
        {isRunning ? 'Running' : report ? 'Run again' : 'Run'}
      </Button>
      <Lanes picture={picture} label={title} empty={empty} />
      <JankMeter isOn={isMeasured} label={title} onDone={setReport} />
      <p className="start-verdict" aria-live="polite">
        {report && `Longest frame: ${Math.round(report.longestMs).toLocaleString('en')} ms`}
      </p>
    </section>
  )
}

function OnWorkers() {
  const task = useTask(workTask)
  const { picture, clear } = useLanes()
  const prepare = async () => {
    await Promise.all([task.work(1), task.work(1)])
    // The events of these calls have come by then.
    await frames(2)
    clear()
  }
  const run = async () => {
    await Promise.all(Array.from({ length: PIECES }, () => task.work(PIECE_MS)))
  }
  return <Half title="On two workers" picture={picture} prepare={prepare} run={run} />
}

function OnPage() {
  const [runs, setRuns] = useState<readonly Segment[]>([])
  const run = async () => {
    const made: Segment[] = []
    for (let piece = 1; piece <= PIECES; piece++) {
      const start = performance.now()
      while (performance.now() < start + PIECE_MS);
      made.push({ id: `${piece}`, label: `${piece}`, state: 'success', start, end: performance.now() })
    }
    setRuns(made)
    await frames(1)
  }
  return <Half title="On the main thread" picture={pictureOf(runs)} run={run} empty="Nothing has run yet." />
}

function pictureOf(runs: readonly Segment[]): LanePicture {
  const none = { starts: [], deaths: [] }
  return {
    from: runs[0]?.start ?? 0,
    until: runs.at(-1)?.end ?? 0,
    isLive: false,
    workers: runs.length > 0 ? [{ name: 'page', taskName: 'page', runs, ...none }] : [],
    waits: [],
    counts: { calls: runs.length, success: runs.length, failure: 0, canceled: 0, rejected: 0, requeued: 0 },
  }
}

async function frames(count: number): Promise<void> {
  for (let frame = 0; frame < count; frame++) await new Promise(requestAnimationFrame)
}
