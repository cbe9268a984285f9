/** Searches the files of the corpus as plainly as can be: what the index says is checked against it. */
import { loadCorpus } from './corpus/load-corpus.ts'

interface AddressText {
  readonly title: string
  readonly text: string
}

let texts: Promise<AddressText[]> | undefined

async function readTexts(): Promise<AddressText[]> {
  const sources = await loadCorpus()
  return Promise.all(sources.map(async ({ title, file }) => ({ title, text: await file.text() })))
}

/** The addresses that hold the word, those with the most of it per character first. Shares nothing with the index. */
export async function searchPlainly(word: string): Promise<{ title: string; occurrences: number }[]> {
  const pattern = new RegExp(`\\b${word}\\b`, 'gi')
  texts ??= readTexts()
  const counted = (await texts).map(({ title, text }) => {
    return { title, occurrences: text.match(pattern)?.length ?? 0, length: text.length }
  })
  return counted
    .filter(({ occurrences }) => occurrences > 0)
    .sort((a, b) => b.occurrences / b.length - a.occurrences / a.length)
    .map(({ title, occurrences }) => ({ title, occurrences }))
}
