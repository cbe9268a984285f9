/** `task.map`, `dispose`, `getState`, `startWorkers` and `stopWorkers` are operations of `task.control`. */
import ts from 'typescript'
import { isTask, visit } from '../types.mjs'

const moved = new Map([
  ['map', 'map'],
  ['dispose', 'dispose'],
  ['getState', 'getSnapshot'],
  ['startWorkers', 'start'],
  ['stopWorkers', 'stop'],
])

/** A worker may have a method of that name, which the task has now. @param {ts.Symbol | undefined} property */
function isHandler(property) {
  const owners = property?.declarations?.map(({ parent }) => parent) ?? []
  return owners.some((owner) => !(ts.isInterfaceDeclaration(owner) && owner.name.text === 'TaskHandle'))
}

/** @type {import('../rewrite.mjs').Transform} */
export function edits(file, checker) {
  /** @type {import('../rewrite.mjs').Edit[]} */
  const found = []
  visit(file, (node) => {
    if (!ts.isPropertyAccessExpression(node)) return
    const name = moved.get(node.name.text)
    if (name === undefined) return
    const type = checker.getTypeAtLocation(node.expression)
    if (!isTask(type) || isHandler(type.getProperty(node.name.text))) return
    found.push({ start: node.name.getStart(), end: node.name.getEnd(), text: `control.${name}` })
  })
  return found
}
