/** What a crash may mean for a task, as three sets of options: most suites go through all of them. */
import type { TaskConfig } from 'atelier-react/core'

/** `restart`: calls that had started fail. `retry`: they run again. `fail-task`: the task is out of service. */
export type CrashPolicy = 'restart' | 'retry' | 'fail-task'

export const CRASH_POLICIES: readonly CrashPolicy[] = ['restart', 'retry', 'fail-task']

/** The options of a task; under `retry` a call runs again so many times. */
export function crashOptions(
  policy: CrashPolicy = 'restart',
  retries = 3,
): Pick<TaskConfig<never>, 'onCrash' | 'retry'> {
  if (policy === 'retry') return { retry: { crash: retries } }
  return policy === 'fail-task' ? { onCrash: policy } : {}
}
