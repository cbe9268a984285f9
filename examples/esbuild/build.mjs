/** esbuild does not follow `new Worker(new URL(…))`: this plugin builds each such file, and writes where it is. */
import { copyFile, readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { build } from 'esbuild'

const common = { bundle: true, minify: true, format: 'esm', target: 'es2022', outdir: 'dist' }
const WORKER = /new URL\(\s*(['"])(\.[^'"]+\.worker\.[jt]sx?)\1\s*,\s*import\.meta\.url\s*\)/g

const workers = {
  name: 'workers',
  setup({ onLoad }) {
    onLoad({ filter: /\.[jt]sx?$/ }, async ({ path }) => {
      if (path.includes('node_modules')) return
      let contents = await readFile(path, 'utf8')
      for (const [literal, , file] of contents.matchAll(WORKER)) {
        await build({ ...common, entryPoints: [join(dirname(path), file)] })
        const built = `./${basename(file).replace(/\.[jt]sx?$/, '.js')}`
        contents = contents.replace(literal, `new URL('${built}', import.meta.url)`)
      }
      return { contents, loader: path.endsWith('x') ? 'tsx' : 'ts' }
    })
  },
}

await build({ ...common, entryPoints: ['main.ts'], splitting: true, plugins: [workers] })
await copyFile('index.html', 'dist/index.html')
