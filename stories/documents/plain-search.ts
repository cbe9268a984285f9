/** Searches the files of the corpus as plainly as can be: what the index says is checked against it. */
import { loadCorpus } from './corpus/load-corpus.ts'

/** The addresses that hold the word, those with the most of it per character first. Shares nothing with the index. */
export async function searchPlainly(word: string): Promise<{ title: string; occurrences: number }[]> {
  const pattern = new RegExp(`\\b${word}\\b`, 'gi')
  const counted = await Promise.all(
    (await loadCorpus()).map(async ({ title, file }) => {
      const text = await file.text()
      return { title, occurrences: text.match(pattern)?.length ?? 0, length: text.length }
    }),
  )
  return counted
    .filter(({ occurrences }) => occurrences > 0)
    .sort((a, b) => b.occurrences / b.length - a.occurrences / a.length)
    .map(({ title, occurrences }) => ({ title, occurrences }))
}
