/** Words that have another: the code `rejected`, the phase `queued`, and `transferResult: true`. Only where the types say that they are meant. */
import ts from 'typescript'
import { visit } from '../types.mjs'

/** A word, what takes its place, and the words beside it that tell whose it is. */
const words = [
  { from: 'rejected', to: 'queue-full', among: ['queue-full', 'max-blocked'] },
  { from: 'queued', to: 'pending', among: ['pending', 'blocked', 'starting'] },
]

/** @type {import('../rewrite.mjs').Transform} */
export function edits(file, checker) {
  /** @type {import('../rewrite.mjs').Edit[]} */
  const found = []
  visit(file, (node) => {
    if (ts.isStringLiteral(node)) {
      const allowed = literals(typeAround(node, checker))
      const word = words.find(
        ({ from, among }) => node.text === from && among.every((each) => allowed.includes(each)),
      )
      if (word) found.push({ start: node.getStart() + 1, end: node.getEnd() - 1, text: word.to })
    } else if (ts.isPropertyAssignment(node) && node.name.getText() === 'transferResult') {
      const text = newResult(node, checker)
      if (text !== undefined)
        found.push({ start: node.initializer.getStart(), end: node.initializer.getEnd(), text })
    }
  })
  return found
}

/** What a literal is compared with, or has to be. @param {ts.StringLiteral} node @param {ts.TypeChecker} checker @returns {ts.Type | undefined} */
function typeAround(node, checker) {
  const { parent } = node
  if (ts.isBinaryExpression(parent)) {
    const other = parent.left === node ? parent.right : parent.left
    return /^[!=]==?$/.test(parent.operatorToken.getText()) ? declaredType(other, checker) : undefined
  }
  if (ts.isCaseClause(parent)) return declaredType(parent.parent.parent.expression, checker)
  // A list of words that is asked whether it includes one.
  const list = ts.isArrayLiteralExpression(parent) && parent.parent
  if (list && ts.isPropertyAccessExpression(list) && list.name.text === 'includes') {
    const [asked] = ts.isCallExpression(list.parent) ? list.parent.arguments : []
    return asked && declaredType(asked, checker)
  }
  return checker.getContextualType(node)
}

/** Before it is narrowed: where it is compared, some of its words may be ruled out. @param {ts.Expression} of @param {ts.TypeChecker} checker @returns {ts.Type} */
function declaredType(of, checker) {
  const symbol = ts.isPropertyAccessExpression(of)
    ? declaredType(of.expression, checker).getProperty(of.name.text)
    : checker.getSymbolAtLocation(of)
  return symbol ? checker.getTypeOfSymbol(symbol) : checker.getTypeAtLocation(of)
}

/** @param {ts.Type | undefined} type @returns {readonly unknown[]} */
function literals(type) {
  if (!type) return []
  return (type.isUnion() ? type.types : [type]).map((each) => (each.isStringLiteral() ? each.value : each))
}

/** What a value of `transferResult` is now; nothing for one that is right, and for objects of others. @param {ts.PropertyAssignment} property @param {ts.TypeChecker} checker */
function newResult({ name, initializer, parent }, checker) {
  const type = checker.getContextualType(parent)
  const wanted = type && checker.getNonNullableType(type).getProperty(name.getText())
  if (!wanted || !literals(checker.getTypeOfSymbol(wanted)).includes('auto')) return undefined
  if (initializer.kind === ts.SyntaxKind.TrueKeyword) return "'auto'"
  const isFlag = (checker.getTypeAtLocation(initializer).flags & ts.TypeFlags.BooleanLike) !== 0
  if (!isFlag || initializer.kind === ts.SyntaxKind.FalseKeyword) return undefined
  return `${initializer.getText()} ? 'auto' : false`
}
