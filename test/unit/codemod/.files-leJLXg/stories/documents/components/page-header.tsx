/** What this is, how far it has come, and the two buttons that govern all of it. */
import { Button } from '../../ui/button.tsx'
import { useDemo, usePhase, useTotals } from '../demo-context.ts'
import type { CorpusState } from '../use-corpus.ts'
import { RunProgress } from './run-progress.tsx'

export function PageHeader({ corpus, onReload }: { corpus: CorpusState; onReload: () => void }) {
  const demo = useDemo()
  const { session } = demo
  const { open, all } = useTotals()
  const phase = usePhase()
  return (
    <header className="page-header">
      <div className="page-header-row">
        <div>
          <h1>State of the Union, indexed</h1>
          <p className="lead">
            Every address since 1790 is parsed, analyzed and indexed by Web Workers while this page stays
            responsive. Each document is one trace, each call one span.
          </p>
        </div>
        <div className="actions">
          <Button isOff={open === 0} onClick={() => session.cancelAll()}>
            Cancel all
          </Button>
          <Button tone="primary" isOff={all === 0 || phase !== 'settled'} onClick={() => void demo.restart()}>
            Run again
          </Button>
        </div>
      </div>
      {corpus.status === 'failed' ? (
        <div className="notice error" role="alert">
          <p>
            <strong>The addresses could not be loaded.</strong> {corpus.message}
          </p>
          <button type="button" className="button" onClick={onReload}>
            Try again
          </button>
        </div>
      ) : (
        <RunProgress corpus={corpus} />
      )}
    </header>
  )
}
