/**
 * The hooks as they were called before 1.0, as they are called now: queries as values, options by their new names, `isEqual` in
 * an object. What a program decides by the state of a query (`status` and `activity`) is left to its author, whom the compiler tells.
 */
import ts from 'typescript'

/** @typedef {{ start: number, end: number, text: string }} Edit positions are offsets in the file's text */

/** Names that are called otherwise. @type {Readonly<Record<string, string>>} */
const RENAMED = {
  AbortedCall: 'CanceledCall',
  AbortedStream: 'CanceledStream',
  useSuspenseTask: 'useSuspenseTaskQuery',
  UseSuspenseTaskOptions: 'UseSuspenseTaskQueryOptions',
  UseSuspenseTaskResult: 'UseSuspenseTaskQueryResult',
}

/** @type {Readonly<Record<string, string>>} */
const MODES = { drop: 'drop-latest', queue: 'serial' }

/**
 * The edits of one file; none overlaps another. A file that has been edited has none.
 * @param {ts.SourceFile} sourceFile
 * @param {ts.TypeChecker} checker
 * @returns {Edit[]}
 */
export function edits(sourceFile, checker) {
  const { imported, lists } = importsOf(sourceFile)
  if (imported.size === 0) return []
  /** @type {Edit[]} */
  const found = []
  /** @type {Set<string>} */
  const needed = new Set()
  const file = { sourceFile, checker, found, needed, known: new Set() }

  /** @param {ts.Node} node */
  const visit = (node) => {
    if (ts.isIdentifier(node)) rename(node, imported, found)
    else if (ts.isCallExpression(node) && ts.isIdentifier(node.expression))
      CALLS[imported.get(node.expression.text) ?? '']?.(node, file)
    else statusOf(node, file)
    if (ts.isObjectLiteralExpression(node)) optionsOf(node, file)
    ts.forEachChild(node, visit)
  }
  visit(sourceFile)

  const list = lists[0]
  const missing = [...needed].filter((name) => ![...imported.values()].includes(name))
  if (list && missing.length > 0)
    found.push(insert(list.elements.at(-1)?.end ?? list.end, missing.map((name) => `, ${name}`).join('')))
  return found
}

/** @typedef {{ sourceFile: ts.SourceFile, checker: ts.TypeChecker, found: Edit[], needed: Set<string>, known: Set<ts.Node> }} File */

/** What each hook's call becomes. @type {Readonly<Record<string, (call: ts.CallExpression, file: File) => void>>} */
const CALLS = {
  useTaskCall: (call, file) => callOptions(call.arguments[2], file),
  useTaskStream: (call, file) => callOptions(call.arguments[2], file),
  useTaskQuery: query,
  useSuspenseTask: query,
  useRuntimeSnapshot: (call, file) => equality(call.arguments[1], file),
  useTaskSnapshot: (call, file) => equality(call.arguments[2], file),
}

/** What options become that are no argument of a hook's own, by their type. @type {Readonly<Record<string, (options: ts.Expression, file: File) => void>>} */
const OPTIONS = {
  UseTaskCallOptions: callOptions,
  UseTaskStreamOptions: callOptions,
  UseTaskQueryOptions: queryOptions,
  UseSuspenseTaskOptions: queryOptions,
  UseSuspenseTaskQueryOptions: queryOptions,
}

/** @param {ts.ObjectLiteralExpression} node @param {File} file */
function optionsOf(node, file) {
  const type = file.checker.getContextualType(node)
  const name =
    type &&
    (type.isUnion() ? type.types : [type])
      .map(({ symbol }) => symbol?.name ?? '')
      .find((each) => each in OPTIONS)
  if (name) OPTIONS[name]?.(node, file)
}

/** @param {ts.Expression | undefined} options @param {File} file */
function callOptions(options, file) {
  for (const { name, value, property } of propertiesOf(options, file)) {
    if (name === 'graceMs') renameProperty(property, 'abortAfterUnmountMs', file)
    else if (name === 'trace')
      file.found.push(insert(property.getStart(file.sourceFile), 'with: { '), insert(property.end, ' }'))
    else if (name === 'mode' && value) modes(value, file)
  }
}

