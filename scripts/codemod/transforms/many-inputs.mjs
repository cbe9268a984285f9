/** `map` and `parallelLimit` take the same options: `failures` decides what happens to inputs that fail. */
import ts from 'typescript'
import { namedParts, nameOf, visit } from '../types.mjs'

const words = new Map([
  ["'fail-fast'", "'throw'"],
  ["'continue'", "'skip'"],
])

/** @type {import('../rewrite.mjs').Transform} */
export function edits(file, checker) {
  /** @type {import('../rewrite.mjs').Edit[]} */
  const found = []
  visit(file, (node) => {
    if (!ts.isObjectLiteralExpression(node)) return
    const contexts = namedParts(checker.getContextualType(node)).map((type) => nameOf(type) ?? '')
    if (!contexts.some((name) => /^(MapOptions|ParallelLimitOptions|ManyOptions)$/.test(name))) return
    for (const property of node.properties) {
      const name = property.name?.getText()
      const value = ts.isPropertyAssignment(property) ? property.initializer.getText() : name
      const by =
        name === 'errorPolicy'
          ? `failures: ${words.get(value ?? '') ?? value}`
          : name === 'returnSettled' && value === 'true'
            ? "failures: 'settle'"
            : name === 'abortTaskController'
              ? `keys: ${value}`
              : name === 'onError' && value?.startsWith("'")
                ? `failures: ${value}`
                : undefined
      if (by !== undefined) found.push({ start: property.getStart(), end: property.getEnd(), text: by })
    }
  })
  return found
}
