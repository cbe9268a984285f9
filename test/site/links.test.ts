/** Every link and anchor of the built site leads somewhere, every page can be reached from the menus, and every table by the keyboard. */
import { posix } from 'node:path'
import { expect, it } from 'vitest'
import { sidebars } from '../../docs/.vitepress/navigation.mjs'
import { sitePages, siteFiles } from './built-site.ts'

const pages = sitePages()
const files = siteFiles()
const byPath = new Map(pages.map((page) => [page.path, page]))

/** The file that an address leads to, and its anchor; undefined if it leads out of the site. */
function fileOf(from: string, target: string): { file: string; anchor: string } | undefined {
  if (/^(?:[a-z]+:|\/\/)/.test(target)) return undefined
  const [path = '', anchor = ''] = target.split('#')
  const joined = path.startsWith('/') ? path.slice(1) : posix.join(posix.dirname(from), path)
  if (path === '') return { file: from, anchor }
  if (joined === '' || joined === '.' || joined.endsWith('/'))
    return { file: `${joined.replace(/^\.$/, '')}index.html`, anchor }
  return { file: /\.\w+$/.test(joined) ? joined : `${joined}.html`, anchor }
}

it('has all pages', () => {
  expect(pages.length).toBeGreaterThan(60)
})

it('has no link that leads nowhere', () => {
  const broken = pages.flatMap(({ path, targets }) =>
    targets
      .filter((target) => {
        const to = fileOf(path, decodeURI(target))
        if (to === undefined) return false
        if (!files.has(to.file)) return true
        return to.anchor !== '' && byPath.get(to.file)?.ids.has(to.anchor) === false
      })
      .map((target) => `${path}: ${target}`),
  )
  expect(broken).toEqual([])
})

it('has each page in a menu', () => {
  const linked = new Set(
    linksOf(Object.values(sidebars()).flat()).map((link) => fileOf('index.html', link)?.file),
  )
  const lost = pages.map(({ path }) => path).filter((path) => !linked.has(path))
  expect(lost.filter((path) => path !== 'index.html' && path !== '404.html')).toEqual([])
})

it('has each table in a box that the keyboard can scroll and a screen reader can name', () => {
  const boxes = pages.flatMap(({ path, tableBoxes }) => tableBoxes.map((tag) => ({ path, tag })))
  expect(boxes.length).toBeGreaterThan(200)
  const scrolls = /class="scroll-box table-box" tabindex="0" role="group" aria-label="Table: [^"]+"/
  expect(boxes.filter(({ tag }) => !scrolls.test(tag))).toEqual([])
})

interface Item {
  readonly link?: string
  readonly items?: readonly Item[]
}

function linksOf(items: readonly Item[]): string[] {
  return items.flatMap(({ link, items: inner = [] }) => [
    ...(link === undefined ? [] : [link]),
    ...linksOf(inner),
  ])
}
