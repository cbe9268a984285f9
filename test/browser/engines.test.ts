/** The table of what each browser lacks, in docs/guides/environments.md, says of this one what it is. */
import { expect, it } from 'vitest'
import { server } from 'vitest/browser'
import { engineColumn } from '../../scripts/docs/engines-table.mjs'
import page from '../../docs/guides/environments.md?raw'
import { features, lacks } from './fixtures/lacks.ts'

declare module 'vitest' {
  interface TaskMeta {
    /** What the script reads that writes the table. */
    features?: readonly { what: string; instead: string; isMissing: boolean }[]
  }
}

it('docs/guides/environments.md says what this browser lacks: else run npm run docs:engines', async ({
  task,
}) => {
  const names = Object.keys(features) as (keyof typeof features)[]
  const found = names.map(async (name) => {
    const { what, instead } = features[name]
    return { what, instead, isMissing: await lacks(name) }
  })
  task.meta.features = await Promise.all(found)
  const missing = task.meta.features.filter(({ isMissing }) => isMissing).map(({ what }) => what)
  expect(engineColumn(page, server.browser)).toEqual(missing)
})
