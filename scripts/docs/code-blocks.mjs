/** The code blocks of a Markdown page, as the files that they stand for. Runs in Node and in a browser. */

/**
 * @typedef {object} CodeBlock
 * @property {string} file its name: that of a first line `// file: name.ts`, else one made of its place in the page
 * @property {number} line of the page, from 1, on which the code begins
 * @property {string} code
 */

const fence = /^\s*```/
const closing = /^\s*```\s*$/
const opening = /^```(tsx?)(?:\s+(.*))?$/
const named = /^\/\/ file: (\S+)$/

/**
 * Every `ts` and `tsx` block, save those whose opening line says `no-check`.
 * @param {string} markdown
 * @returns {CodeBlock[]}
 */
export function codeBlocks(markdown) {
  const lines = markdown.split('\n')
  /** @type {CodeBlock[]} */
  const blocks = []
  for (let at = 0; at < lines.length; at++) {
    if (!fence.test(lines[at] ?? '')) continue
    const start = at + 1
    const end = lines.findIndex((line, index) => index >= start && closing.test(line))
    if (end < 0) throw new Error(`The code block on line ${start} is not closed`)
    const [, language, info = ''] = opening.exec(lines[at] ?? '') ?? []
    if (language !== undefined && !info.includes('no-check')) {
      const file = named.exec(lines[start] ?? '')?.[1] ?? `line-${start}.${language}`
      if (blocks.some((block) => block.file === file)) throw new Error(`Two code blocks are called ${file}`)
      blocks.push({ file, line: start + 1, code: lines.slice(start, end).join('\n') })
    }
    at = end
  }
  return blocks
}
