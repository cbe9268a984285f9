/** The sources as data, for tests and drawings: files, their imports, their code without its comments. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import ts from 'typescript'
import { root } from './entries.mjs'

/**
 * @typedef {object} Import
 * @property {string} specifier what the code says, e.g. `./call.ts`
 * @property {string | undefined} file the file it means, relative to the repository, or undefined for a package
 * @property {boolean} isLate loaded when it is asked for: `import('...')`
 * @property {boolean} typeOnly erased by the compiler: `import type`, `export type ... from`, `import('...').T`
 */

/** @param {string} file */
export const read = (file) => readFileSync(root + file, 'utf8')

/**
 * Files below the folders, relative to the repository, with forward slashes, in order.
 * @param {readonly string[]} folders
 * @returns {string[]}
 */
export function filesBelow(folders, extension = /\.tsx?$/) {
  return folders
    .filter((folder) => existsSync(root + folder))
    .flatMap((folder) => readdirSync(root + folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && extension.test(entry.name))
    .map((entry) => `${entry.parentPath}/${entry.name}`.replaceAll('\\', '/').slice(root.length))
    .filter((file) => !file.includes('node_modules/'))
    .sort()
}

/** @param {string} file */
export function parse(file) {
  const kind = file.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS
  return ts.createSourceFile(file, read(file), ts.ScriptTarget.Latest, true, kind)
}

/**
 * @param {string} file
 * @returns {Import[]}
 */
export function importsOf(file) {
  /** @type {Import[]} */
  const imports = []
  const add = (/** @type {ts.Node | undefined} */ node, /** @type {boolean} */ typeOnly, isLate = false) => {
    if (!node || !ts.isStringLiteralLike(node)) return
    imports.push({ specifier: node.text, file: resolve(file, node.text), isLate, typeOnly })
  }
  const visit = (/** @type {ts.Node} */ node) => {
    if (ts.isImportDeclaration(node))
      add(node.moduleSpecifier, node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword)
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly)
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
      add(node.argument.literal, true)
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      add(node.arguments[0], false, true)
    ts.forEachChild(node, visit)
  }
  visit(parse(file))
  return imports
}

/** @param {string} from @param {string} specifier @returns {string | undefined} */
function resolve(from, specifier) {
  if (!specifier.startsWith('.')) return undefined
  const path = posix.join(posix.dirname(from), specifier)
  const found = ['', '.ts', '.tsx', '/index.ts', '/index.tsx'].find(
    (end) => /\.\w+$/.test(path + end) && existsSync(root + path + end),
  )
  return path + (found ?? '')
}

/** The code alone, so that a comment may mention what code may not do. @param {string} file */
export function codeOf(file) {
  const text = read(file)
  const scanner = ts.createScanner(ts.ScriptTarget.Latest, true, ts.LanguageVariant.JSX, text)
  let code = ''
  for (let token = scanner.scan(); token !== ts.SyntaxKind.EndOfFileToken; token = scanner.scan()) {
    code += scanner.getTokenText()
  }
  return code
}
