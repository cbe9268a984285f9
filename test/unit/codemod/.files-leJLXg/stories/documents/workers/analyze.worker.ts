/** Worker of the `analyze` pool: sentences, term frequencies, readability and the phrases that recur. */
import { createTaskWorker, taskContext } from 'atelier-react/worker'
import type { DocumentAnalysis } from '../text/analysis.ts'
import { analyzeText } from '../text/analysis.ts'

const handlers = {
  /** Between two pieces of a long text it reports progress and lets a cancel arrive. */
  async analyze(text: string): Promise<DocumentAnalysis> {
    const context = taskContext()
    const steps = analyzeText(text)
    for (;;) {
      const step = steps.next()
      if (step.done) return step.value
      context.progress(step.value)
      await context.yield()
      context.throwIfAborted()
    }
  },
}

createTaskWorker(handlers)
export type AnalyzeApi = typeof handlers
