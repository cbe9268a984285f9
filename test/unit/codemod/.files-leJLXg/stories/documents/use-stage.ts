/** One part of one task's snapshot: who reads it renders when that part changes, and not otherwise. */
import type { RuntimeSnapshot, RuntimeTaskSnapshot } from 'atelier-react'
import { useRuntimeSnapshot } from 'atelier-react'
import { useCallback } from 'react'

export function useStage<Part extends keyof RuntimeTaskSnapshot>(
  taskName: string,
  part: Part,
): RuntimeTaskSnapshot[Part] | undefined {
  const select = useCallback(
    (snapshot: RuntimeSnapshot) => snapshot.tasks.find((task) => task.taskName === taskName)?.[part],
    [taskName, part],
  )
  return useRuntimeSnapshot(select)
}
