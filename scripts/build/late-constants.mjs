/**
 * The numbers of the wire are copied into the chunks that load late. If they imported them, every bundler would have to put the module
 * that has them, and all that stands beside it in a chunk of ours, into a file apart: two kilobytes more at the start of each app.
 */
import { readFile } from 'node:fs/promises'
import { root } from '../lib/entries.mjs'

const original = `${root}src/wire/protocol.ts`
const copy = `${root}src/shared/protocol.copy.ts`
const lateRoom = `${root}src/shared/`
/** What of that room is there at once. */
const early = ['late-line.ts', 'shared-line.ts'].map((file) => lateRoom + file)

/** @returns {import('rollup').Plugin} */
export function lateConstants() {
  return {
    name: 'late-constants',
    resolveId: (id, importer) =>
      id.endsWith('/wire/protocol.ts') && importer?.startsWith(lateRoom) && !early.includes(importer)
        ? copy
        : null,
    load: (id) => (id === copy ? readFile(original, 'utf8') : null),
  }
}
