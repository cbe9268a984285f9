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

/** @type {import('../rewrite.mjs').Transform} */
export function edits(file, checker) {
  /** @type {import('../rewrite.mjs').Edit[]} */
  const found = []
  visit(file, (node) => {
    if (!ts.isPropertyAccessExpression(node)) return
    const name = moved.get(node.name.text)
    if (name === undefined || !isTask(checker.getTypeAtLocation(node.expression))) return
    found.push({ start: node.name.getStart(), end: node.name.getEnd(), text: `control.${name}` })
  })
  return found
}
