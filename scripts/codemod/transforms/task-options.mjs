/**
 * Options of a task: `maxWorkers`, `onCrash`, `maxCrashes` and `retry.crash`; what a call may override stands in `defaults`, what
 * depends on a method's arguments in `methods`.
 */
import ts from 'typescript'
import { namedParts, nameOf, visit } from '../types.mjs'

const ofCalls = ['keyMode', 'timeoutMs', 'transfer', 'transferResult']
const ofMethods = new Map([
  ['keyOf', 'keyOf'],
  ['payloadAttributes', 'attributes'],
])
/** What `crashMaxRetries` was by default. */
const RETRIES = '3'

/** @type {import('../rewrite.mjs').Transform} */
export function edits(file, checker) {
  /** @type {import('../rewrite.mjs').Edit[]} */
  const found = []
  visit(file, (node) => {
    if (!ts.isObjectLiteralExpression(node)) return
    const types = namedParts(checker.getContextualType(node))
    const config = types.find((type) => /^(TaskConfig|TaskOptions)$/.test(nameOf(type) ?? ''))
    if (config) found.push(...ofOptions(node, methodsOf(config, checker)))
  })
  return found
}

/** The names of the methods of a config's API. @param {ts.Type} config @param {ts.TypeChecker} checker */
function methodsOf(config, checker) {
  const [api] =
    config.aliasTypeArguments ?? checker.getTypeArguments(/** @type {ts.TypeReference} */ (config))
  return (api?.getProperties() ?? []).map(({ name }) => name)
}

/** @param {ts.ObjectLiteralExpression} node @param {readonly string[]} methods @returns {import('../rewrite.mjs').Edit[]} */
function ofOptions(node, methods) {
  /** @type {string[]} */
  const members = []
  const [defaults, perMethod] = [/** @type {string[]} */ ([]), /** @type {string[]} */ ([])]
  const textOf = (/** @type {string} */ name) => {
    const property = node.properties.find((each) => each.name?.getText() === name)
    return property && ts.isPropertyAssignment(property) ? property.initializer.getText() : property && name
  }
  const retries = textOf('crashMaxRetries')
  let isChanged = false
  for (const property of node.properties) {
    const name = property.name?.getText() ?? ''
    const value = ts.isPropertyAssignment(property) ? property.initializer.getText() : name
    const method = ofMethods.get(name)
    if (ofCalls.includes(name)) defaults.push(property.getText())
    else if (method !== undefined) {
      const text = property.getText()
      perMethod.push(
        ts.isShorthandPropertyAssignment(property)
          ? method === name
            ? name
            : `${method}: ${name}`
          : text.replace(new RegExp(`^(async )?${name}`), `$1${method}`),
      )
    } else if (name === 'poolSize')
      members.push(value === name ? 'maxWorkers: poolSize' : `maxWorkers: ${value}`)
    else if (name === 'crashMaxRetries') members.push(`maxCrashes: ${value}`)
    else if (name === 'crashPolicy' && value === "'restart-requeue-in-flight'")
      members.push(`retry: { crash: ${retries ?? RETRIES} }`)
    else if (name === 'crashPolicy' && value === "'fail-task'") members.push(`onCrash: ${value}`)
    else if (name === 'crashPolicy' && value === "'restart-fail-in-flight'") isChanged = true
    else {
      members.push(property.getText())
      continue
    }
    isChanged = true
  }
  if (!isChanged || (perMethod.length > 0 && methods.length === 0)) return []
  if (defaults.length > 0) members.push(`defaults: { ${defaults.join(', ')} }`)
  if (perMethod.length > 0) {
    const all = methods.map((method) => `${method}: { ${perMethod.join(', ')} }`)
    members.push(`methods: { ${all.join(', ')} }`)
  }
  return [{ start: node.getStart(), end: node.getEnd(), text: `{ ${members.join(', ')} }` }]
}
