/**
 * A step of the build of types: what a file exports says so where it is declared. A list at the end (`export type { Task }`) means the
 * same, but TypeScript before 5.5 finds no name in it for what another file passes on, and so cannot write the declarations of
 * a module that exports a value of such a type (TS2742).
 */

const LISTS = /^(export (?:type )?)\{([^}]*)\};?$/gm
const DECLARATION = /^(?:declare (?:abstract )?(?:class|function|const)|interface|type) ([\w$]+)(?=[^\w$])/gm

/** @returns {import('rollup').Plugin} */
export function exportedDeclarations() {
  return {
    name: 'exported-declarations',
    generateBundle(_options, bundle) {
      for (const chunk of Object.values(bundle)) {
        if (chunk.type === 'chunk') chunk.code = markDeclarations(chunk.code)
      }
    },
  }
}

/** @param {string} code the text of a declaration file */
export function markDeclarations(code) {
  /** @type {Set<string>} */
  const marked = new Set()
  const lists = [...code.matchAll(LISTS)].flatMap(([, , names = '']) => namesOf(names))
  const declarations = code.replace(DECLARATION, (declaration, name) => {
    if (!lists.includes(name)) return declaration
    marked.add(name)
    return `export ${declaration}`
  })
  // A list stays, if an empty one: without any, all that a declaration file declares would be exported.
  return declarations.replace(
    LISTS,
    (_list, keyword, names) =>
      `${keyword}{ ${namesOf(names)
        .filter((name) => !marked.has(name))
        .join(', ')} };`,
  )
}

/** @param {string} list */
function namesOf(list) {
  return list.split(',').map((name) => name.trim())
}
