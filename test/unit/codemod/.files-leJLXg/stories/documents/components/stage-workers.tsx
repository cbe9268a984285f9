/** A task's workers: busy or idle now, and how much of the time they were busy. */
import type { RuntimeTaskSnapshot } from 'atelier-react'
import { memo } from 'react'
import { useSpanSummary } from '../demo-context.ts'
import { formatPercent } from '../format.ts'
import { useStage } from '../use-stage.ts'

type SlotState = 'busy' | 'idle' | 'off'

export function StageWorkers({ taskName }: { taskName: string }) {
  const type = useStage(taskName, 'type')
  const workers = useStage(taskName, 'workers')
  const { workers: stats } = useSpanSummary()
  if (!workers) return null
  return (
    <ul className="workers" aria-label={`Workers of ${taskName}`}>
      {slotStates(workers).map((state, index) => (
        <WorkerSlot
          key={index}
          name={type === 'singleton' ? taskName : `${taskName} #${index}`}
          state={state}
          busyShare={
            stats.find((worker) => worker.taskName === taskName && worker.index === index)?.busyShare
          }
        />
      ))}
    </ul>
  )
}

/** As many as the task may have: a worker that is not there yet, or not any more, is `off`. */
function slotStates({ limit, list }: RuntimeTaskSnapshot['workers']): SlotState[] {
  return Array.from({ length: limit }, (_, index) => {
    const worker = list.find((candidate) => candidate.index === index)
    if (!worker) return 'off'
    return worker.inFlight > 0 ? 'busy' : 'idle'
  })
}

interface WorkerSlotProps {
  name: string
  state: SlotState
  /** Undefined before it has run a call. */
  busyShare: number | undefined
}

const WorkerSlot = memo(function WorkerSlot({ name, state, busyShare }: WorkerSlotProps) {
  return (
    <li className="worker" data-state={state}>
      <span className="worker-dot" aria-hidden="true" />
      <span className="worker-name">{name}</span>
      <span className="worker-state">{state}</span>
      <span className="meter" aria-hidden="true">
        <span style={{ width: `${(busyShare ?? 0) * 100}%` }} />
      </span>
      <span className="worker-share">
        {busyShare !== undefined && (
          <>
            {formatPercent(busyShare)}
            <span className="visually-hidden"> of the time busy</span>
          </>
        )}
      </span>
    </li>
  )
})
