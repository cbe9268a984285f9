/** The documentation as a site: `npm run docs` builds it into docs/.vitepress/dist, `npm run docs:dev` serves it. */
import { readFileSync } from 'node:fs'
import { defineConfig } from 'vitepress'
import { slugOf } from '../../scripts/docs/markdown.mjs'
import { drawings, images, links, stories, tables } from './markdown-rules.mjs'
import { navigation, sidebars } from './navigation.mjs'
import { searchOptions } from './search-options.mjs'

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))

const base = process.env['DOCS_BASE'] ?? '/'

export default defineConfig({
  title: 'Atelier',
  description:
    'Typed Web Worker tasks for React: pools, backpressure, cancellation, and a trace of every call.',
  lang: 'en',
  // A release is served below its version, such as /atelier/0.1/.
  base,
  cleanUrls: false,
  lastUpdated: false,
  srcExclude: ['README.md'],
  rewrites: { 'semconv/README.md': 'semconv/index.md' },
  head: [
    ['link', { rel: 'icon', type: 'image/svg+xml', href: `${base}icon.svg` }],
    ['meta', { name: 'theme-color', content: '#3c57c4' }],
  ],
  markdown: {
    anchor: { slugify: slugOf },
    theme: { light: 'github-light', dark: 'github-dark' },
    config: (md) => {
      links(md)
      drawings(md)
      images(md)
      stories(md)
      tables(md)
    },
  },
  vite: { server: { fs: { allow: ['../..'] } }, build: { chunkSizeWarningLimit: 4_000 } },
  themeConfig: {
    logo: '/icon.svg',
    nav: navigation(version),
    sidebar: sidebars(),
    outline: { level: [2, 3] },
    search: { provider: 'local', options: searchOptions },
    socialLinks: [{ icon: 'github', link: 'https://github.com/atelier-react/atelier' }],
    editLink: {
      pattern: 'https://github.com/atelier-react/atelier/edit/main/docs/:path',
      text: 'Edit this page',
    },
    footer: { message: 'MIT licence' },
  },
})
