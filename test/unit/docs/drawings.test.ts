/** The drawings of the documentation are what their code draws. */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { drawingFiles } from '../../../scripts/docs/drawings/write.mjs'
import { root } from '../../../scripts/lib/entries.mjs'

it.each(Object.entries(drawingFiles()))('%s is what `npm run docs:drawings` writes now', (path, text) => {
  // Compared as a whole: how they differ tells nothing.
  expect(readFileSync(root + path, 'utf8') === text).toBe(true)
})