/** Every word of a mode, in `isEditing ? 'drop' : 'latest'` as well. @param {ts.Expression} value @param {File} file */
function modes(value, file) {
  if (ts.isStringLiteral(value)) {
    const word = MODES[value.text]
    if (word) file.found.push(replace(value, `'${word}'`, file))
  } else if (ts.isConditionalExpression(value)) {
    modes(value.whenTrue, file)
    modes(value.whenFalse, file)
  }
}

/** `(task, method, args, options)` becomes `(taskQuery(task, method, ...args), options)`. @param {ts.CallExpression} call @param {File} file */
function query(call, file) {
  const [task, method, args, options] = call.arguments
  if (!task || !method || !args || call.arguments.length < 3) return
  queryOptions(options, file)
  const { sourceFile } = file
  const head = `taskQuery(${task.getText(sourceFile)}, ${method.getText(sourceFile)}`
  file.found.push({ start: task.getStart(sourceFile), end: args.getStart(sourceFile), text: '' })
  asked(args, head, file)
}

/** The query that a list of arguments becomes. @param {ts.Expression} args @param {string} head @param {File} file */
function asked(args, head, file) {
  const { sourceFile, found, needed } = file
  if (ts.isConditionalExpression(args)) {
    asked(args.whenTrue, head, file)
    asked(args.whenFalse, head, file)
    return
  }
  if (ts.isIdentifier(args) && args.text === 'skipToken') return
  needed.add('taskQuery')
  const start = args.getStart(sourceFile)
  if (ts.isArrayLiteralExpression(args)) {
    const [first] = args.elements
    const last = args.elements.at(-1)
    if (first && last) {
      found.push({ start, end: first.getStart(sourceFile), text: `${head}, ` })
      found.push({ start: last.end, end: args.end, text: ')' })
    } else found.push({ start, end: args.end, text: `${head})` })
    return
  }
  const text = args.getText(sourceFile)
  const maySkip = file.checker.getTypeAtLocation(args)
  const isSkipped = (maySkip.isUnion() ? maySkip.types : [maySkip]).some(
    (type) => type.flags & ts.TypeFlags.ESSymbolLike,
  )
  if (isSkipped) needed.add('skipToken')
  const all = `${head}, ...${text})`
  found.push({ start, end: args.end, text: isSkipped ? `${text} === skipToken ? skipToken : ${all}` : all })
}

/** @param {ts.Expression | undefined} options @param {File} file */
function queryOptions(options, file) {
  for (const { name, value, property } of propertiesOf(options, file)) {
    if (name === 'key') renameProperty(property, 'argsKey', file)
    if (name !== 'keepPrevious') continue
    const text = value?.getText(file.sourceFile) ?? 'keepPrevious'
    // The program may have something of this name: the switch that the option was.
    const kept = declares(file.sourceFile, 'keepPrevious') ? 'keepPreviousData' : 'keepPrevious'
    if (text !== 'false') file.needed.add(kept === 'keepPrevious' ? kept : `keepPrevious as ${kept}`)
    const placeholder =
      text === 'true' ? kept : text === 'false' ? 'undefined' : `${text} ? ${kept} : undefined`
    file.found.push(replace(property, `placeholderData: ${placeholder}`, file))
  }
}

/** Whether a variable, a parameter or a part of one has this name. @param {ts.Node} node @param {string} name @returns {boolean} */
function declares(node, name) {
  const isIt =
    (ts.isVariableDeclaration(node) || ts.isParameter(node) || ts.isBindingElement(node)) &&
    ts.isIdentifier(node.name) &&
    node.name.text === name
  return isIt || (ts.forEachChild(node, (child) => declares(child, name) || undefined) ?? false)
}

/** @param {ts.Expression | undefined} isEqual @param {File} file */
function equality(isEqual, file) {
  if (!isEqual || ts.isObjectLiteralExpression(isEqual)) return
  const type = file.checker.getTypeAtLocation(isEqual)
  if (type.getCallSignatures().length === 0 && !(type.flags & ts.TypeFlags.Any)) return
  const isShort = ts.isIdentifier(isEqual) && isEqual.text === 'isEqual'
  file.found.push(
    insert(isEqual.getStart(file.sourceFile), isShort ? '{ ' : '{ isEqual: '),
    insert(isEqual.end, ' }'),
  )
}

