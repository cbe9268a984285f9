/** The pages of this folder, for the list of them. */
import { createContentLoader } from 'vitepress'

export default createContentLoader('decisions/*.md', {
  includeSrc: true,
  transform: (pages) =>
    pages
      .filter(({ url }) => /\d/.test(url))
      .toSorted((a, b) => a.url.localeCompare(b.url))
      .map(({ url, src }) => ({
        url: `${url.replace(/\.html$/, '')}.html`,
        title: (/^# (.+)$/m.exec(src ?? '')?.[1] ?? url).replaceAll('`', ''),
      })),
})
