/** The Tasks view: each task with its queue, its workers, how its times are spread, its options, and what can be done with it. */
import { type ReactNode, useState } from 'react'
import { counted, formatMs } from '../model/format.ts'
import type { PanelView, Spread, TaskTimes } from './panel-state.ts'
import type { PanelStore } from './panel-store.ts'

interface TasksViewProps {
  readonly view: PanelView
  readonly store: PanelStore
}

export function TasksView({ view, store }: TasksViewProps): ReactNode {
  if (view.tasks.length === 0)
    return (
      <div className="empty">
        <p>No task yet. runtime.defineTask makes one; its first call starts a worker.</p>
      </div>
    )
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls has to be reached by keyboard
    <div className="scroll" tabIndex={0} role="region" aria-label="Tasks">
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
      <header>
        <h3>{name}</h3>
        <span>
          {task.status}, {task.type}, {task.workerCount} of {counted(task.workerLimit, 'worker')}
        </span>
      </header>
      <p>
        {task.inFlight} of {task.maxInFlight} in flight, {task.pending} of{' '}
        {Number.isFinite(task.maxQueueDepth) ? task.maxQueueDepth : 'any number'} pending, {task.blocked}{' '}
        blocked ({task.policy})
      </p>
      <div className="spreads">
        <Histogram label="wait" spread={wait} />
        <Histogram label="run" spread={run} />
        <p>
          {counts.succeeded.toLocaleString('en')} succeeded, {counts.failed} failed, {counts.canceled}{' '}
          canceled, {counts.rejected} rejected, {counts.requeued} requeued,{' '}
          {counted(crashes, 'crash', 'crashes')}
        </p>
      </div>
      {isLive && actions && task.status !== 'gone' && (
        <div className="actions">
          {task.status === 'stopped' || task.status === 'failed' ? (
            <button type="button" onClick={() => actions.startTask(task)}>
              Start
            </button>
          ) : (
            <Confirmed
              ask="Stop"
              question={`Stop the workers of ${name}?`}
              act={() => actions.stopTask(task)}
            />
          )}
          {workers.map((worker) => (
            <button
              key={worker.workerIndex}
              type="button"
              onClick={() => {
                const has = actions.restartWorker(worker)
                store.tell(has ? `Restarted ${name} #${worker.workerIndex}` : 'There is no such worker')
              }}
            >
              Restart #{worker.workerIndex}
            </button>
          ))}
          <Confirmed
            ask="Abort all"
            question={`Abort ${counted(task.inFlight + task.pending + task.blocked, 'call')}?`}
            act={() => store.tell(`Aborted ${counted(actions.abortTask(task), 'call')}`)}
          />
        </div>
      )}
      <details>
        <summary>Options in force</summary>
        <dl className="facts">
          {task.options.map((option) => (
            <div key={option.name} className={option.isDefault ? 'default' : undefined}>
              <dt>{option.name}</dt>
              <dd>
                {option.value}
                {option.isDefault ? ' (default)' : ''}
              </dd>
            </div>
          ))}
        </dl>
      </details>
    </section>
  )
}

interface ConfirmedProps {
  readonly ask: string
  readonly question: string
  readonly act: () => void
}

/** Asks in its place before it does what cannot be undone. */
function Confirmed({ ask, question, act }: ConfirmedProps): ReactNode {
  const [isAsking, setAsking] = useState(false)
  if (!isAsking)
    return (
      <button type="button" onClick={() => setAsking(true)}>
        {ask}…
      </button>
    )
  return (
    <span className="confirm" role="group" aria-label={question}>
      {question}{' '}
      <button
        type="button"
        className="danger"
        onClick={() => {
          setAsking(false)
          act()
        }}
      >
        {ask}
      </button>
      <button type="button" onClick={() => setAsking(false)}>
        Keep
      </button>
    </span>
  )
}

function Histogram({ label, spread }: { readonly label: string; readonly spread: Spread }): ReactNode {
  const most = Math.max(1, ...spread.bins)
  const figures = `p50 ${formatMs(spread.p50)}, p95 ${formatMs(spread.p95)}`
  return (
    <figure>
      <div className="histogram" role="img" aria-label={`${label}: ${figures}`}>
        {spread.bins.map((count, bin) => (
          // oxlint-disable-next-line react/no-array-index-key -- a bin is its place
          <span key={bin} style={{ height: `${(100 * count) / most}%` }} />
        ))}
      </div>
      <figcaption>
        {label} {figures}
      </figcaption>
    </figure>
  )
}
