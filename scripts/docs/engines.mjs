/**
 * Writes what browsers lack into docs/guides/environments.md, from what test/browser/engines.test.ts finds in each of them.
 * `npm run docs:engines`
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright'
import { openEngine } from '../engines/open.mjs'
import { launchOptions } from '../lib/chromium.mjs'
import { root } from '../lib/entries.mjs'
import { childEnv, runBin } from '../lib/run.mjs'
import { enginesSection, writeEngines } from './engines-table.mjs'

const PAGE = `${root}docs/guides/environments.md`

const page = readFileSync(PAGE, 'utf8')
const section = writeEngines({
  chromium: {
    name: await nameOf('Chromium', () => chromium.launch(launchOptions())),
    ...(await ask('browser')),
  },
  firefox: { name: await nameOf('Firefox', () => openEngine('firefox')), ...(await ask('firefox')) },
  webkit: { name: await nameOf('WebKitGTK', () => openEngine('webkit')), ...(await ask('webkit')) },
})
writeFileSync(
  PAGE,
  page.replace(enginesSection(page), () => section),
)

/** @param {string} project of Vitest */
async function ask(project) {
  const folder = mkdtempSync(join(tmpdir(), 'atelier-engines-'))
  try {
    const file = join(folder, 'report.json')
    const args = ['run', '--project', project, 'test/browser/engines.test.ts', '--reporter=json']
    // It fails where the table is out of date, which is why this runs.
    const { output } = await runBin('vitest/vitest.mjs', [...args, `--outputFile=${file}`], {
      env: childEnv(),
      capture: true,
    })
    const report = JSON.parse(readFileSync(file, 'utf8'))
    const features = report.testResults[0]?.assertionResults[0]?.meta?.features
    if (!features) throw new Error(`${project} was not asked:\n${output}`)
    return { features }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * With its version as two numbers, such as Firefox 153.8.
 * @param {string} name
 * @param {() => Promise<{ version: string | (() => string), close: () => Promise<void> }>} open
 */
async function nameOf(name, open) {
  const browser = await open()
  const version = typeof browser.version === 'string' ? browser.version : browser.version()
  await browser.close()
  return `${name} ${version.replace(/^\D+/, '').split('.').slice(0, 2).join('.')}`
}
