/** The examples of a page as files that Vite serves, so that they can be imported and their workers be started. */
import { commands } from 'vitest/browser'
import { codeBlocks } from '../../../scripts/docs/code-blocks.mjs'

/** Out of sight of Git and the linters. The files stay: another run in the same tree may be reading them. */
const folder = 'node_modules/.doc-examples'

export interface Examples {
  /** Names of the files, in the order of the page. */
  readonly files: readonly string[]
  readonly codeOf: (file: string) => string
  readonly load: (file: string) => Promise<Record<string, unknown>>
}

export async function writeExamples(page: string, markdown: string): Promise<Examples> {
  const blocks = codeBlocks(markdown)
  for (const { file, code } of blocks) await commands.writeFile(`${folder}/${page}/${file}`, `${code}\n`)
  return {
    files: blocks.map(({ file }) => file),
    codeOf: (file) => blocks.find((block) => block.file === file)?.code ?? '',
    load: (file) =>
      import(/* @vite-ignore */ `/${folder}/${page}/${file}`) as Promise<Record<string, unknown>>,
  }
}
