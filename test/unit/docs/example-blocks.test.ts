/** Blocks of the recipes that come from an example are what the example runs: `// examples/…` in their first line names the file. */
import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { root } from '../../../scripts/lib/entries.mjs'
import { readPage } from '../../../scripts/docs/pages.mjs'

const blocks = readdirSync(`${root}docs/recipes`).flatMap((name) =>
  [...readPage(`docs/recipes/${name}`).matchAll(/^```ts no-check\n\/\/ (examples\/\S+)\n([^]*?)^```$/gm)].map(
    ([, file = '', code = '']) => ({ name, file, code: code.trim() }),
  ),
)

it('are found', () => {
  expect(blocks.length).toBeGreaterThanOrEqual(8)
})

it.each(blocks)('$name shows $file as it is', ({ file, code }) => {
  expect(readFileSync(root + file, 'utf8')).toContain(code)
})
