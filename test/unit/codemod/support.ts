/** Runs one transform of the codemod over a text, as a file of a program with the types of this package. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { rewrite, type Transform } from '../../../scripts/codemod/rewrite.mjs'
import { root } from '../../../scripts/lib/entries.mjs'

const { config } = ts.readConfigFile(`${root}tsconfig.json`, (path) => ts.sys.readFile(path))
const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root)

/** The text as the transforms leave it; the file stands in this repository, so that packages resolve. */
export function rewritten(text: string, transforms: readonly Transform[], extension = '.tsx'): string {
  const folder = mkdtempSync(join(root, 'test/unit/codemod/.files-'))
  try {
    const path = join(folder, `before${extension}`)
    writeFileSync(path, text)
    return rewrite([path], transforms, options).get(path) ?? text
  } finally {
    rmSync(folder, { recursive: true })
  }
}
