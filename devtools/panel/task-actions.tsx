/** The actions for a task: stop, start, restart or slow down its workers, abort its calls. Irreversible ones ask first. */
import { type ReactNode, useState } from 'react'
import { counted } from '../model/format.ts'
import type { DevtoolsActions, WorkerRow } from '../model/types.ts'
import type { TaskTimes } from './panel-state.ts'
import type { PanelStore } from './panel-store.ts'

/** The factor by which Chrome slows down the processor to simulate a mid-tier phone. */
const SLOWER = 4

interface TaskActionsProps {
  readonly times: TaskTimes
  readonly workers: readonly WorkerRow[]
  readonly actions: DevtoolsActions
  readonly store: PanelStore
}

export function TaskActions({ times, workers, actions, store }: TaskActionsProps): ReactNode {
  const { task } = times
  const name = task.taskName ?? task.taskId
  const open = task.inFlight + task.pending + task.blocked
  return (
    <div className="actions">
      {task.status === 'stopped' || task.status === 'failed' ? (
        <button type="button" onClick={() => actions.startTask(task)}>
          Start
        </button>
      ) : (
        <Confirmed ask="Stop" question={`Stop the workers of ${name}?`} act={() => actions.stopTask(task)} />
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
      {workers.length > 0 && (
        <Confirmed
          ask="Simulate a crash"
          question={`Crash ${name} #${workers[0]?.workerIndex}?`}
          act={() => {
            const has = workers[0] !== undefined && actions.simulateCrash(workers[0])
            store.tell(has ? `Crashed ${name} #${workers[0]?.workerIndex}` : 'There is no such worker')
          }}
        />
      )}
      {workers.length > 0 && <SlowDown name={name} workers={workers} actions={actions} store={store} />}
      <Confirmed
        ask="Abort all"
        question={`Abort ${counted(open, 'call')}?`}
        act={() => store.tell(`Aborted ${counted(actions.abortTask(task), 'call')}`)}
      />
    </div>
  )
}

/** Makes the task's workers answer as late as on a slow machine. In that time, the panel says that it is simulated. */
function SlowDown({
  name,
  workers,
  actions,
  store,
}: Omit<TaskActionsProps, 'times'> & { readonly name: string }): ReactNode {
  const isSlow = workers.some(({ slowdown }) => slowdown !== undefined)
  const act = () => {
    const factor = isSlow ? 1 : SLOWER
    const has = workers.filter((worker) => actions.simulateSlowdown(worker, factor)).length > 0
    if (!has) store.tell('There is no worker to slow down, or this is a production build')
    else
      store.tell(isSlow ? `${name} is as fast as it was` : `${name} is ${SLOWER} times as slow (simulated)`)
  }
  return (
    <button type="button" aria-pressed={isSlow} onClick={act}>
      Simulate ×{SLOWER} slower
    </button>
  )
}

interface ConfirmedProps {
  readonly ask: string
  readonly question: string
  readonly act: () => void
}

/** Asks for confirmation, in place, before an irreversible action. */
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
