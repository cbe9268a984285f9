/** `npm run docs:images`: takes the pictures of the panel that the README and the guides show, in Chromium, over real workers. */
import { mkdirSync } from 'node:fs'
import { root } from '../../lib/entries.mjs'
import { openStage } from './stage.mjs'

/**
 * @typedef {object} Picture
 * @property {string} name
 * @property {string} view
 * @property {string} [scene]
 * @property {number} height
 * @property {(page: import('playwright').Page) => Promise<void>} [act] before the picture is taken
 */

/** @param {import('playwright').Page} page @param {string} key */
async function pressOnTimeline(page, key) {
  await page.locator('canvas').focus()
  await page.keyboard.press(key)
}

/** @type {readonly Picture[]} */
const pictures = [
  {
    name: 'devtools-timeline',
    view: 'timeline',
    height: 440,
    act: async (page) => {
      await pressOnTimeline(page, 'n')
      await page.locator('.pane').waitFor()
      await page.mouse.move(0, 0)
    },
  },
  {
    name: 'devtools-idle',
    view: 'timeline',
    scene: 'idle',
    height: 440,
    act: (page) => pressOnTimeline(page, '0'),
  },
  {
    name: 'devtools-waterfall',
    view: 'traces',
    height: 500,
    act: (page) => page.locator('tbody button').first().click(),
  },
  {
    name: 'devtools-calls',
    view: 'calls',
    scene: 'open',
    height: 400,
    act: (page) => page.locator('.row.open', { hasText: 'hang' }).last().click(),
  },
  { name: 'devtools-tasks', view: 'tasks', height: 430 },
]

const { browser, origin, close } = await openStage()
try {
  mkdirSync(`${root}docs/images`, { recursive: true })
  for (const theme of /** @type {const} */ (['light', 'dark'])) {
    for (const { name, view, scene = 'loaded', height, act } of pictures) {
      const page = await browser.newPage({ viewport: { width: 1180, height }, colorScheme: theme })
      await page.goto(`${origin}/?view=${view}&scene=${scene}&theme=${theme}`)
      await page.locator('.panel').waitFor()
      await act?.(page)
      // The figures of the header are as old as the last tick of the panel.
      await page.waitForTimeout(600)
      const path = `docs/images/${name}${theme === 'dark' ? '-dark' : ''}.png`
      await page.screenshot({ path: root + path })
      console.log(path)
      await page.close()
    }
  }
} finally {
  await close()
}
