/** What the tests of the documentation read in a page: headings, links, tables. */

/** Where links lead that also have to work outside the repository, as on the page of a registry. */
const HOME = /^https:\/\/github\.com\/atelier-react\/atelier\/(?:blob|raw)\/main\//

const fenced = /^```[^\n]*\n[\s\S]*?^```$/gm

/**
 * The page without its code blocks.
 * @param {string} markdown
 */
function prose(markdown) {
  return markdown.replace(fenced, '')
}

/**
 * The anchors of the headings, as GitHub makes them.
 * @param {string} markdown
 * @returns {string[]}
 */
export function anchors(markdown) {
  return [...prose(markdown).matchAll(/^#{1,6} (.+)$/gm)].map(([, title = '']) => slugOf(title))
}

/**
 * The anchor of a heading, as GitHub makes it.
 * @param {string} title
 */
export function slugOf(title) {
  return title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-')
}

/**
 * Where links and pictures point, inside the repository: `guides/tasks.md#keys`, `#keys`, `images/demo.png`; `/README.md` where
 * the link is absolute.
 * @param {string} markdown
 * @returns {string[]}
 */
export function localLinks(markdown) {
  const text = prose(markdown)
  const inline = [...text.matchAll(/\]\(([^)\s]+)\)/g)]
  const attributes = [...text.matchAll(/\b(?:src|srcset|href)="([^"\s]+)"/g)]
  const references = [...text.matchAll(/^\[[^\]]+\]: (\S+)$/gm)]
  return [...inline, ...attributes, ...references]
    .map(([, target = '']) => target.replace(HOME, '/'))
    .filter((target) => !/^[a-z]+:/.test(target))
}

/**
 * The cells of the rows of every table below a heading, up to the next one; the head rows are left out.
 * @param {string} markdown
 * @param {string} heading its text
 * @returns {string[][]}
 */
export function tableRows(markdown, heading) {
  const sections = prose(markdown).split(/^#{1,6} /m)
  const section = sections.find((text) => text.split('\n', 1)[0] === heading)
  if (section === undefined) throw new Error(`There is no heading "${heading}"`)
  const lines = section.split('\n').map((line) => line.trim())
  const isRule = (/** @type {string} */ line = '') => /^\|[\s|:-]+\|$/.test(line)
  return lines
    .filter((line, index) => line.startsWith('|') && !isRule(line) && !isRule(lines[index + 1]))
    .map((line) =>
      line
        .slice(1, -1)
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim()),
    )
}

/**
 * The names in backticks in a cell.
 * @param {string} cell
 * @returns {string[]}
 */
export function names(cell) {
  return [...cell.matchAll(/`(\w[\w-]*)(?:\([^`]*\))?`/g)].map(([, name = '']) => name)
}
