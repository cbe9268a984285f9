/** What users read in their editor: every public name explains itself. */
import ts from 'typescript'
import { expect, it } from 'vitest'
import { entries, root } from '../../scripts/lib/entries.mjs'

const published = entries.filter((entry) => !entry.condition)

const program = ts.createProgram(
  published.map((entry) => root + entry.source),
  compilerOptions(),
)
const checker = program.getTypeChecker()

it.each(published)('each export of $subpath has a JSDoc comment', ({ source, isEffect }) => {
  const file = program.getSourceFile(root + source)
  const module = file && checker.getSymbolAtLocation(file)
  const exported = module ? checker.getExportsOfModule(module) : []
  expect(exported.length > 0).toBe(!isEffect)
  expect(exported.filter((symbol) => !isDocumented(symbol)).map((symbol) => symbol.name)).toEqual([])
})

function isDocumented(symbol: ts.Symbol): boolean {
  const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
  return target.getDocumentationComment(checker).length > 0
}

function compilerOptions(): ts.CompilerOptions {
  const { config } = ts.readConfigFile(`${root}tsconfig.json`, ts.sys.readFile.bind(ts.sys))
  return ts.convertCompilerOptionsFromJson({ ...config.compilerOptions, types: [] }, root).options
}
