/** The three stages side by side, in the order in which a document passes them. */
import { StageCard } from './stage-card.tsx'

export function Pipeline() {
  return (
    <section aria-labelledby="pipeline-heading">
      <h2 id="pipeline-heading">Pipeline</h2>
      <ol className="stages">
        <StageCard taskName="parse" title="Parse" what="Decodes the file, rejects what is not text" />
        <StageCard taskName="analyze" title="Analyze" what="Sentences, terms, readability, phrases" />
        <StageCard taskName="index" title="Index" what="Owns the index, answers searches" />
      </ol>
    </section>
  )
}
