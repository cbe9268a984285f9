/** What the site makes of the pages, which are written for the repository: links, drawings, tables, and the live stories. */
import { existsSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'

/** @typedef {import('vitepress').MarkdownRenderer} Markdown */

const REPOSITORY = 'https://github.com/atelier-react/atelier/blob/main/'
const root = new URL('../../', import.meta.url)

/** Links out of docs/, and to files that are no pages, lead to the repository; absolute ones to pages stay in the site. @param {Markdown} md */
export function links(md) {
  md.core.ruler.after('inline', 'atelier-links', ({ tokens, env }) => {
    for (const { children } of tokens) {
      for (const token of children ?? []) {
        const href = token.type === 'link_open' ? token.attrGet('href') : null
        if (href) token.attrSet('href', target(href, env.relativePath))
      }
    }
  })
}

/** @param {string} href @param {string} from path of the page below docs/ */
function target(href, from) {
  if (/^(?:[a-z]+:|#|\/)/.test(href)) return href
  const [path = '', anchor] = href.split('#')
  const file = posix.join('docs', posix.dirname(from), path)
  const isPage =
    file.startsWith('docs/') && (file.endsWith('.md') || existsSync(new URL(`${file}index.md`, root)))
  if (isPage && file !== 'docs/README.md') return href.replace(/(^|\/)README\.md/, '$1')
  return `${REPOSITORY}${file}${anchor ? `#${anchor}` : ''}`
}

/** What HTML in a page names without a leading dot is a file, and no package. @param {Markdown} md */
export function images(md) {
  md.core.ruler.push('atelier-images', ({ tokens }) => {
    for (const token of tokens.flatMap((each) => [each, ...(each.children ?? [])])) {
      if (!token.type.startsWith('html_')) continue
      token.content = token.content.replace(/\b(src|srcset)="(?![./]|[a-z]+:)/g, '$1="./')
    }
  })
}

/** A drawing becomes part of the page, and a picture `x.png` that has an `x-dark.png` comes as both: they follow the theme of the site and not that of the system. @param {Markdown} md */
export function drawings(md) {
  const { image } = md.renderer.rules
  md.renderer.rules.image = (tokens, index, options, env, self) => {
    const token = tokens[index]
    const src = token?.attrGet('src') ?? ''
    const file = new URL(posix.join('docs', posix.dirname(env.relativePath), src), root)
    const dark = src.replace(/\.png$/, '-dark.png')
    if (token && dark !== src && existsSync(new URL(posix.basename(dark), file))) {
      const img = (/** @type {string} */ name, /** @type {string} */ theme) =>
        `<img class="in-${theme}" src="${name}" alt="${md.utils.escapeHtml(token.content)}" loading="lazy">`
      return img(src, 'light') + img(dark, 'dark')
    }
    if (!src.includes('drawings/') || !existsSync(file))
      return image?.(tokens, index, options, env, self) ?? ''
    const svg = readFileSync(file, 'utf8').replace(/<style>[\s\S]*?<\/style>/, '')
    const label = md.utils.escapeHtml(token?.content ?? '')
    return `<span class="scroll-box drawing-box" tabindex="0" role="group" aria-label="Drawing">${svg.replace(/^<svg /, `<svg v-pre class="drawing" aria-label="${label}" `)}</span>`
  }
}

/** A table scrolls in a box, which the keyboard can reach and a screen reader can name: by the heading above it. @param {Markdown} md */
export function tables(md) {
  md.core.ruler.push('atelier-tables', ({ tokens }) => {
    let heading = ''
    tokens.forEach((token, index) => {
      if (token.type === 'heading_open') {
        const inline = tokens[index + 1]?.children ?? []
        heading = inline
          .filter(({ type }) => type === 'text' || type === 'code_inline')
          .map(({ content }) => content)
          .join('')
          .trim()
      }
      if (token.type === 'table_open') token.meta = { heading }
    })
  })
  md.renderer.rules.table_open = (tokens, index, options, _env, self) => {
    const label = md.utils.escapeHtml(`Table: ${tokens[index]?.meta.heading}`)
    const table = self.renderToken(tokens, index, options)
    return `<div class="scroll-box table-box" tabindex="0" role="group" aria-label="${label}" v-pre>${table}`
  }
  md.renderer.rules.table_close = () => '</table></div>\n'
}

/** With DOCS_STORIES, where a Storybook is served, the line that tells of a live story shows it. @param {Markdown} md */
export function stories(md) {
  const at = process.env['DOCS_STORIES']
  if (!at) return
  md.core.ruler.push('atelier-stories', (state) => {
    const line = state.tokens.findIndex(
      ({ type, content }) => type === 'inline' && content.startsWith('Live: '),
    )
    const name = /Hooks \/ (\w+)/.exec(state.tokens[line]?.content ?? '')?.[1]
    if (!name) return
    const frame = new state.Token('html_block', '', 0)
    const id = `hooks-${name.toLowerCase()}`
    frame.content = `<iframe class="story" loading="lazy" title="${name}, live" src="${at}iframe.html?id=${id}--default&viewMode=story"></iframe>\n`
    state.tokens.splice(line + 2, 0, frame)
  })
}
