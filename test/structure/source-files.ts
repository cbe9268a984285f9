/** The repository as data for the structure tests: files, their imports, their code without its comments. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import ts from 'typescript'
import { root } from '../../scripts/lib/entries.mjs'

export interface Import {
  /** What the code says, e.g. `./call.ts`. */
  specifier: string
  /** The file it means, relative to the repository, or undefined for a package. */
  file: string | undefined
  /** Erased by the compiler: `import type`, `export type ... from`, `import('...').T`. */
  typeOnly: boolean
}

export const read = (file: string): string => readFileSync(root + file, 'utf8')

/** Files below the folders, relative to the repository, with forward slashes, in order. */
export function filesBelow(folders: readonly string[], extension: RegExp = /\.tsx?$/): string[] {
  return folders
    .filter((folder) => existsSync(root + folder))
    .flatMap((folder) => readdirSync(root + folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && extension.test(entry.name))
    .map((entry) => `${entry.parentPath}/${entry.name}`.replaceAll('\\', '/').slice(root.length))
    .filter((file) => !file.includes('node_modules/'))
    .sort()
}

export function parse(file: string): ts.SourceFile {
  const kind = file.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS
  return ts.createSourceFile(file, read(file), ts.ScriptTarget.Latest, true, kind)
}

export function importsOf(file: string): Import[] {
  const imports: Import[] = []
  const add = (node: ts.Node | undefined, typeOnly: boolean): void => {
    if (!node || !ts.isStringLiteralLike(node)) return
    imports.push({ specifier: node.text, file: resolve(file, node.text), typeOnly })
  }
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node))
      add(node.moduleSpecifier, node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword)
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly)
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
      add(node.argument.literal, true)
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      add(node.arguments[0], false)
    ts.forEachChild(node, visit)
  }
  visit(parse(file))
  return imports
}

function resolve(from: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined
  const path = posix.join(posix.dirname(from), specifier)
  const found = ['', '.ts', '.tsx', '/index.ts', '/index.tsx'].find(
    (end) => /\.\w+$/.test(path + end) && existsSync(root + path + end),
  )
  return path + (found ?? '')
}

/** The code alone, so that a comment may mention what code may not do. */
export function codeOf(file: string): string {
  const text = read(file)
  const scanner = ts.createScanner(ts.ScriptTarget.Latest, true, ts.LanguageVariant.JSX, text)
  let code = ''
  for (let token = scanner.scan(); token !== ts.SyntaxKind.EndOfFileToken; token = scanner.scan()) {
    code += scanner.getTokenText()
  }
  return code
}
