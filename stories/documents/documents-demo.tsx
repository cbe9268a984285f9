/** The whole page: a provider, the demo made once, and its parts. */
import { AtelierProvider, createTaskRuntime, useRuntime, useTask } from 'atelier-react'
import { useEffect, useState } from 'react'
import { DocumentList } from './components/document-list.tsx'
import { DocumentTrace } from './components/document-trace.tsx'
import { DropZone } from './components/drop-zone.tsx'
import { KeyFigures } from './components/key-figures.tsx'
import { PageHeader } from './components/page-header.tsx'
import { Pipeline } from './components/pipeline.tsx'
import { SearchPanel } from './components/search-panel.tsx'
import { SlowestDocuments } from './components/slowest-documents.tsx'
import { loadCorpus } from './corpus/load-corpus.ts'
import { DemoProvider } from './demo-context.ts'
import type { DemoHandle } from './demo-summary.ts'
import { createHandle } from './demo-summary.ts'
import { DocumentRuns } from './document-runs.ts'
import { createDemo } from './demo.ts'
import './documents.css'
import { analyzeTask, createIndexTask, parseTask } from './tasks.ts'
import type { LoadSources } from './use-corpus.ts'
import { useCorpus } from './use-corpus.ts'

export interface DocumentsDemoProps {
  loadSources?: LoadSources
  /** For tests and headless runs: called once the demo is connected. */
  onReady?: ((handle: DemoHandle) => void) | undefined
}

const createRuntime = () => createTaskRuntime({ name: 'documents' })

export function DocumentsDemo(props: DocumentsDemoProps) {
  return (
    <AtelierProvider createRuntime={createRuntime}>
      <Workspace {...props} />
    </AtelierProvider>
  )
}

function Workspace({ loadSources = loadCorpus, onReady }: DocumentsDemoProps) {
  const runtime = useRuntime()
  const parse = useTask(parseTask)
  const analyze = useTask(analyzeTask)
  const [indexTask] = useState(createIndexTask)
  const index = useTask(indexTask)
  const [demo] = useState(() => createDemo(runtime, { parse, analyze, index }))

  useEffect(() => {
    onReady?.(createHandle(demo))
    return demo.connect()
  }, [demo, onReady])
  const [openTrace, setOpenTrace] = useState<string>()
  const [arrivals, setArrivals] = useState(0)
  const corpus = useCorpus(loadSources, demo.session.add)

  return (
    <DemoProvider value={demo}>
      <DocumentRuns runtime={demo.runtime} tasks={demo.tasks} session={demo.session} />
      <div className="documents">
        <PageHeader corpus={corpus.state} onReload={corpus.retry} />
        <main className="documents-main">
          <KeyFigures />
          <Pipeline />
          <div className="columns">
            <section className="column" aria-labelledby="documents-heading">
              <DropZone onAdded={() => setArrivals((times) => times + 1)} />
              <DocumentList loading={corpus.state.status === 'loading'} arrivals={arrivals} />
            </section>
            <div className="column">
              <SearchPanel />
              <SlowestDocuments onOpen={setOpenTrace} />
            </div>
          </div>
          {openTrace !== undefined && (
            <DocumentTrace traceId={openTrace} onClose={() => setOpenTrace(undefined)} />
          )}
        </main>
      </div>
    </DemoProvider>
  )
}
