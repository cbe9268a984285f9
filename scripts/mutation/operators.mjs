/**
 * The changes that a mutant makes, by kind of node. Each operator gives the texts that may stand in a node's place. They
 * need types: a `+` of strings is not arithmetic, and the result of a void call is nobody's.
 */
import ts from 'typescript'

/**
 * @typedef {object} Change
 * @property {string} operator
 * @property {string} text what stands in the node's place; '' removes a statement
 */

const { SyntaxKind } = ts

/** @type {Record<string, readonly string[]>} */
const swaps = {
  '===': ['!=='],
  '!==': ['==='],
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
  '-': ['+'],
  '*': ['/'],
  '/': ['*'],
  '%': ['*'],
  '&': ['|'],
  '|': ['&'],
  '^': ['&'],
  '<<': ['>>'],
  '>>': ['<<'],
  '>>>': ['<<'],
  '&&': ['||'],
  '||': ['&&'],
  '-=': ['+='],
  '*=': ['/='],
  '/=': ['*='],
  '|=': ['&='],
  '&=': ['|='],
  '??=': ['='],
}
const numericSwaps = { '+': ['-'], '+=': ['-='] }

/** @param {string} token */
const operatorName = (token) =>
  /^[<>]=?$|^[!=]==$/.test(token) ? 'comparison' : /^(&&|\|\||\?\?)$/.test(token) ? 'logic' : 'arithmetic'

/** @param {ts.Node} node @param {ts.TypeChecker} types @returns {Change[]} */
export function changesOf(node, types) {
  return [
    ...(ts.isBinaryExpression(node) ? binary(node, types) : []),
    ...(isCondition(node) ? condition(node) : []),
    ...(isResult(node) ? result(node, types) : []),
    ...(ts.isExpression(node) ? single(node) : []),
    ...(isRemovable(node) ? [{ operator: 'statement removed', text: '' }] : []),
  ]
}

/** @param {ts.BinaryExpression} node @param {ts.TypeChecker} types @returns {Change[]} */
function binary(node, types) {
  const token = node.operatorToken.getText()
  const [left, right] = [node.left.getText(), node.right.getText()]
  const isNumeric = [node.left, node.right].every((side) =>
    isOf(types.getTypeAtLocation(side), ts.TypeFlags.NumberLike),
  )
  const others = swaps[token] ?? (isNumeric ? numericSwaps[token] : undefined) ?? []
  const swapped = others.map((other) => ({
    operator: operatorName(token),
    text: `${left} ${other} ${right}`,
  }))
  if (!['&&', '||', '??'].includes(token)) return swapped
  return [...swapped, { operator: 'logic', text: left }, { operator: 'logic', text: right }]
}

/** @param {ts.Expression} node @returns {Change[]} */
function condition(node) {
  const { parent } = node
  const isLoop = !ts.isIfStatement(parent) && !ts.isConditionalExpression(parent)
  const isCompound = ts.isBinaryExpression(node) || ts.isPrefixUnaryExpression(node)
  return [
    // A loop that never ends says nothing about the tests.
    ...(isLoop ? [] : ['true']),
    'false',
    ...(isCompound || isLoop ? [] : [`!(${node.getText()})`]),
  ].map((text) => ({ operator: 'condition', text }))
}

/** @param {ts.Expression} node @param {ts.TypeChecker} types @returns {Change[]} */
function result(node, types) {
  const type = types.getTypeAtLocation(node)
  const nothing = ts.TypeFlags.VoidLike | ts.TypeFlags.Null | ts.TypeFlags.Never
  if (isLiteral(node) || isOf(type, nothing)) return []
  const texts = isOf(type, ts.TypeFlags.BooleanLike) ? ['true', 'false'] : ['undefined']
  return texts.map((text) => ({ operator: 'result', text }))
}

/** Operators with one operand, and literals. @param {ts.Expression} node @returns {Change[]} */
function single(node) {
  const text = node.getText()
  switch (node.kind) {
    case SyntaxKind.TrueKeyword:
      return [{ operator: 'literal', text: 'false' }]
    case SyntaxKind.FalseKeyword:
      return [{ operator: 'literal', text: 'true' }]
    case SyntaxKind.NumericLiteral:
      return [{ operator: 'literal', text: Number(text.replaceAll('_', '')) === 0 ? '1' : `${text} + 1` }]
    case SyntaxKind.StringLiteral:
      return isWord(node) ? [{ operator: 'literal', text: "''" }] : []
    case SyntaxKind.ArrayLiteralExpression:
      return text === '[]' || isTarget(node) ? [] : [{ operator: 'literal', text: '[]' }]
    case SyntaxKind.AwaitExpression:
      return [{ operator: 'await', text: /** @type {ts.AwaitExpression} */ (node).expression.getText() }]
    case SyntaxKind.PrefixUnaryExpression:
    case SyntaxKind.PostfixUnaryExpression:
      return unary(/** @type {ts.PrefixUnaryExpression | ts.PostfixUnaryExpression} */ (node))
    default:
      return optionalChain(node)
  }
}

