/** Turns files that a person chose or dropped into documents. */
import type { DocumentSource } from '../pipeline.ts'

let added = 0

/** Each gets a separate id: two files may have the same name. */
export function ownFiles(files: Iterable<File>): DocumentSource[] {
  return [...files].map((file) => {
    added += 1
    return { id: `own-${added}`, title: file.name, detail: 'Your file', file, urgent: true }
  })
}
