/**
 * `npm run example <name>`, or all of them: packs the package, puts it into each app of examples/, builds that for production, and
 * runs its test or opens its pages in Chromium. What an app installs is kept below node_modules/.cache.
 */
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ENGINE_NAMES, findEngine } from '../engines/find.mjs'
import { howToGet, isCi, laneAction, TITLES } from '../engines/lanes.mjs'
import { root } from '../lib/entries.mjs'
import { run } from '../lib/run.mjs'
import { installApp, resultsFile } from './app.mjs'
import { openPageIn, openPages } from './page.mjs'

/** Chromium opens all. One is enough elsewhere: what bundlers make of workers is the same in each browser. */
const IN_EACH_BROWSER = ['vite-react-19']

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
    if ('test' in scripts) return ''
    const problem = await openPages(join(dir, 'dist'), drive)
    return problem === '' && IN_EACH_BROWSER.includes(name) ? await openElsewhere(join(dir, 'dist')) : problem
  } catch (error) {
    return String(error)
  } finally {
    remove()
  }
}

/** @param {string} folder @returns {Promise<string>} what is wrong, or nothing */
async function openElsewhere(folder) {
  const problems = ENGINE_NAMES.map(async (engine) => {
    const { missing } = findEngine(engine)
    if (laneAction({ missing, isCi: isCi() }) === 'skip') {
      console.log(`skipped in ${TITLES[engine]}: ${howToGet(engine, missing)}`)
      return []
    }
    const problem = await openPageIn(folder, engine)
    return problem === '' ? [] : [`${TITLES[engine]}: ${problem}`]
  })
  return (await Promise.all(problems)).flat().join('\n')
}
