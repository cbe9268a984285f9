/** Loads the documents of the demo when it is shown, and again when asked. */
import { useCallback, useEffect, useState } from 'react'
import type { LoadOptions } from './corpus/load-corpus.ts'
import type { DocumentSource } from './pipeline.ts'
import { inLaterTurn } from './turns.ts'

export type LoadSources = (options: LoadOptions) => Promise<readonly DocumentSource[]>

export type CorpusState =
  | { readonly status: 'loading'; readonly loaded: number; readonly total: number }
  | { readonly status: 'ready' }
  | { readonly status: 'failed'; readonly message: string }

const loading: CorpusState = { status: 'loading', loaded: 0, total: 0 }

export function useCorpus(load: LoadSources, onLoaded: (sources: readonly DocumentSource[]) => void) {
  const [state, setState] = useState<CorpusState>(loading)
  const [attempt, setAttempt] = useState(0)
  useEffect(() => {
    const controller = new AbortController()
    const { signal } = controller
    let frame = 0
    let progress = loading
    // Many files arrive between two frames; one rendering shows them all.
    const showProgress = () => {
      frame = 0
      setState((before) => (before.status === 'loading' && !signal.aborted ? progress : before))
    }
    load({
      signal,
      onProgress: (loaded, total) => {
        progress = { status: 'loading', loaded, total }
        frame ||= requestAnimationFrame(showProgress)
      },
    })
      .then((sources) => {
        if (signal.aborted) return
        onLoaded(sources)
        // In a later turn: one that starts all documents and renders the whole page is too long for a slow machine.
        inLaterTurn(() => {
          if (!signal.aborted) setState({ status: 'ready' })
        })
      })
      .catch((error: unknown) => {
        if (!signal.aborted)
          setState({ status: 'failed', message: String((error as Error)?.message ?? error) })
      })
    return () => controller.abort()
  }, [load, onLoaded, attempt])

  const retry = useCallback(() => {
    setState(loading)
    setAttempt((previous) => previous + 1)
  }, [])
  return { state, retry }
}
