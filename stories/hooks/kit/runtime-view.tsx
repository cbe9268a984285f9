/** What the runtime does: its workers, its calls, and what has happened lately. */
import { type RuntimeEvent, useRuntimeEvents, useRuntimeSnapshot } from 'atelier-react'
import { useState } from 'react'

interface Line {
  readonly id: number
  readonly tone: 'plain' | 'good' | 'bad'
  readonly text: string
}

const KEPT = 8

export function RuntimeView() {
  const tasks = useRuntimeSnapshot((snapshot) => snapshot.tasks)
  const lines = useLines()
  const sum = (part: (task: (typeof tasks)[number]) => number) =>
    tasks.reduce((all, task) => all + part(task), 0).toLocaleString('en')
  return (
    <section className="card" aria-labelledby="runtime-heading">
      <h2 id="runtime-heading">The runtime</h2>
      <dl className="figures">
        <Figure label="workers" value={sum(({ workers }) => workers.active)} />
        <Figure label="running" value={sum(({ queue }) => queue.inFlight)} />
        <Figure label="waiting" value={sum(({ queue }) => queue.pending + queue.blocked)} />
        <Figure label="succeeded" value={sum(({ counts }) => counts.succeeded)} />
        <Figure label="canceled" value={sum(({ counts }) => counts.canceled)} />
      </dl>
      <h3>Lately</h3>
      {lines.length === 0 ? (
        <p className="soft">
          {tasks.some(({ counts, workers }) => workers.active > 0 || counts.dispatched > 0)
            ? 'Nothing since this card was shown. The counts include what came before.'
            : 'No calls yet.'}
        </p>
      ) : (
        <ol className="log">
          {lines.map(({ id, tone, text }) => (
            <li key={id} className={tone}>
              {text}
            </li>
          ))}
        </ol>
      )}
    </section>
  )
}

function Figure({ label, value }: { readonly label: string; readonly value: string }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd data-figure={label}>{value}</dd>
    </div>
  )
}

/** The last lines, newest first. */
function useLines(): readonly Line[] {
  const [lines, setLines] = useState<readonly Line[]>([])
  useRuntimeEvents(
    (event) => {
      const said = describe(event)
      if (!said) return
      // In a separate turn: useSuspenseTaskQuery calls while React renders.
      queueMicrotask(() =>
        setLines((before) => [{ id: (before[0]?.id ?? 0) + 1, ...said }, ...before].slice(0, KEPT)),
      )
    },
    { kinds: ['worker', 'span', 'trace'] },
  )
  return lines
}

function describe(event: RuntimeEvent): Omit<Line, 'id'> | null {
  switch (event.kind) {
    case 'worker':
      return {
        tone: event.action === 'crash' ? 'bad' : 'plain',
        text: `worker ${event.workerIndex}: ${workerWords[event.action]}`,
      }
    case 'span': {
      const ms = Math.max(1, Math.round(event.endTime - event.startTime)).toLocaleString('en')
      if (event.status === 'ok') return { tone: 'good', text: `${event.method} succeeded in ${ms} ms` }
      if (event.status === 'canceled')
        return { tone: 'plain', text: `${event.method} was canceled after ${ms} ms` }
      return { tone: 'bad', text: `${event.method} failed: ${event.error ?? event.errorType}` }
    }
    case 'trace':
      return { tone: 'plain', text: `trace “${event.traceName}” ended, with ${event.spanCount} spans` }
    default:
      return null
  }
}

const workerWords = {
  spawn: 'started',
  ready: 'ready',
  terminate: 'stopped',
  crash: 'crashed',
  error: 'reported an error',
}
