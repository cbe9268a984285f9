/** One task as it is now: its queue, its workers, its times. */
import { QueueDepths } from './queue-depths.tsx'
import { StageTimes } from './stage-times.tsx'
import { StageWorkers } from './stage-workers.tsx'

export function StageCard({ taskName, title, what }: { taskName: string; title: string; what: string }) {
  return (
    <li className="card stage" data-stage={taskName}>
      <div>
        <h3>{title}</h3>
        <p className="soft small">{what}</p>
      </div>
      <QueueDepths taskName={taskName} />
      <StageWorkers taskName={taskName} />
      <StageTimes taskName={taskName} />
    </li>
  )
}
