/** What is not mutated: types, imports, words for people, and what only development sees. */
import ts from 'typescript'

/** @param {ts.Node} node @returns {boolean} whether to leave it and everything below it alone */
export function isExempt(node) {
  return (
    ts.isTypeNode(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeParameterDeclaration(node) ||
    ts.isImportDeclaration(node) ||
    ts.isExportDeclaration(node) ||
    ts.isTemplateExpression(node) ||
    isText(node) ||
    isWarning(node)
  )
}

/** The arguments of an error. @param {ts.Node} node */
function isText(node) {
  const { parent } = node
  return (
    ts.isNewExpression(parent) &&
    parent.expression !== node &&
    /(Error|Exception)$/.test(parent.expression.getText())
  )
}

/** @param {ts.Node} node */
function isWarning(node) {
  if (ts.isExpressionStatement(node)) return isWarningCall(node.expression)
  return ts.isIfStatement(node) && node.expression.getText().startsWith('isDevelopment()')
}

/** @param {ts.Node} node */
function isWarningCall(node) {
  return ts.isCallExpression(node) && /^(warn|warnOnce)$/.test(node.expression.getText())
}
