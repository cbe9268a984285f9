/** React: a thousand readers, one task changes. */
import { createTaskRuntime } from 'atelier-react/core'
import type { ComponentType } from 'react'
import { frameClock } from '../app/frame-clock.ts'
import {
  BareReader,
  bareStores,
  type BenchTask,
  mount,
  type ReaderProps,
  SelectorReader,
  TaskReader,
  WholeReader,
} from '../app/readers.tsx'
import { startWorker } from '../contestants/atelier.ts'
import type { AtelierApi } from '../workers/atelier.worker.ts'
import type { Case, Workload } from '../workload.ts'

const READERS = 1_000
const CHANGES = 15

export const commit: Workload = {
  id: 'commit',
  title: 'React: 1,000 readers, one task changes',
  what:
    `${READERS} components, each with a separate task; the call of one task is aborted, and the next frame publishes it. ` +
    `The median of ${CHANGES} frames, from their callback to the end of the commit, and the renders of each.`,
  metrics: {
    frame: { label: 'a change', unit: 'ms', ratioTo: 'bare' },
    renders: { label: 'renders', unit: 'count' },
  },
  warmups: 2,
  cases: () => [
    caseOf('bare', 'React alone: 1,000 stores, one changes', BareReader),
    caseOf('task', 'useTaskSnapshot', TaskReader),
    caseOf('selector', 'useRuntimeSnapshot with a selector', SelectorReader),
    caseOf('whole', 'useRuntimeSnapshot without one', WholeReader),
  ],
}

function caseOf(id: string, label: string, Reader: ComponentType<ReaderProps>): Case {
  return {
    id,
    label,
    open: async () => ({ sample: () => sampleOf(Reader), close: () => {} }),
  }
}

const aborted = AbortSignal.abort()

function abortOne(task: BenchTask): void {
  task
    .with({ signal: aborted })
    .echo(0)
    .catch(() => {})
}

function changeOne(reader: number): void {
  const store = bareStores[reader]
  if (!store) return
  store.value++
  store.listener()
}

/** A fresh page each time: the readers of another case would be notified, too. */
async function sampleOf(Reader: ComponentType<ReaderProps>) {
  const runtime = createTaskRuntime({ otel: false, performance: false })
  const tasks = Array.from({ length: READERS }, (_, index) =>
    runtime.defineTask<AtelierApi>({ type: 'parallel', taskId: `task-${index}`, worker: startWorker }),
  )
  const page = await mount(Reader, runtime, tasks, READERS)
  const clock = frameClock()
  const frames: number[] = []
  page.renders()
  for (let index = 0; index < CHANGES; index++) {
    const frame = clock.next()
    const reader = (index * 37) % READERS
    if (Reader === BareReader) requestAnimationFrame(() => changeOne(reader))
    else abortOne(tasks[reader] as BenchTask)
    frames.push(await frame)
  }
  const renders = page.renders() / CHANGES
  clock.restore()
  page.close()
  runtime.dispose()
  frames.sort((a, b) => a - b)
  return { frame: frames[Math.floor(CHANGES / 2)] as number, renders }
}
