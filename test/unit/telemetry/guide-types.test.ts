/** The examples of the guide, checked by the compiler as the modules of an application. */
import ts from 'typescript'
import { expect, it } from 'vitest'
import { codeBlocks } from '../../../scripts/docs/code-blocks.mjs'
import { readPage } from '../../../scripts/docs/pages.mjs'
import { root } from '../../../scripts/lib/entries.mjs'

const folder = `${root}docs/guides/examples/`

it('type-checks', { timeout: 60_000 }, () => {
  const blocks = codeBlocks(readPage('docs/guides/observability.md'))
  const files = new Map(blocks.map(({ file, code }) => [folder + file, code]))
  const { config } = ts.readConfigFile(`${root}tsconfig.json`, ts.sys.readFile.bind(ts.sys)) as {
    config: { compilerOptions: object }
  }
  const { options, errors } = ts.convertCompilerOptionsFromJson(
    { ...config.compilerOptions, types: ['vite/client'] },
    root,
  )
  expect(errors).toEqual([])
  const host = ts.createCompilerHost(options)
  const { fileExists, readFile, directoryExists } = host
  host.fileExists = (file) => files.has(file) || fileExists(file)
  host.readFile = (file) => files.get(file) ?? readFile(file)
  host.directoryExists = (path) => folder.startsWith(`${path}/`) || (directoryExists?.(path) ?? true)
  const program = ts.createProgram([...files.keys()], options, host)
  const found = ts.getPreEmitDiagnostics(program).map(({ file, messageText }) => {
    const where = file?.fileName.slice(folder.length) ?? ''
    return `${where}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`
  })
  expect(found).toEqual([])
  expect(files.size).toBeGreaterThan(10)
})
