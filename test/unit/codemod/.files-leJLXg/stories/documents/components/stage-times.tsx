/** How long a task's calls ran, and what became of those whose worker died. */
import { useSpanSummary } from '../demo-context.ts'
import { formatMs, plural } from '../format.ts'
import { useStage } from '../use-stage.ts'

export function StageTimes({ taskName }: { taskName: string }) {
  const { tasks } = useSpanSummary()
  const requeued = useStage(taskName, 'counts')?.requeued ?? 0
  const stats = tasks.find((task) => task.taskName === taskName)
  return (
    <p className="small soft stage-times">
      {stats ? (
        <>
          Half of the calls run under <b>{formatMs(stats.runP50)}</b>, 95 of 100 under{' '}
          <b>{formatMs(stats.runP95)}</b>
        </>
      ) : (
        'No call yet'
      )}
      {requeued > 0 && <span className="crash"> · {plural(requeued, 'call')} requeued after a crash</span>}
    </p>
  )
}
