/** Reads built files as data: first lines, imports, the files that an entry pulls in. */
import { readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import ts from 'typescript'

export function firstLine(packageDir: string, file: string): string {
  return readFileSync(join(packageDir, file), 'utf8').split('\n', 1)[0] ?? ''
}

export function specifiersOf(packageDir: string, file: string): string[] {
  const { importedFiles } = ts.preProcessFile(readFileSync(join(packageDir, file), 'utf8'), true, true)
  return importedFiles.map(({ fileName }) => fileName)
}

/** A built file and all files of the package that it imports, itself first, and the packages that they name. */
export function graphOf(packageDir: string, entry: string): { files: string[]; packages: string[] } {
  const files = [entry]
  const packages = new Set<string>()
  for (const file of files) {
    for (const specifier of specifiersOf(packageDir, file)) {
      const target = posix.join(posix.dirname(file), specifier)
      if (!specifier.startsWith('.')) packages.add(specifier)
      else if (!files.includes(target)) files.push(target)
    }
  }
  return { files, packages: [...packages] }
}

/** Lines of a declaration file where `any` is written. */
export function anysIn(packageDir: string, file: string): string[] {
  const source = ts.createSourceFile(
    file,
    readFileSync(join(packageDir, file), 'utf8'),
    ts.ScriptTarget.Latest,
    true,
  )
  const found: string[] = []
  const visit = (node: ts.Node): void => {
    if (node.kind === ts.SyntaxKind.AnyKeyword) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart())
      found.push(`${file}:${line + 1} ${source.text.split('\n')[line]?.trim()}`)
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}
