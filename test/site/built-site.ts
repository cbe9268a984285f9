/** The site as `npm run docs` has built it: its pages with their anchors and links, and its search. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import MiniSearch, { type Options, type SearchResult } from 'minisearch'
import { searchOptions } from '../../docs/.vitepress/search-options.mjs'
import { root } from '../../scripts/lib/entries.mjs'

const dist = `${root}docs/.vitepress/dist`

export interface Page {
  /** Relative to the site: `guides/tasks.html`. */
  readonly path: string
  readonly ids: ReadonlySet<string>
  /** Where its links, pictures, scripts and styles are. */
  readonly targets: readonly string[]
  /** The opening tag before each table. */
  readonly tableBoxes: readonly string[]
}

/** Every file of the site, by its path. */
export function siteFiles(): ReadonlySet<string> {
  const files = readdirSync(dist, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return new Set(
    files.map((entry) => relative(dist, join(entry.parentPath, entry.name)).replaceAll('\\', '/')),
  )
}

export function sitePages(): readonly Page[] {
  return [...siteFiles()]
    .filter((path) => path.endsWith('.html'))
    .sort()
    .map((path) => {
      const html = readFileSync(`${dist}/${path}`, 'utf8')
      const all = (pattern: RegExp) => [...html.matchAll(pattern)].map(([, value = '']) => unescaped(value))
      return {
        path,
        ids: new Set(all(/\sid="([^"]*)"/g)),
        targets: all(/\s(?:href|src)="([^"]*)"/g),
        tableBoxes: all(/(<[^<>]*>)<table\b/g),
      }
    })
}

/** What the box of the site finds, best first. */
export async function searchSite(question: string): Promise<readonly SearchResult[]> {
  const { options, searchOptions: asked } = searchOptions.miniSearch
  index ??= MiniSearch.loadJSON(await indexText(), {
    fields: ['title', 'titles', 'text'],
    storeFields: ['title', 'titles'],
    searchOptions: asked,
    ...options,
  } as Options)
  return index.search(question)
}

let index: MiniSearch | undefined

async function indexText(): Promise<string> {
  const file = [...siteFiles()].find((path) => /@localSearchIndex/.test(path))
  if (file === undefined) throw new Error('The site has no search index: run `npm run docs` first')
  const { default: text } = (await import(/* @vite-ignore */ `${dist}/${file}`)) as { default: string }
  return text
}

function unescaped(text: string): string {
  return text.replaceAll('&amp;', '&').replaceAll('&quot;', '"').replaceAll('&#39;', "'")
}
