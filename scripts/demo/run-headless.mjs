/** Runs the demo to its end in headless Chromium, prints the table, takes the picture. */
import { mkdirSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { chromium } from 'playwright'
import { launchOptions } from '../lib/chromium.mjs'
import { report, verdict } from './report.mjs'
import { demoStory } from './storybook-server.mjs'

/**
 * The exit code: 0 when every document was indexed and no call failed.
 * @param {string} origin
 * @param {import('./options.mjs').Options} options
 * @returns {Promise<number>}
 */
export async function runHeadless(origin, { screenshot, timeoutSeconds }) {
  const browser = await chromium.launch({ ...launchOptions(), headless: true })
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, deviceScaleFactor: 1.5 })
    /** @type {string[]} */
    const errors = []
    page.on('pageerror', (error) => errors.push(error.stack ?? error.message))
    page.on('crash', () => errors.push('The page crashed.'))
    console.log('demo: running it to its end in headless Chromium ...')
    await page.goto(`${origin}/iframe.html?id=${demoStory}&viewMode=story`)
    const ended = await waitForTheEnd(page, timeoutSeconds * 1000)
    if (ended === 'timeout') errors.push(`It had not ended after ${timeoutSeconds} s.`)
    if (ended === 'broken') errors.push(await page.locator('#error-message').innerText())

    const summary = await page.evaluate(() => globalThis.__atelierDemo?.summary())
    if (summary) console.log(`\n${report(summary)}\n`)
    else if (errors.length === 0) errors.push('The page has no demo on it.')

    // The page publishes its numbers a few times a second: the picture should have the last ones.
    await page.waitForTimeout(500)
    const path = resolve(screenshot)
    mkdirSync(dirname(path), { recursive: true })
    await page.screenshot({ path, fullPage: true })
    console.log(`screenshot: ${path}`)

    const problems = [...errors, ...(summary ? verdict(summary) : [])]
    for (const problem of problems) console.error(`failed: ${problem}`)
    return problems.length > 0 ? 1 : 0
  } finally {
    await browser.close()
  }
}

/**
 * Polls, because a development server that finds a new dependency reloads the page.
 * @param {import('playwright').Page} page
 * @param {number} timeout
 * @returns {Promise<'settled' | 'broken' | 'timeout'>}
 */
async function waitForTheEnd(page, timeout) {
  try {
    const end = await page.waitForFunction(
      () => {
        // Storybook's own sign that a story could not be rendered.
        if (document.body.classList.contains('sb-show-errordisplay')) return 'broken'
        return globalThis.__atelierDemo?.phase() === 'settled' && 'settled'
      },
      undefined,
      { timeout, polling: 100 },
    )
    return (await end.jsonValue()) || 'timeout'
  } catch {
    return 'timeout'
  }
}
