/** The devtools panel below the page, open at the waterfall of one document. */
import { AtelierDevtoolsPanel } from 'atelier-react/devtools/production'
import { useEffect, useRef } from 'react'
import { useDemo } from '../demo-context.ts'

interface DocumentTraceProps {
  traceId: string
  onClose: () => void
}

export function DocumentTrace({ traceId, onClose }: DocumentTraceProps) {
  const { runtime, getRecorder } = useDemo()
  const section = useRef<HTMLElement>(null)
  useEffect(() => {
    section.current?.focus({ preventScroll: true })
    section.current?.scrollIntoView({ block: 'nearest' })
  }, [traceId])
  return (
    <section ref={section} className="card document-trace" aria-labelledby="trace-heading" tabIndex={-1}>
      <div className="list-head">
        <h2 id="trace-heading">Why it took so long</h2>
        <button type="button" className="button" onClick={onClose}>
          Close
        </button>
      </div>
      <div className="document-trace-panel">
        {/* Another document is another panel: it reads its props when it mounts. */}
        <AtelierDevtoolsPanel
          key={traceId}
          runtime={runtime}
          recorder={getRecorder()}
          theme={document.documentElement.dataset['theme'] === 'dark' ? 'dark' : 'light'}
          initialTrace={traceId}
        />
      </div>
    </section>
  )
}
