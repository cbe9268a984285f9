/** The components of the lifecycle lab: each says what React does to it, and makes calls through a hook. */
import { taskQuery, useTaskCall, useTaskQuery } from 'atelier-react'
import { useEffect } from 'react'
import { lab } from '../runtime/scenarios.ts'
import { Button } from '../ui/button.tsx'
import type { Say } from './lifecycle-story.tsx'

const task = lab({ maxWorkers: 1 })

interface SubjectProps {
  readonly say: Say
}

function useEffectsSaid(say: Say): void {
  useEffect(() => {
    say('React runs the effects.')
    return () => say('React cleans up the effects.')
  }, [say])
}

/** Asks for a result as long as it is there. */
export function Asking({ say, ms }: SubjectProps & { readonly ms: number }) {
  useEffectsSaid(say)
  const { status } = useTaskQuery(taskQuery(task, 'work', ms))
  return (
    <p>
      The query: <strong>{status}</strong>
    </p>
  )
}

/** Calls when it is asked to. */
export function Calling({ say }: SubjectProps) {
  useEffectsSaid(say)
  const { run, status } = useTaskCall(task, 'work')
  return (
    <div className="row">
      <Button tone="primary" onClick={() => run(60)}>
        Call
      </Button>
      <p>
        The call: <strong>{status}</strong>
      </p>
    </div>
  )
}