/** @param {ts.PrefixUnaryExpression | ts.PostfixUnaryExpression} node @returns {Change[]} */
function unary(node) {
  const text = node.getText()
  switch (node.operator) {
    case SyntaxKind.ExclamationToken:
      return [{ operator: 'negation', text: node.operand.getText() }]
    case SyntaxKind.MinusToken:
      return [{ operator: 'arithmetic', text: node.operand.getText() }]
    case SyntaxKind.PlusPlusToken:
      return isLoopStep(node) ? [] : [{ operator: 'arithmetic', text: text.replace('++', '--') }]
    case SyntaxKind.MinusMinusToken:
      return isLoopStep(node) ? [] : [{ operator: 'arithmetic', text: text.replace('--', '++') }]
    default:
      return []
  }
}

/** Each `?.` of a chain becomes a plain step. @param {ts.Expression} node @returns {Change[]} */
function optionalChain(node) {
  if (!ts.isOptionalChain(node) || isInnerLink(node)) return []
  /** @type {Change[]} */
  const changes = []
  for (
    let link = /** @type {ts.Expression} */ (node);
    'expression' in link;
    link = /** @type {any} */ (link).expression
  ) {
    const dot = /** @type {any} */ (link).questionDotToken
    if (!dot) continue
    const start = node.getStart()
    const text = node.getText()
    const plain = ts.isPropertyAccessExpression(link) ? '.' : ''
    changes.push({
      operator: 'optional chain',
      text: text.slice(0, dot.getStart() - start) + plain + text.slice(dot.end - start),
    })
  }
  return changes
}

/** @param {ts.Node} node @returns {node is ts.Expression} */
function isCondition(node) {
  const { parent } = node
  if (ts.isIfStatement(parent) || ts.isWhileStatement(parent) || ts.isDoStatement(parent))
    return parent.expression === node
  return (ts.isConditionalExpression(parent) || ts.isForStatement(parent)) && parent.condition === node
}

/** What a function gives back. @param {ts.Node} node @returns {node is ts.Expression} */
function isResult(node) {
  const { parent } = node
  if (ts.isReturnStatement(parent)) return true
  return ts.isArrowFunction(parent) && parent.body === node && !ts.isBlock(node)
}

/** @param {ts.Node} node */
function isRemovable(node) {
  if (ts.isExpressionStatement(node)) {
    return !(
      ts.isCallExpression(node.expression) && node.expression.expression.kind === SyntaxKind.SuperKeyword
    )
  }
  if (ts.isReturnStatement(node)) return node.expression === undefined
  if (ts.isBreakStatement(node)) return !ts.isCaseOrDefaultClause(node.parent)
  return ts.isThrowStatement(node) || ts.isContinueStatement(node)
}

/** A string that code compares, not one that people read. @param {ts.Node} node */
function isWord(node) {
  const text = /** @type {ts.StringLiteral} */ (node).text
  if (text === '' || /\s/.test(text) || (ts.isPropertyAssignment(node.parent) && node.parent.name === node))
    return false
  // The comparison has separate mutants.
  return !ts.isBinaryExpression(node.parent) || !/^[!=]==$/.test(node.parent.operatorToken.getText())
}

/** @param {ts.Node} node */
const isLiteral = (node) =>
  ts.isLiteralExpression(node) || [SyntaxKind.TrueKeyword, SyntaxKind.FalseKeyword].includes(node.kind)

/** @param {ts.Node} node */
const isTarget = (node) => ts.isBinaryExpression(node.parent) && node.parent.left === node

/** @param {ts.Node} node */
const isLoopStep = (node) => ts.isForStatement(node.parent) && node.parent.incrementor === node

/** @param {ts.Node} node */
function isInnerLink(node) {
  const { parent } = node
  return ts.isOptionalChain(parent) && /** @type {any} */ (parent).expression === node
}

/** @param {ts.Type} type @param {ts.TypeFlags} flags @returns {boolean} */
function isOf(type, flags) {
  return type.isUnion() ? type.types.every((each) => isOf(each, flags)) : (type.flags & flags) !== 0
}
