/** The examples of a page as files that Vite serves, so that they can be imported and their workers be started. */
import { commands } from 'vitest/browser'
import { codeBlocks } from '../../../scripts/docs/code-blocks.mjs'

/** Out of sight of Git and the linters. The files stay: another run in the same tree may be reading them. */
const folder = 'node_modules/.doc-examples'

export interface Examples {
  /** The folder that they are in. */
  readonly page: string
  /** Names of the files, in the order of the page. */
  readonly files: readonly string[]
  readonly codeOf: (file: string) => string
  readonly load: (file: string) => Promise<Record<string, unknown>>
}

/** `into` decides whose packages the examples import. */
export async function writeExamples(page: string, markdown: string, into = folder): Promise<Examples> {
  const blocks = codeBlocks(markdown)
  for (const { file, code } of blocks) await commands.writeFile(`${into}/${page}/${file}`, `${code}\n`)
  return {
    page,
    files: blocks.map(({ file }) => file),
    codeOf: (file) => blocks.find((block) => block.file === file)?.code ?? '',
    load: (file) => import(/* @vite-ignore */ `/${into}/${page}/${file}`) as Promise<Record<string, unknown>>,
  }
}
