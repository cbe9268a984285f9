/** What an editor knows at a call on the page: where its handler is, what it says, and who else uses it. */
import ts from 'typescript'
import { expect, it, vi } from 'vitest'
import { root } from '../../../scripts/lib/entries.mjs'
import { createEditor } from './editor.ts'

// The first question loads the compiler's libraries.
vi.setConfig({ testTimeout: 60_000 })

const folder = `${root}test/unit/surface/`
const workerFile = `${folder}search.worker.virtual.ts`
const pageFile = `${folder}page.virtual.ts`

const texts = new Map([
  [
    workerFile,
    `import { createTaskWorker } from 'atelier-react/worker'
const handlers = {
  /** Finds the documents that hold every word. */
  find(query: string, limit?: number): string[] {
    return [query].slice(0, limit)
  },
}
createTaskWorker(handlers)
export type SearchApi = typeof handlers
`,
  ],
  [
    pageFile,
    `import { createTaskRuntime, taskOptions } from 'atelier-react/core'
import type { SearchApi } from './search.worker.virtual.ts'
const search = taskOptions<SearchApi>({
  type: 'parallel',
  worker: () => new Worker(new URL('./search.worker.virtual.ts', import.meta.url)),
})
const task = createTaskRuntime().defineTask(search)
void task.find('atelier')
void task.with({ priority: 'high' }).find('react')
`,
  ],
])

const service = createEditor(texts)

/** Where `needle` begins in a file, from `after` on. */
function at(path: string, needle: string): number {
  const offset = (texts.get(path) as string).indexOf(needle)
  expect(offset).toBeGreaterThanOrEqual(0)
  return offset
}

const calls = [
  ['a call', at(pageFile, "find('atelier'")],
  ['a call of with()', at(pageFile, "find('react'")],
] as const

const handler = { fileName: workerFile, start: at(workerFile, 'find(query') }

it('the files have no errors', () => {
  for (const path of texts.keys()) {
    const messages = service.getSemanticDiagnostics(path).map((each) => each.messageText)
    expect(messages).toEqual([])
  }
})

it.each(calls)('from %s, go to definition leads to the handler', (_name, offset) => {
  const definitions = service.getDefinitionAtPosition(pageFile, offset) ?? []
  expect(definitions.map(({ fileName, textSpan }) => ({ fileName, start: textSpan.start }))).toEqual([
    handler,
  ])
})

it.each(calls)('over %s stands the comment of the handler', (_name, offset) => {
  const info = service.getQuickInfoAtPosition(pageFile, offset)
  expect(ts.displayPartsToString(info?.documentation)).toBe('Finds the documents that hold every word.')
})

it('completion shows the comment of the handler', () => {
  const details = service.getCompletionEntryDetails(
    pageFile,
    calls[0][1],
    'find',
    undefined,
    undefined,
    undefined,
    undefined,
  )
  expect(ts.displayPartsToString(details?.documentation)).toBe('Finds the documents that hold every word.')
})

const everywhere = [...calls.map(([, start]) => ({ fileName: pageFile, start })), handler]
const byPlace = (a: { fileName: string; start: number }, b: typeof a) =>
  a.fileName.localeCompare(b.fileName) || a.start - b.start

it('references of the handler are its calls', () => {
  const found = service.getReferencesAtPosition(workerFile, handler.start) ?? []
  const places = found.map(({ fileName, textSpan }) => ({ fileName, start: textSpan.start }))
  expect(places.toSorted(byPlace)).toEqual(everywhere.toSorted(byPlace))
})

it.each([
  ...calls.map(([name, start]) => [name, pageFile, start] as const),
  ['the handler', workerFile, handler.start] as const,
])('renaming %s renames the handler and every call', (_name, path, offset) => {
  const found = service.findRenameLocations(path, offset, false, false, {}) ?? []
  const places = found.map(({ fileName, textSpan }) => ({ fileName, start: textSpan.start }))
  expect(places.toSorted(byPlace)).toEqual(everywhere.toSorted(byPlace))
})
