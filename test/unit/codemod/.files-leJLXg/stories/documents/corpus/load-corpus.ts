/** Fetches the State of the Union addresses as files, the same kind of thing that a person drops on the page. */
import type { DocumentSource } from '../pipeline.ts'
import { addressName } from './address-name.ts'
import { addressUrls } from './address-urls.ts'

export interface LoadOptions {
  readonly signal?: AbortSignal | undefined
  /** Called with every file that has arrived. */
  readonly onProgress?: ((loaded: number, total: number) => void) | undefined
}

export async function loadCorpus({ signal, onProgress }: LoadOptions = {}): Promise<DocumentSource[]> {
  const urls = await addressUrls()
  let loaded = 0
  onProgress?.(0, urls.length)
  return Promise.all(
    urls.map(async ([fileName, url]) => {
      const response = await fetch(url, signal ? { signal } : {})
      if (!response.ok) throw new Error(`${fileName} did not load: ${response.status}.`)
      const file = new File([await response.blob()], fileName, { type: 'text/plain' })
      loaded += 1
      onProgress?.(loaded, urls.length)
      const { title, party } = addressName(fileName)
      return { id: fileName, title, detail: party, file }
    }),
  )
}
