/**
 * `npm run docs`: the API reference from the sources, then the site, into docs/.vitepress/dist. With `--stories` the pages of the hooks
 * show their live stories, for which Storybook is built as well; with `--dev` the site is served instead. DOCS_BASE is the path below
 * which it will be served.
 */
import { root } from '../../lib/entries.mjs'
import { childEnv, runBin } from '../../lib/run.mjs'
import { writeApiReference } from './api-reference.mjs'

const has = (/** @type {string} */ flag) => process.argv.includes(flag)
const base = process.env['DOCS_BASE'] ?? '/'
const env = childEnv(has('--stories') ? { DOCS_STORIES: `${base}stories/` } : {})

await writeApiReference()
const { code } = await runBin('vitepress/bin/vitepress.js', [has('--dev') ? 'dev' : 'build', `${root}docs`], {
  env,
})
process.exitCode = code
if (code === 0 && has('--stories')) {
  const out = `${root}docs/.vitepress/dist/stories`
  const stories = await runBin('storybook/dist/bin/dispatcher.js', ['build', '--quiet', '-o', out], { env })
  process.exitCode = stories.code
}
