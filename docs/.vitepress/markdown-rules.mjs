/** What the site makes of the pages, which are written for the repository: links, drawings, and the live stories. */
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
    return `<span class="drawing-box" tabindex="0" role="group" aria-label="Drawing">${svg.replace(/^<svg /, `<svg v-pre class="drawing" aria-label="${label}" `)}</span>`
  }
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
