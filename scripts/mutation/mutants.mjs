/** Finds the mutants of a source file: where they stand, and what they change. */
import ts from 'typescript'
import { root } from '../lib/entries.mjs'
import { isExempt } from './exemptions.mjs'
import { changesOf } from './operators.mjs'

/**
 * @typedef {object} Mutant
 * @property {number} id
 * @property {string} file
 * @property {number} line from 1
 * @property {string} code the line that it stands in
 * @property {string} operator
 * @property {string} before
 * @property {string} after '' for a removed statement
 * @property {string} key what stays the same when the file changes elsewhere
 * @property {ts.Node} [node] where it stands, until it is written down
 */

/** A program over the whole repository's configuration, which knows the types. */
export function makeProgram() {
  const { config } = ts.readConfigFile(`${root}tsconfig.json`, ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root)
  return (/** @type {readonly string[]} */ files) =>
    ts.createProgram(
      files.map((file) => root + file),
      options,
    )
}

/** @param {readonly string[]} files @returns {{ mutants: Mutant[], sources: Map<string, ts.SourceFile> }} */
export function findMutants(files) {
  const program = makeProgram()(files)
  const types = program.getTypeChecker()
  /** @type {Mutant[]} */
  const mutants = []
  const sources = new Map()
  for (const file of files) {
    const source = program.getSourceFile(root + file)
    if (!source) throw new Error(`${file} is not part of the program`)
    sources.set(file, source)
    const seen = new Map()
    visit(source, (node) => {
      for (const { operator, text } of changesOf(node, types)) {
        const { line } = source.getLineAndCharacterOfPosition(node.getStart(source))
        const code = source.text.split('\n')[line]?.trim() ?? ''
        const before = node.getText(source)
        const plain = `${file} | ${code} | ${oneLine(before)} | ${oneLine(text)}`
        const count = (seen.get(plain) ?? 0) + 1
        seen.set(plain, count)
        const key = count === 1 ? plain : `${plain} | ${count}`
        mutants.push({
          id: mutants.length + 1,
          file,
          line: line + 1,
          code,
          operator,
          before,
          after: text,
          key,
          node,
        })
      }
    })
  }
  return { mutants, sources }
}

/** @param {string} text */
export const oneLine = (text) => text.replace(/\s+/g, ' ')

/** @param {ts.Node} node @param {(node: ts.Node) => void} onNode */
function visit(node, onNode) {
  ts.forEachChild(node, (child) => {
    if (isExempt(child)) return
    onNode(child)
    visit(child, onNode)
  })
}
