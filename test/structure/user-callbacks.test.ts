/** No function that users give is forgotten: each stands in the table of what may call back in. */
import { readFileSync } from 'node:fs'
import ts from 'typescript'
import { expect, it } from 'vitest'
import { entries, root } from '../../scripts/lib/entries.mjs'
import { madeByTheLibrary, neverCalledBack, otherCallbacks, userCallbacks } from '../setup/user-callbacks.ts'

const SUBPATHS = ['.', './core', './worker', './devtools']
const sources = entries
  .filter(({ subpath, condition }) => SUBPATHS.includes(subpath) && !condition)
  .map(({ source }) => root + source)
const { config } = ts.readConfigFile(`${root}tsconfig.json`, ts.sys.readFile.bind(ts.sys))
const program = ts.createProgram(
  sources,
  ts.convertCompilerOptionsFromJson({ ...config.compilerOptions, types: [] }, root).options,
)
const checker = program.getTypeChecker()

/** Names of functions that go into the library, by the type or function that asks for them. */
const found = new Set<string>()
const seen = new Set<string>()

const isOurs = (symbol: ts.Symbol | undefined): boolean =>
  symbol?.declarations?.some((each) => !each.getSourceFile().fileName.includes('node_modules')) === true

/** `isGiven`: a value of this type comes from a user, and its functions are the user's. */
function look(type: ts.Type, name: string, isGiven: boolean, depth = 0): void {
  if (depth > 9) return
  if (type.isUnionOrIntersection()) {
    for (const each of type.types) look(each, name, isGiven, depth + 1)
    return
  }
  const signatures = type.getCallSignatures()
  for (const signature of signatures) {
    if (isGiven) found.add(name)
    lookAt(signature, name, isGiven, depth)
  }
  const symbol = type.aliasSymbol ?? type.symbol
  if (!isOurs(symbol)) {
    // A promise of ours, a list of ours.
    for (const each of checker.getTypeArguments(type as ts.TypeReference) ?? [])
      look(each, name, isGiven, depth + 1)
    return
  }
  const owner = symbol.name.startsWith('__') ? name : symbol.name
  const id = `${owner} ${String(isGiven)} ${symbol.name.startsWith('__') ? '' : (symbol.declarations?.[0]?.pos ?? '')}`
  if (seen.has(id) && !symbol.name.startsWith('__')) return
  seen.add(id)
  if (isGiven && madeByTheLibrary.includes(owner)) return
  for (const property of type.getProperties()) {
    const at = property.valueDeclaration ?? property.declarations?.[0]
    if (!at || !isOurs(property) || property.name === 'children') continue
    look(checker.getTypeOfSymbolAtLocation(property, at), `${owner}.${property.name}`, isGiven, depth + 1)
  }
}

/** What goes into a function of ours comes from users, and what a function of theirs is given is ours. */
function lookAt(signature: ts.Signature, name: string, isGiven: boolean, depth: number): void {
  for (const parameter of signature.getParameters()) {
    const at = parameter.valueDeclaration
    if (!at) continue
    look(checker.getTypeOfSymbolAtLocation(parameter, at), `${name}(${parameter.name})`, !isGiven, depth + 1)
  }
  look(signature.getReturnType(), name, isGiven, depth + 1)
}

for (const source of sources) {
  const file = program.getSourceFile(source)
  const module = file && checker.getSymbolAtLocation(file)
  for (const symbol of module ? checker.getExportsOfModule(module) : []) {
    const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
    const at = target.valueDeclaration
    if (!at || !(target.flags & ts.SymbolFlags.Value)) continue
    look(checker.getTypeOfSymbolAtLocation(target, at), target.name, false)
  }
}

it('each function that users give is in the table', () => {
  const known = new Set([...Object.keys(userCallbacks), ...neverCalledBack])
  expect([...found].filter((name) => !known.has(name)).sort()).toEqual([])
})

it('the table names no function that there is not', () => {
  expect([...Object.keys(userCallbacks), ...neverCalledBack].filter((name) => !found.has(name))).toEqual([])
})

it.each(Object.entries({ ...userCallbacks, ...otherCallbacks }))(
  '%s is shown by a test',
  (_name, { file, row }) => {
    expect(readFileSync(root + file, 'utf8')).toContain(row)
  },
)
