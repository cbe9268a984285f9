/**
 * The property names that are nobody's but ours, for the build to shorten. A name is private when it is declared in a class or
 * an interface of the sources, and nowhere else: in nothing that a user or the wire sees, in no type of the platform or of a
 * package, in no inline type, and as no string. So no name has to be marked in the sources, but for the interfaces that
 * describe what others have made: their comment says `@foreign`.
 */
import ts from 'typescript'
import { root } from '../lib/entries.mjs'

/** What users, the wire and old workers see; what is in the files of a session, too. */
const SHOWN =
  /\/(src\/types\/|src\/errors\/errors\.ts|src\/wire\/(protocol|error-codec)\.ts|devtools\/model\/)/
const ENTRY =
  /\/(src|src\/worker|src\/telemetry|hooks|testing|in-process|devtools)\/(index|react-server)\.tsx?$/

/** @returns {string[]} the most used first */
export function privateNames() {
  const program = readProgram()
  const own = new Set()
  const taken = publicNames(program)
  let text = ''
  for (const file of program.getSourceFiles()) {
    const isOurs = isSource(file)
    sortNames(file, isOurs && !SHOWN.test(file.fileName) ? own : taken, taken, isOurs)
    if (isOurs) text += file.text
  }
  const uses = new Map()
  for (const [word] of text.matchAll(/[\w$]+/g)) uses.set(word, (uses.get(word) ?? 0) + 1)
  const names = [...own].filter((name) => !taken.has(name)).sort()
  return names.sort((a, b) => (uses.get(b) ?? 0) - (uses.get(a) ?? 0))
}

function readProgram() {
  const config = ts.getParsedCommandLineOfConfigFile(
    `${root}tsconfig.build.json`,
    {},
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic: fail },
  )
  if (config === undefined) throw new Error('tsconfig.build.json cannot be read')
  return ts.createProgram(config.fileNames, config.options, ts.createCompilerHost(config.options, true))
}

/** @param {ts.Diagnostic} diagnostic */
function fail({ messageText }) {
  throw new Error(ts.flattenDiagnosticMessageText(messageText, '\n'))
}

/** @param {ts.SourceFile} file */
function isSource({ fileName }) {
  return fileName.startsWith(root) && !fileName.includes('/node_modules/')
}

/** @param {ts.SourceFile} file @param {Set<string>} declared @param {Set<string>} taken @param {boolean} isOurs */
function sortNames(file, declared, taken, isOurs) {
  /** @param {ts.Node} node */
  const visit = (node) => {
    const name = memberName(node)
    if (name !== undefined) {
      const isForeign = ts.isTypeLiteralNode(node.parent) || isMarked(node.parent)
      // The key of a literal is named by the type that it has: it decides nothing.
      if (isForeign) taken.add(name)
      else if (!isOurs || !ts.isObjectLiteralExpression(node.parent)) declared.add(name)
    } else if (isOurs && ts.isStringLiteralLike(node)) taken.add(node.text)
    else if (!isOurs && ts.isVariableDeclaration(node) && ts.isIdentifier(node.name))
      taken.add(node.name.text)
    ts.forEachChild(node, visit)
  }
  visit(file)
}

/** @param {ts.Node} node */
function memberName(node) {
  const isMember =
    ts.isPropertyDeclaration(node) ||
    ts.isMethodDeclaration(node) ||
    ts.isPropertySignature(node) ||
    ts.isMethodSignature(node) ||
    ts.isAccessor(node)
  if (!isMember) return undefined
  const { name } = node
  return ts.isIdentifier(name) || ts.isStringLiteral(name) ? name.text : undefined
}

/** @param {ts.Node} node */
function isMarked(node) {
  return ts.getJSDocTags(node).some(({ tagName }) => tagName.text === 'foreign')
}

/** Everything that can be reached from what an entry exports. @param {ts.Program} program */
function publicNames(program) {
  const checker = program.getTypeChecker()
  const names = new Set()
  const seen = new Set()
  /** @param {ts.Type} type */
  const walk = (type) => {
    if (seen.has(type)) return
    seen.add(type)
    if (type.isUnionOrIntersection()) for (const part of type.types) walk(part)
    for (const argument of [...(type.aliasTypeArguments ?? []), ...argumentsOf(type)]) walk(argument)
    for (const signature of [...type.getCallSignatures(), ...type.getConstructSignatures()]) {
      for (const parameter of signature.getParameters()) walk(checker.getTypeOfSymbol(parameter))
      walk(signature.getReturnType())
    }
    for (const property of checker.getPropertiesOfType(type)) {
      const { valueDeclaration, declarations = [] } = property
      if (valueDeclaration && ts.getCombinedModifierFlags(valueDeclaration) & ts.ModifierFlags.Private)
        continue
      names.add(property.name)
      // What the platform declares is taken anyway.
      if (declarations.some((each) => isSource(each.getSourceFile()))) walk(checker.getTypeOfSymbol(property))
    }
  }
  /** @param {ts.Type} type @returns {readonly ts.Type[]} */
  const argumentsOf = (type) => {
    const { objectFlags = 0 } = /** @type {ts.ObjectType} */ (type)
    const isReference = (objectFlags & ts.ObjectFlags.Reference) !== 0
    return isReference ? checker.getTypeArguments(/** @type {ts.TypeReference} */ (type)) : []
  }
  for (const file of program.getSourceFiles()) {
    const module = ENTRY.test(file.fileName) && isSource(file) ? checker.getSymbolAtLocation(file) : undefined
    if (module === undefined) continue
    for (const exported of checker.getExportsOfModule(module)) {
      const isAlias = (exported.flags & ts.SymbolFlags.Alias) !== 0
      const symbol = isAlias ? checker.getAliasedSymbol(exported) : exported
      walk(checker.getDeclaredTypeOfSymbol(symbol))
      if (symbol.valueDeclaration !== undefined) walk(checker.getTypeOfSymbol(symbol))
    }
  }
  return names
}
