/** Makes decoded text uniform: one kind of line break, one kind of space, nothing invisible. */
import { UnreadableDocumentError } from './unreadable-document-error.ts'

/** Idempotent. Throws when nothing is left. */
export function cleanText(text: string): string {
  const cleaned = text
    .replace(/\r\n?|[\u2028\u2029\u0085]/g, '\n')
    // Soft hyphens, zero-width characters and stray control characters would split words that read as one.
    .replace(/[\u0000-\u0008\u000e-\u001f\u007f\u00ad\u200b-\u200d\u2060\ufeff]/g, '')
    .replace(/[^\S\n]+/g, ' ')
    .replace(/ *\n */g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
  if (cleaned === '')
    throw new UnreadableDocumentError('empty', 'The file has no text: it is only white space.')
  return cleaned
}
