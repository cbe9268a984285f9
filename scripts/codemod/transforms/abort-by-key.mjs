/** `runtime.abortTaskController` is `runtime.abort(…)` and `runtime.keys`; the controller's own methods have shorter names. */
import ts from 'typescript'
import { namedParts, nameOf, visit } from '../types.mjs'

const renamed = new Map([
  ['signalFor', 'signal'],
  ['clearAll', 'clear'],
])

/** @type {import('../rewrite.mjs').Transform} */
export function edits(file, checker) {
  /** @type {import('../rewrite.mjs').Edit[]} */
  const found = []
  visit(file, (node) => {
    if (ts.isCallExpression(node)) {
      const edit = abortCall(node)
      if (edit) found.push(edit)
    }
    if (!ts.isPropertyAccessExpression(node)) return
    if (node.name.text === 'abortTaskController')
      found.push({ start: node.name.getStart(), end: node.name.getEnd(), text: 'keys' })
    const name = renamed.get(node.name.text)
    if (name !== undefined && isController(node.expression, checker))
      found.push({ start: node.name.getStart(), end: node.name.getEnd(), text: name })
  })
  return found
}

/** @param {ts.Expression} expression @param {ts.TypeChecker} checker */
function isController(expression, checker) {
  if (ts.isPropertyAccessExpression(expression) && /^(abortTaskController|keys)$/.test(expression.name.text))
    return true
  const types = namedParts(checker.getTypeAtLocation(expression))
  return types.some((type) => /^(AbortTaskController|RuntimeKeys)$/.test(nameOf(type) ?? ''))
}

/** `x.abortTaskController.abort(key, reason, { sticky })` as `x.abort({ key, sticky }, reason)`. @param {ts.CallExpression} call */
function abortCall({ expression, arguments: args }) {
  if (!ts.isPropertyAccessExpression(expression)) return undefined
  const { name, expression: owner } = expression
  const isAbort = name.text === 'abort' || name.text === 'abortMany'
  if (!isAbort || !ts.isPropertyAccessExpression(owner) || owner.name.text !== 'abortTaskController')
    return undefined
  const [key, reason, options] = args
  if (!key) return undefined
  const option = name.text === 'abort' ? 'key' : 'keys'
  const first = key.getText() === option ? option : `${option}: ${key.getText()}`
  const more =
    options === undefined
      ? ''
      : ts.isObjectLiteralExpression(options)
        ? `, ${options.properties.map((property) => property.getText()).join(', ')}`
        : `, ...${options.getText()}`
  const rest = reason === undefined || reason.getText() === 'undefined' ? '' : `, ${reason.getText()}`
  return {
    start: owner.name.getStart(),
    end: (args.at(-1) ?? expression).getEnd(),
    text: `abort({ ${first}${more} }${rest}`,
  }
}
