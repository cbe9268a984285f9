/**
 * `npm run example <name>`, or all of them: packs the package, puts it into each app of examples/, builds that for production, and
 * runs its test or opens its pages in Chromium. What an app installs is kept below node_modules/.cache.
 */
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from '../lib/entries.mjs'
import { run } from '../lib/run.mjs'
import { installApp, resultsFile } from './app.mjs'
import { openPages } from './page.mjs'

const names = process.argv.slice(2)
const all = readdirSync(`${root}examples`).sort()
const unknown = names.filter((name) => !all.includes(name))
if (unknown.length > 0) {
  console.error(`No example ${unknown.join(', ')}. There are: ${all.join(' ')}`)
  process.exit(2)
}

const tarballs = mkdtempSync(join(tmpdir(), 'atelier-examples-'))
try {
  const pack = ['pack', '--ignore-scripts', '--loglevel=error', '--pack-destination', tarballs]
  const packed = await run('npm', pack, { capture: true })
  if (packed.code !== 0) throw new Error(packed.output)
  const [tarball = ''] = readdirSync(tarballs)
  /** @type {Record<string, string>} */
  const results = {}
  const waiting = [...(names.length > 0 ? names : all)]
  /** Runs one after another until none is left. */
  const runWaiting = async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      const start = performance.now()
      const problem = await runExample(name, join(tarballs, tarball))
      const seconds = ((performance.now() - start) / 1000).toFixed(1)
      results[name] = problem === '' ? 'passed' : 'failed'
      console.log(`${problem === '' ? 'passed' : 'FAILED'}  ${name.padEnd(16)} ${seconds.padStart(6)} s`)
      if (problem === '') continue
      console.log(problem)
      process.exitCode = 1
    }
  }
  // Much of what they do runs on one core, or waits.
  await Promise.all([runWaiting(), runWaiting()])
  if (names.length === 0) writeFileSync(resultsFile, JSON.stringify(results))
} finally {
  rmSync(tarballs, { recursive: true, force: true })
}

/** @param {string} name @param {string} tarball @returns {Promise<string>} what is wrong, or nothing */
async function runExample(name, tarball) {
  let remove = () => {}
  try {
    const app = await installApp(name, tarball)
    const { dir, scripts } = app
    remove = app.remove
    for (const script of ['build', 'test'].filter((each) => each in scripts)) {
      const { code, output } = await run('npm', ['run', '--silent', script], {
        cwd: dir,
        capture: true,
        timeoutMs: 180_000,
      })
      if (code !== 0) return `npm run ${script}:\n${output}`
      if (/console\.error|did not exit|torn down/i.test(output))
        return `npm run ${script} complains:\n${output}`
    }
    const driver = join(dir, 'drive.mjs')
    const { drive } = existsSync(driver) ? await import(pathToFileURL(driver).href) : {}
    return 'test' in scripts ? '' : await openPages(join(dir, 'dist'), drive)
  } catch (error) {
    return String(error)
  } finally {
    remove()
  }
}
