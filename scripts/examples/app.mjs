/** An app of examples/ in a temporary folder: the packed package, and what the app needs from the cache. */
import { createHash } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from '../lib/entries.mjs'
import { packageJson } from '../lib/package-json.mjs'
import { run } from '../lib/run.mjs'

const cache = `${root}node_modules/.cache/atelier-examples`

/** How each example ended when all of them ran last. */
export const resultsFile = `${cache}/results.json`

/**
 * The cache is named by all that is installed: another pin is another folder. The app itself stands elsewhere, as Jest and others leave
 * out what is below a node_modules.
 * @param {string} name
 * @param {string} tarball
 * @returns {Promise<{ dir: string, scripts: Record<string, string>, remove: () => void }>}
 */
export async function installApp(name, tarball) {
  const source = `${root}examples/${name}`
  const manifest = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8'))
  // What npm would install with the package.
  manifest.dependencies = { ...packageJson().dependencies, ...manifest.dependencies }
  const text = JSON.stringify(manifest)
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 12)
  const dir = `${cache}/${name}-${hash}`
  const installed = join(dir, 'installed')
  if (!existsSync(installed)) {
    rmSync(dir, { recursive: true, force: true })
    mkdirSync(dir, { recursive: true })
    writeFileSync(join(dir, 'package.json'), text)
    await succeed('npm', ['install', '--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error'], dir)
    writeFileSync(installed, '')
  }
  const unpacked = join(dir, 'node_modules/atelier-react')
  rmSync(unpacked, { recursive: true, force: true })
  mkdirSync(unpacked, { recursive: true })
  await succeed('tar', ['-xzf', tarball, '--strip-components=1', '-C', unpacked], dir)
  const work = mkdtempSync(join(realpathSync(tmpdir()), `atelier-${name}-`))
  cpSync(source, work, { recursive: true })
  symlinkSync(join(dir, 'node_modules'), join(work, 'node_modules'), 'junction')
  return {
    dir: work,
    scripts: manifest.scripts,
    remove: () => rmSync(work, { recursive: true, force: true }),
  }
}

/** @param {string} command @param {string[]} args @param {string} cwd */
async function succeed(command, args, cwd) {
  const { code, output } = await run(command, args, { cwd, capture: true, timeoutMs: 240_000 })
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} failed with ${code}:\n${output}`)
}
