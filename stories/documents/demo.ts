/** What the page is made of, without React: a session, and the two instruments that look at it. */
import type { TaskRuntime } from 'atelier-react'
import { type Recorder, startRecorder } from 'atelier-react/devtools/production'
import type { PipelineTasks } from './pipeline.ts'
import { DocumentSession } from './session.ts'
import { LongTaskWatch } from './telemetry/long-tasks.ts'
import { SpanLog } from './telemetry/span-log.ts'

export interface Demo {
  readonly runtime: TaskRuntime
  readonly tasks: PipelineTasks
  readonly session: DocumentSession
  readonly spans: SpanLog
  readonly longTasks: LongTaskWatch
  /** What the panel shows of a document; undefined while the demo is not connected. */
  getRecorder(): Recorder | undefined
  /** Starts the instruments; the returned function stops them and cancels what is open. */
  connect(): () => void
  restart(): Promise<void>
}

/** Cold: nothing observes or runs until it is connected. */
export function createDemo(runtime: TaskRuntime, tasks: PipelineTasks): Demo {
  const session = new DocumentSession(tasks)
  const spans = new SpanLog()
  const longTasks = new LongTaskWatch()

  let recorder: Recorder | undefined

  function connect(): () => void {
    recorder = startRecorder({ runtimes: [runtime] })
    let stopWatching: (() => void) | undefined
    const followPhase = () => {
      if (session.getPhase() === 'running') stopWatching ??= longTasks.start()
      else {
        stopWatching?.()
        stopWatching = undefined
      }
    }
    const stopSpans = spans.observe()
    const unsubscribe = session.subscribe(followPhase)
    followPhase()
    return () => {
      unsubscribe()
      stopSpans()
      stopWatching?.()
      session.cancelAll()
      recorder?.stop()
      recorder = undefined
    }
  }

  function restart(): Promise<void> {
    return session.restart(() => {
      spans.reset()
      longTasks.reset()
    })
  }

  return { runtime, tasks, session, spans, longTasks, getRecorder: () => recorder, connect, restart }
}
