/** The menus of the site. A page that no menu names fails the tests of the site. */
import { existsSync, readFileSync, readdirSync } from 'node:fs'

const docs = new URL('../', import.meta.url)

/** @typedef {import('vitepress').DefaultTheme.SidebarItem} Item */

/** A menu entry by the path of its page; the text is the page's first heading unless given. @param {string} path @param {string} [text] @returns {Item} */
const page = (path, text = titleOf(path)) => ({ text, link: `/${path}` })

/** @param {string} path */
function titleOf(path) {
  const markdown = readFileSync(new URL(`${path}.md`, docs), 'utf8')
  const title = /^# (.+)$/m.exec(markdown)?.[1] ?? path
  // Menus take their texts for HTML: the type parameters of a title would be tags.
  return title
    .replace(/^(?:Function|Interface|Class|Type Alias|Variable): /, '')
    .replace(/\\<.*|\(\)$|[`\\]/g, '')
    .replaceAll('<', '&lt;')
}

/** Every page of a folder, in the order of the file names. @param {string} folder @returns {Item[]} */
function pagesIn(folder) {
  const at = new URL(`${folder}/`, docs)
  if (!existsSync(at)) return []
  return readdirSync(at)
    .filter((name) => name.endsWith('.md') && !/^(index|README)\.md$/.test(name))
    .sort()
    .map((name) => page(`${folder}/${name.slice(0, -3)}`))
}

/** The pages of a folder: those that are named first, then the others. @param {string} folder @param {readonly string[]} first @returns {Item[]} */
function ordered(folder, first) {
  const links = first.map((name) => `/${folder}/${name}`)
  const rank = (/** @type {Item} */ { link = '' }) => {
    const at = links.indexOf(link)
    return at < 0 ? links.length : at
  }
  return pagesIn(folder).toSorted((a, b) => rank(a) - rank(b))
}

/** @param {string} version @returns {import('vitepress').DefaultTheme.NavItem[]} */
export const navigation = (version) => [
  { text: 'Get started', link: '/get-started' },
  { text: 'Concepts', link: '/concepts/life-of-a-call', activeMatch: '/concepts/' },
  { text: 'Guides', link: '/guides/tasks', activeMatch: '/guides/' },
  { text: 'Hooks', link: '/hooks/use-task-call', activeMatch: '/hooks/' },
  { text: 'Recipes', link: '/recipes/', activeMatch: '/recipes/' },
  { text: 'API', link: '/api/', activeMatch: '/api/' },
  {
    text: version,
    items: [
      { text: 'Other versions', link: 'https://atelier-react.github.io/atelier/versions.html' },
      { text: 'Changelog', link: 'https://github.com/atelier-react/atelier/blob/main/CHANGELOG.md' },
      { text: 'Contributing', link: 'https://github.com/atelier-react/atelier/blob/main/CONTRIBUTING.md' },
    ],
  },
]

/** The sidebar of the API reference is long: it is shown on its own pages alone. @returns {Record<string, Item[]>} */
export const sidebars = () => ({ '/': sidebar(), '/api/': apiSidebar() })

/** The reference by entry and kind, as typedoc lays it out in folders. @returns {Item[]} */
const apiSidebar = () => [
  { text: '← Documentation', link: '/get-started' },
  ...entriesOfApi().map((entry) => ({
    text: entry === 'react' ? 'atelier-react' : `atelier-react/${entry}`,
    link: `/api/${entry}/`,
    items: foldersIn(`api/${entry}`)
      .filter((kind) => !isEntry(`api/${entry}/${kind}`))
      .map((kind) => ({
        text: kind.replace('-', ' ').replace(/^./, (letter) => letter.toUpperCase()),
        collapsed: kind !== 'functions',
        items: pagesIn(`api/${entry}/${kind}`),
      })),
  })),
]

/** The entries of the package, those below another one (`devtools/production`) too. */
function entriesOfApi() {
  return foldersIn('api').flatMap((entry) => [
    entry,
    ...foldersIn(`api/${entry}`)
      .map((name) => `${entry}/${name}`)
      .filter((below) => isEntry(`api/${below}`)),
  ])
}

/** @param {string} folder */
function isEntry(folder) {
  return existsSync(new URL(`${folder}/index.md`, docs))
}

/** @param {string} folder */
function foldersIn(folder) {
  const at = new URL(`${folder}/`, docs)
  if (!existsSync(at)) return []
  const entries = readdirSync(at, { withFileTypes: true })
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()
}

/** @returns {Item[]} */
const sidebar = () => [
  {
    text: 'Start',
    items: [
      page('get-started'),
      page('faq'),
      page('troubleshooting'),
      page('performance'),
      page('guides/environments'),
    ],
  },
  {
    text: 'Concepts',
    collapsed: false,
    items: ordered('concepts', ['life-of-a-call', 'backpressure', 'keys', 'cancellation', 'crash-recovery']),
  },
  {
    text: 'Guides',
    collapsed: false,
    items: ordered('guides', [
      'tasks',
      'workers',
      'cancellation',
      'data',
      'react',
      'observability',
      'testing',
    ]).filter(({ link }) => link !== '/guides/environments'),
  },
  { text: 'Recipes', collapsed: true, link: '/recipes/', items: pagesIn('recipes') },
  { text: 'Coming from', collapsed: true, items: pagesIn('coming-from') },
  { text: 'Hooks', collapsed: true, items: pagesIn('hooks') },
  { text: 'API reference', link: '/api/' },
  { text: 'Security', link: '/security' },
  {
    text: 'For maintainers',
    collapsed: true,
    items: [
      page('architecture'),
      { text: 'Decisions', link: '/decisions/', collapsed: true, items: pagesIn('decisions') },
      page('reliability'),
      page('fault-matrix'),
      page('mutation'),
      page('observability-conformance'),
      { text: 'Semantic conventions', link: '/semconv/' },
      page('api-report'),
    ],
  },
]
