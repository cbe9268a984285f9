/** The Tasks view: each task with its queue, its workers, the distribution of its times, its options, and its actions. */
import type { ReactNode } from 'react'
import { counted, formatMs, listed } from '../model/format.ts'
import type { TaskRow, WorkerRow } from '../model/types.ts'
import { EarlierCalls } from './empty.tsx'
import { Fact } from './fact.tsx'
import type { PanelView, Spread, TaskTimes } from './panel-state.ts'
import type { PanelStore } from './panel-store.ts'
import { TaskActions } from './task-actions.tsx'

interface TasksViewProps {
  readonly view: PanelView
  readonly store: PanelStore
}

export function TasksView({ view, store }: TasksViewProps): ReactNode {
  if (view.tasks.length === 0)
    return (
      <div className="empty">
        <h3>No task yet</h3>
        <p>runtime.defineTask makes one; its first call starts a worker.</p>
      </div>
    )
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls has to be reached by keyboard
    <div className="scroll" tabIndex={0} role="region" aria-label="Tasks">
      <EarlierCalls view={view} />
      {view.tasks.map((times) => (
        <TaskCard
          key={`${times.task.runtimeId} ${times.task.taskId}`}
          times={times}
          isLive={view.isLive}
          store={store}
        />
      ))}
    </div>
  )
}

interface TaskCardProps {
  readonly times: TaskTimes
  readonly isLive: boolean
  readonly store: PanelStore
}

function TaskCard({ times, isLive, store }: TaskCardProps): ReactNode {
  const { task, workers, wait, run, crashes } = times
  const { counts } = task
  const name = task.taskName ?? task.taskId
  const actions = store.session.actions
  return (
    <section className="card" aria-label={`Task ${name}`}>
      <div className="card-state">
        <header>
          <h3>{name}</h3>
          <span className={`status-${task.status}`}>{task.status}</span>
          <span>
            {task.type}, {task.workerCount} of {counted(task.workerLimit, 'worker')}
          </span>
          {task.shared && <span>shared: {task.shared}</span>}
        </header>
        <QueueBar task={task} />
        <Slowness workers={workers} />
      </div>
      <div className="spreads">
        <Histogram label="wait" spread={wait} />
        <Histogram label="run" spread={run} />
      </div>
      <dl className="counts">
        <Count name="succeeded" count={counts.succeeded} />
        <Count name="failed" count={counts.failed} />
        <Count name="canceled" count={counts.canceled} />
        <Count name="rejected" count={counts.rejected} />
        <Count name="requeued" count={counts.requeued} />
        <Count name="crashes" count={crashes} />
      </dl>
      <div className="card-foot">
        {isLive && actions && task.status !== 'gone' && (
          <TaskActions times={times} workers={workers} actions={actions} store={store} />
        )}
        <details>
          <summary>Options in force</summary>
          <dl className="facts">
            {task.options.map((option) => (
              <Fact key={option.name} name={option.name} value={option.value} isDefault={option.isDefault} />
            ))}
          </dl>
        </details>
      </div>
    </section>
  )
}

function Slowness({ workers }: { readonly workers: readonly WorkerRow[] }): ReactNode {
  const slow = workers.filter(({ slowdown }) => slowdown !== undefined)
  if (slow.length === 0) return null
  const names = slow.map(({ workerIndex }) => `#${workerIndex}`)
  return (
    <p className="simulated">
      Simulated: {listed(names)} {slow.length === 1 ? 'is' : 'are'} {slow[0]?.slowdown} times as slow
    </p>
  )
}

/** The running, pending and blocked calls, with their limits. */
function QueueBar({ task }: { readonly task: TaskRow }) {
  const { inFlight, maxInFlight, pending, maxQueueDepth, blocked, policy } = task
  const room = Number.isFinite(maxQueueDepth) ? maxQueueDepth : Math.max(pending, 1)
  const all = maxInFlight + room + blocked
  const share = (calls: number) => `${(100 * calls) / all}%`
  const depth = Number.isFinite(maxQueueDepth) ? `${maxQueueDepth}` : 'any number'
  return (
    <>
      <div className="bar queue" aria-hidden="true">
        <span
          className="phase phase-running"
          style={{ left: 0, width: share(Math.min(inFlight, maxInFlight)) }}
        />
        <span
          className="phase phase-pending"
          style={{ left: share(maxInFlight), width: share(Math.min(pending, room)) }}
        />
        <span className="phase limit" style={{ left: share(maxInFlight) }} />
        <span
          className="phase phase-blocked"
          style={{ left: share(maxInFlight + room), width: share(blocked) }}
        />
        <span className="phase limit" style={{ left: share(maxInFlight + room) }} />
      </div>
      <p>
        {inFlight} of {maxInFlight} in flight, {pending} of {depth} pending, {blocked} blocked{' '}
        <span className="soft">({policy})</span>
      </p>
    </>
  )
}

function Count({ name, count }: { readonly name: string; readonly count: number }) {
  return (
    <div className={count === 0 ? 'none' : `count-${name}`}>
      <dt>{name}</dt>
      <dd>{count.toLocaleString('en')}</dd>
    </div>
  )
}

function Histogram({ label, spread }: { readonly label: string; readonly spread: Spread }): ReactNode {
  const most = Math.max(1, ...spread.bins)
  const isEmpty = spread.bins.every((count) => count === 0)
  const figures = isEmpty
    ? 'none recorded in the last minute'
    : `p50 ${formatMs(spread.p50)}, p95 ${formatMs(spread.p95)}`
  return (
    <figure>
      <figcaption>
        <strong>{label}</strong> {figures}
      </figcaption>
      <div className={`histogram histogram-${label}`} role="img" aria-label={`${label}: ${figures}`}>
        {spread.bins.map((count, bin) => (
          // oxlint-disable-next-line react/no-array-index-key -- a bin is its place
          <span key={bin} title={`${counted(count, 'call')} ${rangeOf(bin)}`}>
            <span style={{ height: `${(100 * count) / most}%` }} />
          </span>
        ))}
      </div>
      <div className="axis" aria-hidden="true">
        <span>1 ms</span>
        <span>10 ms</span>
        <span>100 ms</span>
        <span>1 s</span>
        <span>10 s</span>
      </div>
    </figure>
  )
}

const EDGES = ['1 ms', '3 ms', '10 ms', '30 ms', '100 ms', '300 ms', '1 s', '3 s', '10 s']

function rangeOf(bin: number): string {
  if (bin === 0) return `up to ${EDGES[0]}`
  const from = EDGES[bin - 1]
  const to = EDGES[bin]
  return to === undefined ? `over ${from}` : `from ${from} to ${to}`
}
