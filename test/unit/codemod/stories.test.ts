/** The codemod on whole files: stories as they were before 1.0 compile when it is through with them, but for what it cannot know. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { afterAll, expect, it, vi } from 'vitest'
import { rewrite, type Transform } from '../../../scripts/codemod/rewrite.mjs'
import { root } from '../../../scripts/lib/entries.mjs'

// Programs of the compiler's, one for each pass.
vi.setConfig({ testTimeout: 180_000 })

const before = new URL('./stories-before/', import.meta.url).pathname
const transformsFolder = `${root}scripts/codemod/transforms/`
const { config } = ts.readConfigFile(`${root}tsconfig.json`, (path) => ts.sys.readFile(path))
const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root)

/** Today's stories, with those of before in their places: in this repository, so that packages resolve. */
const folder = mkdtempSync(join(root, 'test/unit/codemod/.files-'))
afterAll(() => rmSync(folder, { recursive: true }))

const names = readdirSync(before, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.txt'),
)
const paths = names.map((name) => join(folder, 'stories', name.replace(/\.txt$/, '')))

it('stories of before 1.0 are rewritten, and compile', async () => {
  cpSync(`${root}stories`, join(folder, 'stories'), { recursive: true })
  for (const [index, path] of paths.entries())
    writeFileSync(path, readFileSync(join(before, names[index] as string), 'utf8'))
  const transforms = await Promise.all(
    readdirSync(transformsFolder).map(
      async (name) => ((await import(`${transformsFolder}${name}`)) as { edits: Transform }).edits,
    ),
  )
  const changed = rewrite(paths, transforms, options)
  expect([...changed.keys()].toSorted()).toEqual(paths.toSorted())
  for (const [path, text] of changed) writeFileSync(path, text)

  // A line of comment is where it was.
  expect(changed.get(join(folder, 'stories/documents/tasks.ts'))).toMatch(
    /\n {2}maxWorkers: poolSize,\n {2}\/\/ Analysis has no side effects.*\n {2}retry: \{ crash: 3 \},\n/,
  )
  const program = ts.createProgram([...paths, `${root}.storybook/preview.tsx`], options)
  const errors = paths.flatMap((path) =>
    [...program.getSemanticDiagnostics(program.getSourceFile(path))].map(({ messageText }) =>
      ts.flattenDiagnosticMessageText(messageText, ' '),
    ),
  )
  // Worker events have an action more, for which the story has no text: what is new is for the author.
  expect(errors).toEqual([expect.stringContaining("Property 'ready' does not exist")])
})
