/** What the transforms ask of types. */
import ts from 'typescript'

/** @param {ts.Node} node @param {(node: ts.Node) => void} each */
export function visit(node, each) {
  each(node)
  ts.forEachChild(node, (child) => visit(child, each))
}

/** Whether a value of this type is a task. @param {ts.Type} type @returns {boolean} */
export function isTask(type) {
  if (type.aliasSymbol?.name === 'Task') return true
  if (type.isUnion()) return type.types.some(isTask)
  return type.isIntersection() && type.types.some((each) => each.symbol?.name === 'TaskHandle')
}

/** The named object types that a type is made of: through `Partial`, unions and intersections. @param {ts.Type | undefined} type @returns {ts.Type[]} */
export function namedParts(type) {
  if (!type) return []
  if (type.aliasSymbol?.name === 'Partial' || type.aliasSymbol?.name === 'Omit')
    return namedParts(type.aliasTypeArguments?.[0])
  if (type.isUnionOrIntersection()) return type.types.flatMap(namedParts)
  return [type]
}

/** @param {ts.Type} type */
export const nameOf = (type) => type.aliasSymbol?.name ?? type.symbol?.name
