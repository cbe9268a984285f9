/**
 * A step of the build: warnings and advice are told in development only, and are no part of a production bundle. A call of
 * `warn`, `warnOnce`, `warnOfLostClasses`, `refuseUnknown`, `refuseOther` or `guard.once` becomes `isDevelopment() && process.env.NODE_ENV !== 'production' && …`, and `advice(…)`
 * an empty text where that is false; so does what a check of `lib/validate.ts` says is allowed. Bundlers decide the second condition, and drop the first one with it; where nothing has
 * replaced it and there is no `process`, the first one says so before it is read.
 */
import { fileURLToPath } from 'node:url'

const WARN = fileURLToPath(new URL('../../src/lib/warn.ts', import.meta.url))
/** Checks of options, and which of their arguments says in words what is allowed. @type {Readonly<Record<string, number>>} */
const ALLOWED = { fail: 2, object: 2, callable: 2, checkOptions: 3 }
const WARNINGS = new Set(['warn', 'warnOnce', 'warnOfLostClasses', 'refuseUnknown', 'refuseOther'])
const CONDITION = '/* @__PURE__ */ $isDevelopment() && process.env.NODE_ENV !== "production"'

/** @returns {import('rollup').Plugin} */
export function developmentOnly() {
  return {
    name: 'development-only',
    transform(code, id) {
      if (
        id === WARN ||
        !/\b(advice|warn|warnOnce|warnOfLostClasses|refuseUnknown|refuseOther|once|fail|object|callable|checkOptions)\(/.test(
          code,
        )
      )
        return null
      /** @type {{ at: number, text: string }[]} */
      const inserts = []
      walk(/** @type {any} */ (this.parse(code)), (node) => {
        if (node.type === 'ExpressionStatement' && isWarning(node.expression))
          inserts.push({ at: node.start, text: `${CONDITION} && ` })
        else if (node.type === 'CallExpression') {
          const told = node.callee.name === 'advice' ? node : node.arguments[ALLOWED[node.callee.name] ?? -1]
          if (told === node || told?.type === 'Literal' || told?.type === 'TemplateLiteral')
            inserts.push({ at: told.start, text: `(${CONDITION} ? ` }, { at: told.end, text: ' : "")' })
        }
      })
      if (inserts.length === 0) return null
      inserts.push({
        at: 0,
        text: `import { isDevelopment as $isDevelopment } from ${JSON.stringify(WARN)};`,
      })
      inserts.sort((a, b) => b.at - a.at)
      let result = code
      for (const { at, text } of inserts) result = result.slice(0, at) + text + result.slice(at)
      // No line has moved: the map that there is holds.
      return { code: result, map: null }
    },
  }
}

/** @param {any} node */
function isWarning({ type, callee }) {
  if (type !== 'CallExpression') return false
  const { name, object, property } = callee
  if (WARNINGS.has(name)) return true
  return property?.name === 'once' && (object?.name === 'guard' || object?.property?.name === 'guard')
}

/** @param {any} node @param {(node: any) => void} visit */
function walk(node, visit) {
  visit(node)
  for (const value of Object.values(node)) {
    for (const item of Array.isArray(value) ? value : [value]) {
      if (isNode(item)) walk(item, visit)
    }
  }
}

const isNode = (/** @type {any} */ value) => typeof value === 'object' && value !== null && 'type' in value