/** `status === 'aborted'`, and the case of a switch: `status` of a hook is told by the words that it may be. @param {ts.Node} node @param {File} file */
function statusOf(node, file) {
  if (ts.isBinaryExpression(node)) {
    const kind = node.operatorToken.kind
    if (kind !== ts.SyntaxKind.EqualsEqualsEqualsToken && kind !== ts.SyntaxKind.ExclamationEqualsEqualsToken)
      return
    canceled(node.right, node.left, file)
    canceled(node.left, node.right, file)
  } else if (ts.isCaseClause(node)) canceled(node.expression, node.parent.parent.expression, file)
}

/** @param {ts.Expression} word @param {ts.Expression} status @param {File} file */
function canceled(word, status, file) {
  if (!ts.isStringLiteral(word) || word.text !== 'aborted') return
  const type = declaredType(status, file.checker)
  const words = (type.isUnion() ? type.types : [type]).map((each) =>
    each.isStringLiteral() ? each.value : undefined,
  )
  if (words.includes('aborted') || words.includes('canceled')) {
    if (words.includes('queued') || words.includes('error'))
      file.found.push(replace(word, "'canceled'", file))
  }
}

/** The type before it is narrowed: where it is compared, some of its words may be ruled out. @param {ts.Expression} of @param {ts.TypeChecker} checker @returns {ts.Type} */
function declaredType(of, checker) {
  const symbol = ts.isPropertyAccessExpression(of)
    ? declaredType(of.expression, checker).getProperty(of.name.text)
    : checker.getSymbolAtLocation(of)
  return symbol ? checker.getTypeOfSymbol(symbol) : checker.getTypeAtLocation(of)
}

/** @param {ts.Identifier} node @param {ReadonlyMap<string, string>} imported @param {Edit[]} found */
function rename(node, imported, found) {
  const name = RENAMED[node.text]
  // What was imported by another name keeps that; only its import is renamed.
  const isImport =
    ts.isImportSpecifier(node.parent) && (node.parent.propertyName ?? node.parent.name) === node
  const isMember = ts.isPropertyAccessExpression(node.parent) && node.parent.name === node
  if (name && !isMember && (isImport || imported.get(node.text) === node.text))
    found.push({ start: node.end - node.text.length, end: node.end, text: name })
}

/** What the file imports of the package: original names by local ones, and the lists of names that values may join. @param {ts.SourceFile} sourceFile */
function importsOf(sourceFile) {
  /** @type {Map<string, string>} */
  const imported = new Map()
  /** @type {ts.NamedImports[]} */
  const lists = []
  for (const statement of sourceFile.statements) {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) continue
    const bindings = statement.importClause?.namedBindings
    if (statement.moduleSpecifier.text !== 'atelier-react' || !bindings || !ts.isNamedImports(bindings))
      continue
    if (statement.importClause?.phaseModifier !== ts.SyntaxKind.TypeKeyword) lists.push(bindings)
    for (const { name, propertyName } of bindings.elements)
      imported.set(name.text, (propertyName ?? name).text)
  }
  return { imported, lists }
}

/** Each object of options has its turn once. @param {ts.Expression | undefined} options @param {File} file */
function propertiesOf(options, { known }) {
  if (!options || !ts.isObjectLiteralExpression(options) || known.has(options)) return []
  known.add(options)
  return options.properties.flatMap((property) => {
    if (ts.isShorthandPropertyAssignment(property))
      return [{ property, name: property.name.text, value: /** @type {ts.Expression} */ (property.name) }]
    if (!ts.isPropertyAssignment(property) || !ts.isIdentifier(property.name)) return []
    return [{ property, name: property.name.text, value: property.initializer }]
  })
}

/** @param {ts.PropertyAssignment | ts.ShorthandPropertyAssignment} property @param {string} name @param {File} file */
function renameProperty(property, name, file) {
  if (ts.isShorthandPropertyAssignment(property))
    file.found.push(insert(property.getStart(file.sourceFile), `${name}: `))
  else file.found.push(replace(property.name, name, file))
}

/** @param {number} at @param {string} text @returns {Edit} */
function insert(at, text) {
  return { start: at, end: at, text }
}

/** @param {ts.Node} node @param {string} text @param {File} file @returns {Edit} */
function replace(node, text, { sourceFile }) {
  return { start: node.getStart(sourceFile), end: node.end, text }
}
