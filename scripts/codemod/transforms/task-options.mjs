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

/** Edits of single options, so that comments and lines stay where they are. @param {ts.ObjectLiteralExpression} node @param {readonly string[]} methods @returns {import('../rewrite.mjs').Edit[]} */
function ofOptions(node, methods) {
  /** @type {import('../rewrite.mjs').Edit[]} */
  const found = []
  const [defaults, perMethod] = [/** @type {string[]} */ ([]), /** @type {string[]} */ ([])]
  const { properties } = node
  const textOf = (/** @type {string} */ name) => {
    const property = properties.find((each) => each.name?.getText() === name)
    return property && ts.isPropertyAssignment(property) ? property.initializer.getText() : property && name
  }
  const retries = textOf('crashMaxRetries')
  const becomes = (/** @type {ts.Node} */ property, /** @type {string} */ text) =>
    found.push({ start: property.getStart(), end: property.getEnd(), text })
  /** Its comma goes with it. */
  const goes = (/** @type {number} */ index) => {
    const start = /** @type {ts.Node} */ (properties[index]).getStart()
    found.push({ start, end: properties[index + 1]?.getStart() ?? properties.end, text: '' })
  }
  for (const [index, property] of properties.entries()) {
    const name = property.name?.getText() ?? ''
    const value = ts.isPropertyAssignment(property) ? property.initializer.getText() : name
    const method = ofMethods.get(name)
    if (ofCalls.includes(name)) {
      defaults.push(property.getText())
      goes(index)
    } else if (method !== undefined) {
      perMethod.push(
        ts.isShorthandPropertyAssignment(property)
          ? method === name
            ? name
            : `${method}: ${name}`
          : property.getText().replace(new RegExp(`^(async )?${name}`), `$1${method}`),
      )
      goes(index)
    } else if (name === 'poolSize') becomes(property, `maxWorkers: ${value}`)
    else if (name === 'crashMaxRetries') becomes(property, `maxCrashes: ${value}`)
    else if (name === 'crashPolicy' && value === "'restart-requeue-in-flight'")
      becomes(property, `retry: { crash: ${retries ?? RETRIES} }`)
    else if (name === 'crashPolicy' && value === "'fail-task'") becomes(property, `onCrash: ${value}`)
    else if (name === 'crashPolicy' && value === "'restart-fail-in-flight'") goes(index)
  }
  if (found.length === 0 || (perMethod.length > 0 && methods.length === 0)) return []
  const more = defaults.length > 0 ? [`defaults: { ${defaults.join(', ')} }`] : []
  if (perMethod.length > 0) {
    const all = methods.map((method) => `${method}: { ${perMethod.join(', ')} }`)
    more.push(`methods: { ${all.join(', ')} }`)
  }
  const last = found.at(-1)
  if (more.length === 0) return found
  // What goes at the end leaves the comma before it.
  if (last?.end === properties.end && last.text === '') last.text = more.join(', ')
  else
    found.push({
      start: properties.end,
      end: properties.end,
      text: `${properties.hasTrailingComma ? ' ' : ', '}${more.join(', ')}`,
    })
  return found
}
