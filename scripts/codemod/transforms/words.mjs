/** Members that have another name: of the context of a call, worker events, User Timing options, and workers for tests. */
import ts from 'typescript'
import { namedParts, nameOf, visit } from '../types.mjs'

/** By type: the member's new name. @type {ReadonlyMap<string, readonly [from: string, to: string]>} */
const members = new Map([
  ['TaskContext', ['yield', 'pause']],
  ['WorkerEvent', ['event', 'action']],
])
/** The same for options that are written as an object. @type {ReadonlyMap<string, readonly [from: string, to: string]>} */
const options = new Map([
  ['UserTimingConfig', ['retain', 'keepMeasures']],
  ['FakeWorkerOptions', ['latency', 'latencyMs']],
])

/** Words that an option or a status may be: told by a word that stands beside the new one. @type {Readonly<Record<string, readonly [to: string, beside: string]>>} */
const words = {
  paused: ['stopped', 'active'],
  queue: ['serial', 'keep-last'],
  drop: ['drop-latest', 'keep-last'],
}

/** @type {import('../rewrite.mjs').Transform} */
export function edits(file, checker) {
  /** @type {import('../rewrite.mjs').Edit[]} */
  const found = []
  const rename = (/** @type {ts.Node} */ name, /** @type {string} */ to) =>
    found.push({ start: name.getStart(), end: name.getEnd(), text: to })
  const namesOf = (/** @type {ts.Type | undefined} */ type) =>
    namedParts(type).map((each) => nameOf(each) ?? '')
  visit(file, (node) => {
    if (ts.isPropertyAccessExpression(node)) {
      for (const name of namesOf(checker.getTypeAtLocation(node.expression))) {
        const [from, to] = members.get(name) ?? []
        if (to !== undefined && node.name.text === from) return rename(node.name, to)
      }
    } else if (ts.isBindingElement(node) && node.propertyName) {
      for (const name of namesOf(checker.getTypeAtLocation(node.parent))) {
        const [from, to] = members.get(name) ?? []
        if (to !== undefined && node.propertyName.getText() === from) return rename(node.propertyName, to)
      }
    } else if (ts.isObjectLiteralExpression(node)) {
      for (const name of namesOf(checker.getContextualType(node))) {
        const [from, to] = options.get(name) ?? []
        const property = node.properties.find((each) => each.name?.getText() === from)
        if (to === undefined || !property?.name) continue
        if (ts.isShorthandPropertyAssignment(property)) rename(property, `${to}: ${from}`)
        else rename(property.name, to)
      }
    }
    if (ts.isStringLiteral(node)) {
      const [to, beside] = words[node.text] ?? []
      const all = to === undefined ? [] : wordsBeside(node, checker)
      if (
        to !== undefined &&
        beside !== undefined &&
        all.includes(to) &&
        all.includes(beside) &&
        !all.includes(node.text)
      )
        rename(node, `'${to}'`)
    }
    if (ts.isCallExpression(node)) {
      const edit = spanCall(node, namesOf, checker)
      if (edit) found.push(edit)
    }
    return undefined
  })
  return found
}

/** The words of which one is wanted where a literal stands, or with which it is compared. @param {ts.StringLiteral} node @param {ts.TypeChecker} checker @returns {string[]} */
function wordsBeside(node, checker) {
  const { parent } = node
  const type = ts.isBinaryExpression(parent)
    ? checker.getTypeAtLocation(parent.left === node ? parent.right : parent.left)
    : ts.isCaseClause(parent)
      ? checker.getTypeAtLocation(parent.parent.parent.expression)
      : checker.getContextualType(node)
  return (type?.isUnion() ? type.types : []).flatMap((each) => (each.isStringLiteral() ? [each.value] : []))
}

/** `span(name, fn, attributes)` as `span(name, { attributes }, fn)`. @param {ts.CallExpression} call @param {(type: ts.Type) => string[]} namesOf @param {ts.TypeChecker} checker */
function spanCall({ expression, arguments: [name, fn, attributes] }, namesOf, checker) {
  const word = ts.isPropertyAccessExpression(expression) ? expression.name.text : expression.getText()
  if (word !== 'span' || !name || !fn || !attributes) return undefined
  const declared = checker.getSymbolAtLocation(expression)?.declarations?.[0]
  const isContext = ts.isPropertyAccessExpression(expression)
    ? namesOf(checker.getTypeAtLocation(expression.expression)).includes('TaskContext')
    : declared && ts.isBindingElement(declared)
  if (!isContext || !/^(Arrow|Function)/.test(ts.SyntaxKind[fn.kind] ?? '')) return undefined
  const given = attributes.getText() === 'attributes' ? 'attributes' : `attributes: ${attributes.getText()}`
  return { start: fn.getStart(), end: attributes.getEnd(), text: `{ ${given} }, ${fn.getText()}` }
}
