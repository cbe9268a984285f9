/** Rewrites the files of a program, and the code blocks of Markdown pages, by what the type checker knows of them. */
import { readFileSync } from 'node:fs'
import ts from 'typescript'
import { codeBlocks } from '../docs/code-blocks.mjs'

/** @typedef {{ readonly start: number, readonly end: number, readonly text: string }} Edit offsets in the file's text */
/** @typedef {(file: ts.SourceFile, checker: ts.TypeChecker) => readonly Edit[]} Transform */

/** An edit may make room for others inside what it has moved. */
const MOST_PASSES = 6

/** What no transform changes: the libraries, parsed once for all passes. @type {Map<string, ts.SourceFile>} */
const parsed = new Map()

/**
 * The files that change, with their new text.
 * @param {readonly string[]} paths sources and Markdown pages
 * @param {readonly Transform[]} transforms
 * @param {ts.CompilerOptions} options
 * @returns {Map<string, string>}
 */
export function rewrite(paths, transforms, options) {
  const originals = new Map(paths.map((path) => [path, readFileSync(path, 'utf8')]))
  const texts = new Map(originals)
  for (let pass = 0; pass < MOST_PASSES; pass++) {
    if (!rewriteOnce(texts, transforms, options)) break
  }
  return new Map([...texts].filter(([path, text]) => text !== originals.get(path)))
}

/** @param {Map<string, string>} texts @param {readonly Transform[]} transforms @param {ts.CompilerOptions} options */
function rewriteOnce(texts, transforms, options) {
  const sources = new Map([...texts].flatMap(([path, text]) => piecesOf(path, text)))
  const host = ts.createCompilerHost(options)
  const { getSourceFile, fileExists, readFile } = host
  host.fileExists = (path) => sources.has(path) || fileExists(path)
  host.readFile = (path) => sources.get(path)?.text ?? readFile(path)
  host.getSourceFile = (path, ...rest) => {
    const piece = sources.get(path)
    if (piece) return ts.createSourceFile(path, piece.text, ts.ScriptTarget.Latest, true)
    const known = parsed.get(path)
    if (known) return known
    const file = getSourceFile(path, ...rest)
    if (file) parsed.set(path, file)
    return file
  }
  const program = ts.createProgram([...sources.keys()], options, host)
  const checker = program.getTypeChecker()
  let hasChanged = false
  // From the end of a page to its beginning: what is not yet rewritten stays where it is.
  for (const [path, { page, offset, text }] of [...sources].toReversed()) {
    const file = program.getSourceFile(path)
    const edits = file ? transforms.flatMap((transform) => transform(file, checker)) : []
    if (edits.length === 0) continue
    hasChanged = true
    const whole = /** @type {string} */ (texts.get(page))
    texts.set(page, whole.slice(0, offset) + applied(text, edits) + whole.slice(offset + text.length))
  }
  return hasChanged
}

/** The text with its edits; of two that overlap, the outer one, and the other in the next pass. @param {string} text @param {readonly Edit[]} edits */
export function applied(text, edits) {
  const sorted = edits.toSorted((a, b) => a.start - b.start || b.end - a.end)
  let result = ''
  let at = 0
  for (const { start, end, text: by } of sorted) {
    if (start < at) continue
    result += text.slice(at, start) + by
    at = end
  }
  return result + text.slice(at)
}

/** A source is one piece; a page is its code blocks. @param {string} path @param {string} text @returns {[string, { page: string, offset: number, text: string }][]} */
function piecesOf(path, text) {
  if (!path.endsWith('.md')) return [[path, { page: path, offset: 0, text }]]
  const lines = text.split('\n')
  return codeBlocks(text).map(({ line, code }) => {
    const offset = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0)
    return [`${path}.line-${line}.tsx`, { page: path, offset, text: code }]
  })
}
