/** Where a task's calls stand: on a worker, in the queue, or before it. */
import { memo } from 'react'
import { formatCount } from '../format.ts'
import { useStage } from '../use-stage.ts'

export function QueueDepths({ taskName }: { taskName: string }) {
  const queue = useStage(taskName, 'queue')
  if (!queue) return null
  return (
    <dl className="depths">
      <Depth name="In flight" value={queue.inFlight} limit={queue.maxInFlight} />
      <Depth name="Pending" value={queue.pending} limit={queue.maxQueueDepth} />
      <Depth name="Blocked" value={queue.blocked} />
    </dl>
  )
}

const Depth = memo(function Depth({ name, value, limit }: { name: string; value: number; limit?: number }) {
  return (
    <div className="depth" data-active={value > 0 || undefined}>
      <dt>{name}</dt>
      <dd>
        {formatCount(value)}
        {limit !== undefined && <span className="soft"> / {formatCount(limit)}</span>}
      </dd>
    </div>
  )
})
