/** The three jobs of the Documents demo, each with when it ran: the workload computes from it how long workers stood idle. */
import { type DocumentAnalysis, analyzeText } from '../../../stories/documents/text/analysis.ts'
import { cleanText } from '../../../stories/documents/text/clean.ts'
import { decodeText } from '../../../stories/documents/text/decode.ts'
import { type IndexedDocument, InvertedIndex } from '../../../stories/documents/text/inverted-index.ts'
import type { KeyPhrase } from '../../../stories/documents/text/phrases.ts'

/** A result, and the run that made it, in ms since the epoch. */
export interface Timed<T> {
  readonly value: T
  readonly start: number
  readonly end: number
}

const now = () => performance.timeOrigin + performance.now()

const index = new InvertedIndex()

export const documentHandlers = {
  async parse(file: Blob): Promise<Timed<string>> {
    const start = now()
    const value = cleanText(decodeText(new Uint8Array(await file.arrayBuffer())))
    return { value, start, end: now() }
  },
  analyze(text: string): Timed<DocumentAnalysis> {
    const start = now()
    const steps = analyzeText(text)
    let step = steps.next()
    while (!step.done) step = steps.next()
    return { value: step.value, start, end: now() }
  },
  add(document: IndexedDocument): Timed<readonly KeyPhrase[]> {
    const start = now()
    index.add(document)
    return { value: index.keyPhrases(document.id), start, end: now() }
  },
}

export type DocumentHandlers = typeof documentHandlers
