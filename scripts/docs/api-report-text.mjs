/** The text of docs/api-report.md, from the built declarations: every public export of every entry, and the types that they name. */
import ts from 'typescript'
import { entries, root, specifierOf } from '../lib/entries.mjs'

const HEAD = `# API report

Every public export with its declaration, made from the build by \`npm run docs:api\`. A test fails when it is out of date: what changes for users shows
in review. Comments are in the sources, explanations in the [guides](README.md).
`

const printer = ts.createPrinter({ removeComments: true })

/** @returns {string} */
export function apiReport() {
  const doors = entries.filter(({ condition }) => !condition)
  const files = doors.map(({ name }) => `${root}dist/${name}.d.ts`)
  const program = ts.createProgram(files, { noResolve: false, skipLibCheck: true, types: [] })
  const checker = program.getTypeChecker()
  /** @type {Map<ts.Symbol, string>} the entry that shows it */
  const shown = new Map()
  const sections = doors.map((entry) => {
    const file = program.getSourceFile(`${root}dist/${entry.name}.d.ts`)
    if (file === undefined) throw new Error(`dist/${entry.name}.d.ts is missing: run npm run build`)
    const module = checker.getSymbolAtLocation(file)
    return {
      entry,
      exports: module ? checker.getExportsOfModule(module).map((each) => [each.name, original(each)]) : [],
    }
  })
  // The core first: atelier-react exports all of it again.
  sections.sort((a, b) => Number(b.entry.subpath === './core') - Number(a.entry.subpath === './core'))

  /** @param {ts.Symbol} symbol */
  function original(symbol) {
    return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
  }

  const parts = sections.map(({ entry, exports }) => {
    const again = new Map()
    const blocks = []
    for (const [name, symbol] of [...exports].sort(([a], [b]) => compare(a, b))) {
      const first = shown.get(symbol)
      if (first === undefined) {
        shown.set(symbol, entry.subpath)
        blocks.push(declarationsOf(symbol))
      } else again.set(first, [...(again.get(first) ?? []), name])
    }
    const notes = [...again].map(
      ([from, names]) =>
        `\nAlso exports, from \`${specifierOf(entryOf(from))}\`: ${names.map((each) => `\`${each}\``).join(', ')}.\n`,
    )
    const none = exports.length === 0 ? '\nExports nothing: it is imported for what it does.\n' : ''
    return `\n## ${specifierOf(entry)}\n${none}${notes.join('')}${block(blocks)}`
  })

  const hidden = program
    .getSourceFiles()
    .filter(({ fileName }) => fileName.startsWith(`${root}dist/`))
    .flatMap((file) => file.statements.flatMap((statement) => namesOf(statement)))
    .flatMap((name) => checker.getSymbolAtLocation(name) ?? [])
    .filter((symbol, index, all) => !shown.has(symbol) && all.indexOf(symbol) === index)
    .sort((a, b) => compare(a.name, b.name))
  return `${HEAD}${parts.join('')}\n## Named in these, exported by none\n${block(hidden.map(declarationsOf))}`
}

/** @param {string} subpath */
function entryOf(subpath) {
  const entry = entries.find((each) => each.subpath === subpath && !each.condition)
  if (entry === undefined) throw new Error(`There is no entry ${subpath}`)
  return entry
}

/** @param {string} a @param {string} b */
function compare(a, b) {
  return a < b ? -1 : a > b ? 1 : 0
}

/** @param {readonly string[]} declarations */
function block(declarations) {
  return declarations.length === 0 ? '' : `\n\`\`\`ts no-check\n${declarations.join('\n\n')}\n\`\`\`\n`
}

/** @param {ts.Statement} statement @returns {ts.Identifier[]} */
function namesOf(statement) {
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.flatMap(({ name }) => (ts.isIdentifier(name) ? [name] : []))
  const isNamed =
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isFunctionDeclaration(statement)
  return isNamed && statement.name ? [statement.name] : []
}

/** @param {ts.Symbol} symbol */
function declarationsOf(symbol) {
  const texts = (symbol.declarations ?? []).map((declaration) => {
    const node = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration
    return printer
      .printNode(ts.EmitHint.Unspecified, node, declaration.getSourceFile())
      .replace(/^(export )?(declare )?/, '')
  })
  return texts.join('\n')
}
