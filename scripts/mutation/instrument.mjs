/**
 * Writes all mutants of a file into one text, each behind a switch, so that nothing is compiled again between two mutants:
 * `a < b` becomes `(isOn(17) ? (a <= b) : (a < b))`. What a mutant puts in has no switches, so the text grows linearly.
 *
 * The text that coverage is measured with evaluates both, where that has no effect: `saw((a < b), [17, () => (a <= b)])`. A test
 * in which they never differ cannot notice the mutant.
 */
import ts from 'typescript'

/** @typedef {import('./mutants.mjs').Mutant} Mutant */

/** The names of the switch and of the comparison, which the loader passes to the module. */
export const [SWITCH, COMPARE] = ['__isOn', '__saw']

/**
 * @param {ts.SourceFile} source
 * @param {readonly Mutant[]} mutants those of this file
 * @param {boolean} isForCoverage
 * @returns {string}
 */
export function instrument(source, mutants, isForCoverage) {
  /** @type {Map<ts.Node, Mutant[]>} */
  const byNode = new Map()
  for (const mutant of mutants) {
    if (!mutant.node) continue
    byNode.set(mutant.node, [...(byNode.get(mutant.node) ?? []), mutant])
  }

  /** @param {ts.Node} node @returns {string} the text of the node without what precedes it */
  function write(node) {
    const own = byNode.get(node) ?? []
    const original = writeParts(node)
    if (ts.isExpressionStatement(node)) return statement(original, own[0])
    if (isStatement(node)) return own[0] ? statement(original, own[0]) : original
    if (own.length === 0) return original
    if (isForCoverage && isPure(node)) {
      const others = own.map(({ id, after }) => `[${id}, () => (${after})]`)
      return `${COMPARE}((${original}), ${others.join(', ')})`
    }
    const choices = own.map(({ id, after }) => `${SWITCH}(${id}) ? (${after}) : `)
    return `(${choices.join('')}(${original}))`
  }

  /** @param {ts.Node} node */
  function writeParts(node) {
    let text = ''
    let at = node.getStart(source)
    ts.forEachChild(node, (child) => {
      const start = child.getStart(source)
      // What a shorthand or a comment owns may have been written already.
      if (start < at) return
      text += source.text.slice(at, start) + write(child)
      at = child.end
    })
    return text + source.text.slice(at, node.end)
  }

  return writeParts(source)
}

/**
 * A block, as the sources have no semicolons that would keep a parenthesis apart.
 * @param {string} original @param {Mutant} [removal]
 */
function statement(original, removal) {
  return removal ? `{ if (!${SWITCH}(${removal.id})) { ${original} } }` : `{ ${original} }`
}

/** @param {ts.Node} node */
const isStatement = (node) =>
  ts.isReturnStatement(node) ||
  ts.isThrowStatement(node) ||
  ts.isBreakStatement(node) ||
  ts.isContinueStatement(node)

const harmless = /\.(has|get|includes|isArray|isInteger|now)$/

/** Whether the expression only looks: it may be evaluated twice. @param {ts.Node} node @returns {boolean} */
function isPure(node) {
  if (ts.isCallExpression(node) && !harmless.test(node.expression.getText())) return false
  if (ts.isNewExpression(node) || ts.isAwaitExpression(node) || ts.isYieldExpression(node)) return false
  if (ts.isArrayLiteralExpression(node) || ts.isObjectLiteralExpression(node) || ts.isDeleteExpression(node))
    return false
  if (ts.isArrowFunction(node) || ts.isFunctionExpression(node) || ts.isPostfixUnaryExpression(node))
    return false
  if (ts.isPrefixUnaryExpression(node) && /^(\+\+|--)/.test(node.getText())) return false
  if (ts.isBinaryExpression(node) && /^([^=!<>]*|<<|>>>?)=$/.test(node.operatorToken.getText())) return false
  return ts.forEachChild(node, (child) => !isPure(child)) !== true
}
