/** Runs the documents of a session with `useTaskMap`: each passes through three tasks, under one trace. */
import { type TaskMapContext, type TaskRuntime, useTaskMap } from 'atelier-react'
import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { DocumentProgress, DocumentSource, PipelineTasks } from './pipeline.ts'
import { runDocument } from './pipeline.ts'
import type { DocumentSession } from './session.ts'
import { documentsAtOnce } from './tasks.ts'
import { inLaterTurn } from './turns.ts'

const idOf = (source: DocumentSource) => source.id

export interface DocumentRunsProps {
  readonly runtime: TaskRuntime
  readonly tasks: PipelineTasks
  readonly session: DocumentSession
}

/** Renders nothing, so that nothing else renders with each frame in which a document has moved. */
export function DocumentRuns({ runtime, tasks, session }: DocumentRunsProps): null {
  const [sources, setSources] = useState<readonly DocumentSource[]>([])
  const { items, runNext, abort } = useTaskMap(
    async (source: DocumentSource, context: TaskMapContext<DocumentProgress>) => {
      // Several results may arrive in one turn: each document that follows them starts in a turn by itself.
      await new Promise<void>(inLaterTurn)
      context.signal.throwIfAborted()
      return runDocument(runtime, tasks, source, context)
    },
    sources,
    { keyOf: idOf, maxInFlight: documentsAtOnce },
  )

  // Before the page has loaded any.
  useLayoutEffect(() => {
    session.connect({
      add: (added) => setSources((before) => [...added, ...before]),
      runNext,
      abort,
    })
  }, [session, runNext, abort])

  const started = useRef<readonly DocumentSource[]>([])
  useEffect(() => {
    const added = sources.slice(0, sources.length - started.current.length)
    started.current = sources
    if (added.length > 0) runNext(...session.starting(added))
  }, [session, sources, runNext])

  useEffect(() => session.show(items), [session, items])
  return null
}
